"""`costopt budget status`."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from costopt.cli.budget_options import look_options, looked_at, show
from costopt.cli.output import OutputCommand, chosen


@click.command("status", cls=OutputCommand)
@look_options
@click.pass_context
def command(
    ctx: click.Context,
    store: Path | None,
    files: tuple[Path, ...],
    report: Path | None,
    snapshot: Path | None,
    now: datetime | None,
    redact: bool,  # noqa: FBT001 - click's signature
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    config_file: Path | None,
) -> int:
    """Show where every budget stands. Nobody is told, nothing is remembered, and no gate is met.

    Example: costopt budget status -f markdown -o budgets.md
    """
    from costopt.config.layers import load

    pairs = chosen(ctx)
    loaded = load(file=config_file)
    moment = now or datetime.now(UTC)
    run = looked_at(loaded, moment, store=store, files=files, report=report, snapshot=snapshot)
    show(run.check, pairs, loaded.settings.budget.fail_on, redact=redact)
    return 0
