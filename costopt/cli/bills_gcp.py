"""`costopt collect gcp-export`: Google's bill into the store, from BigQuery, a bucket or files."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.bills import announce_files, say_collected
from costopt.cli.options import config_option, store_option
from costopt.errors import UsageError

if TYPE_CHECKING:
    from costopt.config.settings import Settings
    from costopt.pipeline.bills_google import GoogleRequest

_BIGQUERY = "bigquery://"


@click.command("gcp-export")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--table", "tables", multiple=True, metavar="PROJECT.DATASET.TABLE", help="As bigquery://...; may repeat."
)
@store_option
@click.option("--source", metavar="NAME", help="Name to keep the bill under; what has that name is replaced.")
@click.option("--replace", is_flag=True, help="Take the bill even if it has less of a month than the store.")
@click.option(
    "--month",
    "months",
    multiple=True,
    metavar="YYYY-MM",
    help="Of a table only this; repeat. The last three otherwise.",
)
@click.option(
    "--max-gib-billed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="GIB",
    help="Refuse what BigQuery would bill above that; the setting engine.max_gib_billed otherwise, which is 100.",
)
@click.option("--project", metavar="ID", help="Project that pays for the queries; that of the credentials otherwise.")
@click.option("--location", metavar="NAME", help="BigQuery location of the table, such as EU.")
@click.option("--dry-run", is_flag=True, help="Print the bytes that BigQuery would bill, and read nothing.")
@click.option("--profile", help="Profile of the AWS configuration, for s3:// paths.")
@click.option(
    "--endpoint-url", metavar="URL", help="Another endpoint, such as an emulator; one of Google gets no credentials."
)
@click.option("--strict", is_flag=True, help="Exit 4 where a billing period could not be read.")
@config_option
def gcp_export(
    paths: tuple[str, ...],
    tables: tuple[str, ...],
    store: Path | None,
    dry_run: bool,  # noqa: FBT001 - click's signature
    strict: bool,  # noqa: FBT001 - click's signature
    config_file: Path | None,
    **given: Any,
) -> int:
    """Take Google Cloud's standard or detailed usage cost export into the store.

    A PATH is bigquery://project.dataset.table, gs://bucket/folder, s3://bucket/prefix, or files and folders with
    Parquet, JSON lines or CSV. A table is read by invoice month, after a dry run, and only up to the limit.
    """
    from costopt.config.layers import load
    from costopt.model.bill import BillKind
    from costopt.pipeline.bills import GOOGLE, BucketRequest, collect_bill
    from costopt.pipeline.engines import store_path

    places = (*paths, *(f"{_BIGQUERY}{table.removeprefix(_BIGQUERY)}" for table in tables))
    if not places:
        raise UsageError("no bill is named", hint="Name a table, a bucket, or files: see `--help`.")
    settings = load(file=config_file).settings
    if dry_run:
        return _say_estimates(places, _google(settings, given))
    chosen = store_path(settings, store)
    profile = given["profile"]
    aws = dataclasses.replace(settings.aws, profile=profile) if profile else settings.aws
    bucket = BucketRequest(aws=aws, endpoint_url=given["endpoint_url"], months=given["months"], announce=announce_files)
    google = _google(settings, given) if any(place.startswith(GOOGLE) for place in places) else None
    collected = collect_bill(
        BillKind.GCP_EXPORT, places, chosen, source=given["source"], bucket=bucket, google=google,
        replace=given["replace"],
    )  # fmt: skip
    return say_collected(collected, chosen, strict=strict)


def _google(settings: "Settings", given: dict[str, Any]) -> "GoogleRequest":
    from costopt.pipeline.bills_google import GoogleRequest

    limit = given["max_gib_billed"]
    return GoogleRequest(
        project=given["project"] or settings.engine.project,
        location=given["location"] or settings.engine.location,
        months=given["months"],
        max_gib_billed=settings.engine.max_gib_billed if limit is None else limit,
        endpoint_url=given["endpoint_url"],
        announce_lines=_announce_lines,
        announce_files=announce_files,
    )


def _announce_lines(lines: int, size: int) -> None:
    click.echo(f"reading {lines:,} lines; BigQuery bills {spelled_size(size)}", err=True)


def _say_estimates(places: tuple[str, ...], google: "GoogleRequest") -> int:
    from costopt.pipeline.bills_google import estimate_google_bill

    for place in places:
        if not place.startswith(_BIGQUERY):
            raise UsageError(f"--dry-run is of tables; {place} is none", hint="Leave --dry-run away.")
        found = estimate_google_bill(place, google)
        sort = "detailed" if found.is_detailed else "standard, which names no resources"
        click.echo(f"{place}: {sort}; {', '.join(found.months)}")
        click.echo(
            f"  what there is: {spelled_size(found.survey_bytes)}; the lines: at most {spelled_size(found.lines_bytes)}"
        )
    click.echo(f"the limit is {google.max_gib_billed:g} GiB; nothing was read", err=True)
    return 0


def spelled_size(size: int) -> str:
    """Bytes as a person reads them."""
    return f"{size / 2**30:,.2f} GiB" if size >= 2**30 else f"{size / 2**20:,.1f} MiB"
