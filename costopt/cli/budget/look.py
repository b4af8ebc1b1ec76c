"""What `costopt budget check` and `status` have in common: what to look at, and how it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import STDOUT, Pair, chosen, deliver, outputs_in
from costopt.cli.screen import screen

if TYPE_CHECKING:
    from costopt.config.layers import Loaded
    from costopt.model.budget_check import BudgetCheck, Gate
    from costopt.pipeline.budgets.check import CheckRun

FORMATS = ("table", "json", "markdown", "junit", "openmetrics")
_PATH = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the options say."""

    loaded: "Loaded"
    """Settings, and where they came from."""
    now: datetime
    """The moment of the check, aware."""
    pairs: Sequence[Pair]
    """Formats and their outputs."""
    redact: bool
    """Whether names are masked."""
    store: Path | None
    """Store of bills that is named."""
    files: tuple[Path, ...]
    """FOCUS files that are named instead."""
    report: Path | None
    """Report with open findings."""
    snapshot: Path | None
    """Snapshot with resources."""

    def check(self) -> "CheckRun":
        """The check of all budgets.

        Raises:
            UsageError: a store and files are named.
        """
        from costopt.errors import UsageError
        from costopt.pipeline.budgets.check import CheckRequest, check_budgets

        if self.store is not None and self.files:
            raise UsageError("--store beside --bill", hint="Give one or the other.")
        request = CheckRequest(
            now=self.now, store=self.store, files=self.files, report=self.report, snapshot=self.snapshot
        )
        return check_budgets(self.loaded.settings, request)

    def show(self, check: "BudgetCheck", gate: "Gate") -> None:
        """Write a check in every format that was asked for."""
        from costopt.renderers.budget_redact import redact_check
        from costopt.renderers.budget_registry import budget_renderer

        shown, seen = redact_check(check) if self.redact else check, screen()
        deliver(
            [
                (output, budget_renderer(form, gate=gate, **seen).render(shown))
                if output == STDOUT
                else (output, budget_renderer(form, gate=gate, width=seen["width"]).render(shown))
                for form, output in self.pairs
            ]
        )


def look_options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of a `Look`, which the command gets as its first argument in their place."""

    @wraps(function)
    @click.pass_context
    def looking(
        ctx: click.Context,
        /,
        *,
        now: datetime | None,
        config_file: Path | None,
        formats: tuple[str, ...],
        outputs: tuple[str, ...],
        redact: bool,
        store: Path | None,
        files: tuple[Path, ...],
        report: Path | None,
        snapshot: Path | None,
        **others: Any,
    ) -> int:
        from costopt.config.layers import load

        del formats, outputs  # the context knows which output followed which
        pairs = chosen(ctx)
        look = Look(
            loaded=load(file=config_file),
            now=now or datetime.now(UTC),
            pairs=pairs,
            redact=redact,
            store=store,
            files=files,
            report=report,
            snapshot=snapshot,
        )
        return function(look, **others)

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
        looking = option(looking)
    return looking
