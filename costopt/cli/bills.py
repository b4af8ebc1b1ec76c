"""`costopt collect focus|cur|gcp-export`: bills into the store."""

from pathlib import Path
from typing import Any

import rich_click as click

from costopt.cli.options import config_option, store_option

BILL_KINDS = {
    "focus": "FOCUS 1.0 to 1.4 of any provider: Parquet, CSV or CSV.gz.",
    "cur": "AWS Cost and Usage Reports, legacy or 2.0: Parquet, CSV or CSV.gz, by manifest where there is one.",
    "gcp-export": "Google Cloud's standard or detailed usage cost export: Parquet, JSON lines or CSV.",
}


def bill_command(kind: str) -> click.Command:
    """The command that takes in bills of one kind."""

    @click.command(kind, help=f"Take bills into the store. {BILL_KINDS[kind]}")
    @click.argument("paths", nargs=-1, required=True, metavar="PATH...")
    @store_option
    @click.option("--source", metavar="NAME", help="Name to keep the bill under; what has that name is replaced.")
    @config_option
    def command(paths: tuple[str, ...], store: Path | None, source: str | None, config_file: Path | None) -> int:
        from costopt.config.layers import load
        from costopt.model.bill import BillKind
        from costopt.pipeline.bills import collect_bill
        from costopt.pipeline.engines import store_path

        chosen = store_path(load(file=config_file).settings, store)
        for ended in collect_bill(BillKind(kind), [Path(path) for path in paths], chosen, source=source):
            _say(ended)
        click.echo(f"next: costopt reconcile --store {chosen}", err=True)
        return 0

    return command


def _say(ended: Any) -> None:
    """What was taken in, and what may be wrong with it, on standard error."""
    if ended.unchanged:
        click.echo(f"{ended.source}: the same bill is in the store; nothing was changed", err=True)
        return
    before = {bill.billing_period: bill for bill in ended.replaced}
    for bill in ended.bills:
        old = before.get(bill.billing_period)
        replaced = f", in place of {old.rows:,}" if old else ""
        click.echo(f"{bill.source} {bill.billing_period}: {bill.rows:,} rows{replaced}", err=True)
    if ended.quality is None:
        click.echo(f"{ended.source}: the bill has no rows; nothing was changed", err=True)
    else:
        _say_quality(ended.quality)


def _say_quality(quality: Any) -> None:
    from costopt.renderers.clean import clean

    spans = f"charges from {quality.first_charge:%Y-%m-%d} to {quality.last_charge:%Y-%m-%d %H:%M} UTC"
    aside = f", {quality.rows_set_aside:,} lines set aside" if quality.rows_set_aside else ""
    click.echo(f"  {quality.rows:,} rows{aside}, {spans}", err=True)
    notes = (
        ("days without usage", quality.missing_days),
        ("services without a category", quality.unknown_services),
        ("kinds of line that are booked as adjustments", quality.unknown_lines),
    )
    for what, names in notes:
        if names:
            shown = ", ".join(clean(name) for name in names[:_SHOWN])
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            click.echo(f"  {what}: {shown}{more}", err=True)
    if quality.outside_period:
        click.echo(f"  {quality.outside_period:,} rows are late lines: charged outside their billing period", err=True)


_SHOWN = 6
