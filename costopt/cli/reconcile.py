"""`costopt reconcile`."""

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import rich_click as click

from costopt.cli.exit import GATE_MET
from costopt.cli.options import config_option, store_option
from costopt.cli.output import OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen
from costopt.errors import UsageError

_INVOICE = re.compile(
    r"([0-9]{4}-(?:0[1-9]|1[0-2]))=([-+]?(?:[0-9]{1,18}(?:\.[0-9]{0,10})?|\.[0-9]{1,10}))(?::([A-Z]{3}))?"
)
"""Digits as the money of the store has them; what is no number (NaN) is no amount."""


class Invoice(click.ParamType[tuple[str, str, Decimal]]):
    """A month and what was invoiced for it, such as 2026-10=12345.67 or 2026-10=12345.67:EUR."""

    name = "invoice"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str, Decimal]:
        """Month, currency and amount."""
        found = _INVOICE.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no invoice, such as 2026-10=12345.67 or 2026-10=12345.67:EUR", param, ctx)
        return found[1], found[3] or "USD", Decimal(found[2])


@click.command("reconcile", cls=OutputCommand)
@store_option
@click.option(
    "--invoice",
    "invoices",
    multiple=True,
    type=Invoice(),
    metavar="MONTH=AMOUNT",
    help="What was invoiced; may repeat.",
)
@click.option("--cost-explorer", is_flag=True, help="Also ask AWS Cost Explorer; at most 20 requests of $0.01.")
@click.option("--months", type=click.IntRange(1, 13), default=3, show_default=True, help="Months to ask it for.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint of Cost Explorer, such as an emulator.")
@click.option(
    "--fail-on",
    type=click.Choice(["unexplained", "never"]),
    default="unexplained",
    show_default=True,
    help="Exit 3 where a cent or more is left unexplained.",
)
@outputs_in(("table", "json"))
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    store: Path | None,
    invoices: tuple[tuple[str, str, Decimal], ...],
    cost_explorer: bool,  # noqa: FBT001 - click's signature
    months: int,
    endpoint_url: str | None,
    fail_on: str,
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    config_file: Path | None,
) -> int:
    """Hold every billing period of the store against the bill that it came from, and explain the difference.

    Example: costopt reconcile --store bills/ --invoice 2026-10=12345.67
    """
    from costopt.config.layers import load
    from costopt.pipeline.reconcile import reconcile
    from costopt.renderers.reconciliation import render_reconciliation

    pairs = chosen(ctx)
    totals = _totals(invoices)
    settings = load(file=config_file).settings
    explorer = _explorer(settings, months, endpoint_url) if cost_explorer else None
    found = reconcile(settings, store=store, invoices=totals, cost_explorer=explorer)
    width = screen()["width"]
    deliver([(output, render_reconciliation(found, form, width=width)) for form, output in pairs])
    open_ones = [one for one in found if not one.exact]
    ended = f"{len(open_ones)} with an unexplained rest" if open_ones else "all explained to the cent"
    click.echo(f"{len(found)} totals held against the store: {ended}", err=True)
    return GATE_MET if open_ones and fail_on == "unexplained" else 0


def _totals(invoices: Sequence[tuple[str, str, Decimal]]) -> dict[tuple[str, str], Decimal]:
    """Amounts by month and currency; whether two of a month are parts or corrections, nobody has said."""
    totals: dict[tuple[str, str], Decimal] = {}
    for month, currency, amount in invoices:
        if (month, currency) in totals:
            raise UsageError(
                f"two invoices in {currency} for {month}",
                hint="Give their sum, or the one that holds, as one --invoice.",
            )
        totals[month, currency] = amount
    return totals


def _explorer(settings: Any, months: int, endpoint_url: str | None) -> Any:
    from costopt.pipeline.bills import cost_explorer_totals

    return cost_explorer_totals(settings.aws, months=months, endpoint_url=endpoint_url)
