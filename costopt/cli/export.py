"""`costopt export`."""

from datetime import datetime
from pathlib import Path

import rich_click as click

from costopt.cli.costs import Days, chosen_period
from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import staged_file

_FORMS = {
    "focus": "Write the bill as one clean FOCUS 1.2 file: CSV, packed where the name ends in .gz.",
    "parquet": "Write the bill as one Parquet file, in the store's own types.",
}


@click.group("export")
def command() -> None:
    """Write the bill as one clean file, or print the view that makes FOCUS of an export elsewhere."""


def _file_command(form: str) -> click.Command:
    @click.command(form, help=_FORMS[form])
    @click.option(
        "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write."
    )
    @store_option
    @click.option(
        "--where", multiple=True, metavar="WHAT=VALUE", help="Only those, such as SubAccountId=123; may repeat."
    )
    @click.option("--last", "last_days", type=Days(), metavar="DAYS", help="The last days that the bill holds: 30d.")
    @click.option("--from", "start", type=Moment(), metavar="TIME", help="First time, UTC.")
    @click.option("--to", "end", type=Moment(), metavar="TIME", help="Time after the last, UTC.")
    @config_option
    def write(
        output: Path,
        store: Path | None,
        where: tuple[str, ...],
        last_days: int | None,
        start: datetime | None,
        end: datetime | None,
        config_file: Path | None,
    ) -> int:
        from costopt.billing.export import ExportForm
        from costopt.config.layers import load
        from costopt.pipeline.costs import CostRequest, export_bill

        request = CostRequest(where=where, period=chosen_period(start, end, last_days), last_days=last_days)
        settings = load(file=config_file).settings
        packed = output.suffix == ".gz"
        with staged_file(str(output)) as made:
            rows = export_bill(settings, ExportForm(form), made, request, packed=packed, store=store)
        click.echo(f"{rows:,} rows in {output}", err=True)
        return 0

    return write


for _form in _FORMS:
    command.add_command(_file_command(_form))


@command.command("view")
@click.argument("kind", type=click.Choice(["cur", "gcp-export"]))
@click.option("--table", required=True, metavar="NAME", help="The export's table, such as billing.cur2.")
@click.option("--as", "view", required=True, metavar="NAME", help="Name of the view, for engine.table.")
@click.option("--engine", type=click.Choice(["athena", "spark", "trino"]), default="athena", show_default=True)
@click.option(
    "--columns",
    metavar="NAMES",
    help="Columns of the table, parted by commas; all of CUR 2.0, or of Google's export of 2026, otherwise.",
)
@click.option("--standard", is_flag=True, help="Google's standard export, which names no resources.")
def print_view(kind: str, table: str, view: str, engine: str, columns: str | None, standard: bool) -> int:  # noqa: FBT001 - click's signature
    """Print the SQL of a read-only view that makes FOCUS of an export in Athena, Spark or BigQuery.

    You run it there; costopt creates nothing. Google's export is BigQuery's. Then set [engine] table to the view.
    """
    from costopt.pipeline.engines import view_sql

    named = columns.split(",") if columns else None
    click.echo(view_sql(kind, table=table, view=view, engine=engine, columns=named, detailed=not standard), nl=False)
    return 0
