"""`costopt budget channels`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from costopt.cli.exit import FAILED
from costopt.cli.options import config_option

if TYPE_CHECKING:
    from costopt.pipeline.budgets.trial import Trial


@click.command("channels")
@click.option("--send", is_flag=True, help="Send each a message that says that it is a test.")
@config_option
def command(send: bool, config_file: Path | None) -> int:  # noqa: FBT001 - click's signature
    """Show who is told and whether they can be, and whether the state can be used; with --send try it out.

    Addresses are not shown. Exit 1 where a channel or the state cannot be opened, or takes nothing.
    Example: costopt budget channels --send
    """
    from costopt.config.layers import load
    from costopt.pipeline.budgets.trial import try_channels, try_state

    loaded = load(file=config_file)
    settings, now = loaded.settings.notify, datetime.now(UTC)
    folder = loaded.file.parent if loaded.file else None
    trials = try_channels(settings, send=send, now=now, folder=folder)
    if not trials:
        click.echo("nobody is told: there is no [[notify.channels]] in the settings", err=True)
        return 0
    for one in trials:
        _say(_line(one), one.error, one.hint, *one.notes)
    state = try_state(settings, write=send, now=now, folder=folder)
    _say(f"{'(state)':<29} {state.place:<30} {state.error or state.note}", state.error, state.hint)
    return FAILED if state.error or any(one.error for one in trials) else 0


def _say(line: str, error: str | None, hint: str, *notes: str) -> None:
    from costopt.renderers.clean import clean

    click.echo(clean(line))
    for more in (f"next: {hint}" if error and hint else "", *notes):
        if more:
            click.echo(clean(f"  {more}"))


def _line(one: "Trial") -> str:
    channel = one.channel
    where = (
        f"${channel.url_env}"
        if channel.url_env
        else channel.url_file or channel.topic_arn or channel.topic or "standard error"
    )
    state = one.error or ("told" if one.sent else "ready")
    return f"{channel.name:<20} {channel.kind:<8} {where:<30} {state}"
