"""`costopt export`."""

from datetime import datetime
from pathlib import Path

import rich_click as click

from costopt.cli.costs import Days, chosen_period
from costopt.cli.options import Moment, config_option, store_option


@click.command("export")
@click.argument("form", type=click.Choice(["focus", "parquet"]))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@store_option
@click.option("--where", multiple=True, metavar="WHAT=VALUE", help="Only those, such as SubAccountId=123; may repeat.")
@click.option("--last", "last_days", type=Days(), metavar="DAYS", help="The last days that the bill holds: 30d.")
@click.option("--from", "start", type=Moment(), metavar="TIME", help="First time, UTC.")
@click.option("--to", "end", type=Moment(), metavar="TIME", help="Time after the last, UTC.")
@config_option
def command(
    form: str,
    output: Path,
    store: Path | None,
    where: tuple[str, ...],
    last_days: int | None,
    start: datetime | None,
    end: datetime | None,
    config_file: Path | None,
) -> int:
    """Write the bill as one clean FOCUS 1.2 file: CSV (packed where the name ends in .gz) or Parquet.

    Example: costopt export focus --store bills/ -o bill.csv.gz
    """
    from costopt.billing.export import ExportForm
    from costopt.config.layers import load
    from costopt.pipeline.costs import CostRequest, export_bill

    request = CostRequest(where=where, period=chosen_period(start, end, last_days), last_days=last_days)
    settings = load(file=config_file).settings
    rows = export_bill(settings, ExportForm(form), output, request, store=store)
    click.echo(f"{rows:,} rows in {output}", err=True)
    return 0
