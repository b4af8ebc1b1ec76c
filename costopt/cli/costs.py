"""`costopt costs`."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import rich_click as click

from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen

_FORMATS = ("table", "json", "csv", "parquet")
_DAYS = re.compile(r"([1-9]\d{0,3})d", re.ASCII)
_FRACTION = re.compile(r"0?\.[0-9]{1,28}|[01]\.?|1\.0{1,28}")
"""0 to 1 with as many digits as a Decimal has; what is no number (NaN) or has an exponent is no fraction."""


class Days(click.ParamType[int]):
    """A number of days, such as 30d."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Days as a number."""
        found = _DAYS.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no number of days, such as 30d", param, ctx)
        return int(found[1])


class Share(click.ParamType[tuple[str, Decimal]]):
    """A value of a tag and its fraction of shared cost, such as ml=0.4."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Decimal]:
        """Value and fraction."""
        name, _, fraction = str(value).rpartition("=")
        if not name or not _FRACTION.fullmatch(fraction):
            self.fail(f"{value!r} is no share: write --share ml=0.4 --share web=0.6", param, ctx)
        return name, Decimal(fraction)


@click.command("costs", cls=OutputCommand)
@store_option
@click.option("--by", multiple=True, metavar="WHAT", help="Columns, tag:KEY, day, month, period; commas or repeat.")
@click.option("--where", multiple=True, metavar="WHAT=VALUE", help="Only those, such as tag:team=ml; repeat for more.")
@click.option("--show", "question", help="Another question; --show help lists them.  [default: costs]")
@click.option("--tag", help="Key of the tag that the question is about.")
@click.option("--top", "count", type=click.IntRange(1, 100_000), help="Most rows of a ranking.  [default: 50]")
@click.option(
    "--allocate",
    type=click.Choice(["even", "proportional", "fixed"]),
    help="Divide what carries no value of --tag among those who do.",
)
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=Share(),
    metavar="VALUE=FRACTION",
    help="Of --allocate fixed; repeat, they sum to 1.",
)
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
    question: str | None,
    tag: str | None,
    count: int | None,
    allocate: Literal["even", "proportional", "fixed"] | None,
    shares: tuple[tuple[str, Decimal], ...],
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
    from costopt.pipeline.costs import CostRequest
    from costopt.pipeline.questions import COSTS, Question, allocate_shared, ask
    from costopt.renderers.costs import render_costs

    if question == "help":
        return _list_questions()
    pairs = chosen(ctx)
    settings = load(file=config_file).settings
    request = CostRequest(by=by, where=where, period=chosen_period(start, end, last_days), last_days=last_days)
    _refuse_contradiction(allocate, shares, question, count)
    if allocate is not None:
        answer = allocate_shared(settings, _tag(tag), allocate, request, fractions=dict(shares), store=store)
    else:
        answer = ask(settings, Question(name=question or COSTS, tag=tag, count=count), request, store=store)
    width = screen()["width"]
    deliver([(output, render_costs(answer.table, answer.headings, form, width=width)) for form, output in pairs])
    click.echo(f"{answer.table.num_rows:,} rows, {_span(answer.period, answer.table)}, by {answer.engine}", err=True)
    for note in answer.notes:
        click.echo(f"note: {note}", err=True)
    return 0


def _tag(tag: str | None) -> str:
    from costopt.errors import UsageError

    if tag is None:
        raise UsageError("--allocate needs the tag that names whose cost it is", hint="Name it: --tag team.")
    return tag


def _refuse_contradiction(
    allocate: str | None, shares: Sequence[tuple[str, Decimal]], question: str | None, count: int | None
) -> None:
    """Options that would be left out of the answer."""
    from costopt.errors import UsageError

    names = [name for name, _ in shares]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two shares for {twice}", hint="Give each value one --share.")
    if shares and allocate != "fixed":
        raise UsageError("--share without --allocate fixed", hint="Add --allocate fixed, or leave --share out.")
    beside = "--show" if question is not None else "--top" if count is not None else None
    if allocate is not None and beside is not None:
        raise UsageError(f"--allocate does not take {beside}", hint=f"Leave {beside} out.")


def _list_questions() -> int:
    from costopt.billing.query import load
    from costopt.pipeline.questions import question_names

    for name in question_names():
        click.echo(f"{name:<24} {load(name).doc.splitlines()[0]}")
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
