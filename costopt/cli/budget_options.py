"""What `costopt budget check` and `status` have in common: what to look at, and how it is shown."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import STDOUT, Pair, deliver, outputs_in
from costopt.cli.screen import screen

if TYPE_CHECKING:
    from costopt.config.layers import Loaded
    from costopt.model.budget_check import BudgetCheck, Gate
    from costopt.pipeline.budgets.check import CheckRun

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "markdown", "junit", "openmetrics")
_PATH = click.Path(path_type=Path)


def look_options(function: F) -> F:
    """What to look at, in which form."""
    options = (
        store_option,
        click.option(
            "--bill", "files", multiple=True, type=_PATH, metavar="PATH",
            help="FOCUS file or folder to read instead of a store; may repeat. Nothing is kept.",
        ),
        click.option("--report", type=_PATH, metavar="FILE", help="Report of `audit -f json`: adds open findings."),
        click.option("--snapshot", type=_PATH, metavar="DIRECTORY", help="Adds open findings and ends of commitments."),
        click.option("--now", type=Moment(), help="The moment of the check, UTC; the clock's otherwise."),
        click.option("--redact", is_flag=True, help="Mask names of budgets, owners, accounts, tags and resources."),
        outputs_in(FORMATS),
        config_option,
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def looked_at(
    loaded: "Loaded",
    now: datetime,
    *,
    store: Path | None,
    files: Sequence[Path],
    report: Path | None,
    snapshot: Path | None,
) -> "CheckRun":
    """The check of all budgets.

    Raises:
        UsageError: a store and files are named.
    """
    from costopt.errors import UsageError
    from costopt.pipeline.budgets.check import CheckRequest, check_budgets

    if store is not None and files:
        raise UsageError("--store beside --bill", hint="Give one or the other.")
    request = CheckRequest(now=now, store=store, files=tuple(files), report=report, snapshot=snapshot)
    return check_budgets(loaded.settings, request)


def show(check: "BudgetCheck", pairs: Sequence[Pair], gate: "Gate", *, redact: bool) -> None:
    """Write the check in every format that was asked for."""
    from costopt.renderers.budget_redact import redact_check
    from costopt.renderers.budget_registry import budget_renderer

    shown, seen = redact_check(check) if redact else check, screen()
    deliver(
        [
            (output, budget_renderer(form, gate=gate, **seen).render(shown))
            if output == STDOUT
            else (output, budget_renderer(form, gate=gate, width=seen["width"]).render(shown))
            for form, output in pairs
        ]
    )
