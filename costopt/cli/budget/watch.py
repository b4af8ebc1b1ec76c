"""`costopt budget watch`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from types import FrameType

import rich_click as click

from costopt.cli.options import TimeOfDay


@click.command("watch")
@click.option("--at", type=TimeOfDay(), default="07:00", show_default=True, help="When, every day.")
@click.option("--time-zone", default="UTC", show_default=True, metavar="NAME", help="Zone of --at.")
@click.option("--first/--no-first", default=True, show_default=True, help="Also check now, so that mistakes are seen.")
@click.argument("options", nargs=-1, metavar="[-- OPTIONS...]")
def command(at: tuple[int, int], time_zone: str, first: bool, options: tuple[str, ...]) -> int:  # noqa: FBT001 - click's signature
    """Check every day, in one process that stays: for those without a scheduler.

    OPTIONS go to `costopt budget check`. A run that fails does not end the watch; SIGTERM and Ctrl-C do, after the run
    that works then. Example: costopt budget watch --at 07:00 --time-zone Europe/Berlin -- --fail-on risk
    """
    from costopt.pipeline.budgets.watch import USAGE, CheckRuns, daily, watch
    from costopt.pipeline.schedule import require_zone

    require_zone(time_zone)
    stop = Event()
    runs = CheckRuns(options=options, say=_say, stop=stop)
    trigger = daily(*at, time_zone)
    _say(f"checking every day at {at[0]:02}:{at[1]:02} {time_zone}")
    with _set_by_signals(stop):
        watch(runs.run, trigger, stop=stop, say=_say, now=datetime.now(UTC) if first else None, at_end=runs.end)
    _say("ended")
    return USAGE if runs.first_code == USAGE else 0


def _say(line: str) -> None:
    click.echo(f"watch: {line}", err=True)


@contextmanager
def _set_by_signals(stop: Event) -> Iterator[None]:
    """SIGTERM and SIGINT end the watch and nothing else, while this lasts."""

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
