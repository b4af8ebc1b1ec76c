"""`costopt budget mute`."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click


@click.command("mute")
@click.argument("target", metavar="NAME_OR_ID")
@click.option("--until", type=click.DateTime(("%Y-%m-%d",)), required=True, help="Last day of silence, UTC.")
@click.option("--reason", required=True, help="Why.")
@click.option(
    "-c", "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False), help="File to add it to."
)
def command(target: str, until: datetime, reason: str, config_file: Path | None) -> int:
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
    add_budget_mute(file, BudgetMute(target=target, until=until.date(), reason=reason))
    click.echo(f"{target} is muted through {until.date()} in {file}", err=True)
    if until.date() < datetime.now(UTC).date():
        click.echo("that day is past: nothing is silenced", err=True)
    return 0
