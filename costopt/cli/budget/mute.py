"""`costopt budget mute`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click


@click.command("mute")
@click.argument("target", metavar="NAME_OR_ID")
@click.option("--until", type=click.DateTime(("%Y-%m-%d",)), required=True, help="Last day of silence, UTC.")
@click.option("--reason", required=True, help="Why.")
@click.option("--anyway", is_flag=True, help="Also what nothing is called yet: a budget or a service to come.")
@click.option(
    "-c", "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False), help="File to add it to."
)
def command(target: str, until: datetime, reason: str, anyway: bool, config_file: Path | None) -> int:  # noqa: FBT001 - click's signature
    """Tell nobody of one thing until a date, with a reason, in costopt.toml. Checks show it all the same.

    NAME_OR_ID is the name of a budget or of whatever else an alert is about, or the id that its message ends with.
    Example: costopt budget mute A-0123456789abcdef --until 2026-12-01 --reason "agreed with finance"
    """
    from costopt.config.budget_settings import BudgetMute
    from costopt.config.edit import add_budget_mute
    from costopt.config.layers import FILE, nearest
    from costopt.errors import UsageError

    if not target.strip():
        raise UsageError("the name of what to silence is empty", hint="Messages end with the id to use.")
    file = config_file or nearest(Path.cwd()) or Path(FILE)
    if not anyway:
        _require_known(target, file)
    add_budget_mute(file, BudgetMute(target=target, until=until.date(), reason=reason))
    click.echo(f"{target} is muted through {until.date()} in {file}", err=True)
    if until.date() < datetime.now(UTC).date():
        click.echo("that day is past: nothing is silenced", err=True)
    return 0


def _require_known(target: str, file: Path) -> None:
    from costopt.config.layers import load
    from costopt.pipeline.budgets.mute_targets import require_target

    settings = load(file=file if file.exists() else None).settings
    require_target(target, settings, folder=file.parent, environ=os.environ)
