"""`costopt mute`."""

import re
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

_ID = re.compile(r"F-[0-9a-f]{12}")


@click.command("mute")
@click.argument("finding_id", metavar="ID")
@click.option("--until", type=click.DateTime(("%Y-%m-%d",)), required=True, help="Last day of silence, UTC.")
@click.option("--reason", required=True, help="Why.")
@click.option(
    "-c", "--config", "config_file", type=click.Path(path_type=Path, dir_okay=False), help="File to add it to."
)
def command(finding_id: str, until: datetime, reason: str, config_file: Path | None) -> int:
    """Silence a finding until a date, with a reason, in costopt.toml. The finding stays listed."""
    from costopt.config.edit import add_mute
    from costopt.config.layers import FILE, nearest
    from costopt.config.settings import Mute
    from costopt.errors import UsageError

    if not _ID.fullmatch(finding_id):
        raise UsageError(f"{finding_id!r} is no finding id", hint="Ids look like F-0123456789ab; audit prints them.")
    target = config_file or nearest(Path.cwd()) or Path(FILE)
    add_mute(target, Mute(id=finding_id, until=until.date(), reason=reason))
    click.echo(f"{finding_id} is muted through {until.date()} in {target}", err=True)
    if until.date() < datetime.now(UTC).date():
        click.echo("that day is past: only audits of older snapshots are silenced", err=True)
    return 0
