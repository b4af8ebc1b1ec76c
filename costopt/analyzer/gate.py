"""`--fail-on`: the condition under which an audit fails a pipeline."""

import re
from collections.abc import Callable
from decimal import Decimal
from fnmatch import fnmatchcase

from costopt.errors import UsageError
from costopt.model.finding import Category
from costopt.model.report import Report

Gate = Callable[[Report], bool]
_AMOUNT = re.compile(r"(saving|total)\s*>=\s*(\d+(?:\.\d+)?)")
_FORMS = "never, any, waste, saving>=N (waste only), total>=N (optimisations too), check:ID"


def parse_gate(text: str) -> Gate:
    """The gate that `text` describes. Only waste fails a gate unless the text says otherwise.

    Args:
        text: `never`; `any` finding; `waste` finding; `saving>=500` dollars a month of waste; `total>=500` with
            optimisations; `check:ec2_*` flagged.

    Raises:
        UsageError: none of these.
    """
    fixed: dict[str, Gate] = {
        "never": lambda report: False,
        "any": lambda report: any(finding.silence is None for finding in report.findings),
        "waste": lambda report: any(
            finding.silence is None and finding.category is Category.WASTE for finding in report.findings
        ),
    }
    if text in fixed:
        return fixed[text]
    if amount := _AMOUNT.fullmatch(text):
        limit, part = Decimal(amount[2]), amount[1]
        return lambda report: (report.totals.waste if part == "saving" else report.totals.saving).amount >= limit
    if text.startswith("check:"):
        pattern = text.removeprefix("check:")
        return lambda report: any(
            finding.silence is None and fnmatchcase(finding.check_id, pattern) for finding in report.findings
        )
    raise UsageError(f"--fail-on {text!r} is not understood", hint=f"Known forms: {_FORMS}.")
