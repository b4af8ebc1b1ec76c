"""`costopt costs`."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import rich_click as click

from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen

_FORMATS = ("table", "json", "csv", "parquet")
_DAYS = re.compile(r"([1-9]\d{0,3})d")


class Days(click.ParamType[int]):
    """A number of days, such as 30d."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Days as a number."""
        found = _DAYS.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no number of days, such as 30d", param, ctx)
        return int(found[1])


@click.command("costs", cls=OutputCommand)
@store_option
@click.option("--by", multiple=True, metavar="WHAT", help="Columns, tag:KEY, day, month, period; commas or repeat.")
@click.option("--where", multiple=True, metavar="WHAT=VALUE", help="Only those, such as tag:team=ml; repeat for more.")
@click.option("--last", "last_days", type=Days(), metavar="DAYS", help="The last days that the bill holds: 30d.")
@click.option("--from", "start", type=Moment(), metavar="TIME", help="First time, UTC.")
@click.option("--to", "end", type=Moment(), metavar="TIME", help="Time after the last, UTC.")
@outputs_in(_FORMATS)
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    store: Path | None,
    by: tuple[str, ...],
    where: tuple[str, ...],
    last_days: int | None,
    start: datetime | None,
    end: datetime | None,
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    config_file: Path | None,
) -> int:
    """Ask the bill what was paid.

    Example: costopt costs --by ServiceName,tag:team --last 30d -f csv -o costs.csv
    """
    from costopt.config.layers import load
    from costopt.pipeline.costs import CostRequest, costs
    from costopt.renderers.costs import render_costs

    pairs = chosen(ctx)
    request = CostRequest(by=by, where=where, period=chosen_period(start, end, last_days), last_days=last_days)
    answer = costs(load(file=config_file).settings, request, store=store)
    width = screen()["width"]
    deliver([(output, render_costs(answer.table, answer.headings, form, width=width)) for form, output in pairs])
    click.echo(f"{answer.table.num_rows:,} rows, {_span(answer.period, answer.table)}, by {answer.engine}", err=True)
    return 0


def chosen_period(start: datetime | None, end: datetime | None, last_days: int | None) -> Any:
    """The time between `--from` and `--to`; None where neither is given.

    Raises:
        UsageError: they contradict each other or `--last`.
    """
    from costopt.errors import UsageError
    from costopt.model.period import Period
    from costopt.pipeline.costs import ALL_TIME

    if start is None and end is None:
        return None
    if last_days is not None:
        raise UsageError("--last beside --from or --to", hint="Give one or the other.")
    first, last = start or ALL_TIME.start, end or ALL_TIME.end
    if last <= first:
        raise UsageError(f"--to {last:%Y-%m-%d} is not after --from {first:%Y-%m-%d}", hint="Exchange them.")
    return Period(start=first, end=last)


def _span(period: Any, table: Any) -> str:
    from costopt.pipeline.costs import ALL_TIME

    return "all charges" if period == ALL_TIME else f"charges from {period.start:%Y-%m-%d} to {period.end:%Y-%m-%d}"
