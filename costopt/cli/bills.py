"""`costopt collect focus|cur|cost-explorer`: bills into the store."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.exit import INCOMPLETE
from costopt.cli.options import config_option, store_option

if TYPE_CHECKING:
    from costopt.pipeline.bills_google import GoogleRequest

BILL_KINDS = {
    "focus": "FOCUS 1.0 to 1.4 of any provider: Parquet, CSV or CSV.gz.",
    "cur": "AWS Cost and Usage Reports, legacy or 2.0: Parquet, CSV or CSV.gz, by manifest where there is one.",
}
_SHOWN = 6


def bill_command(kind: str) -> click.Command:
    """The command that takes in bills of one kind."""

    @click.command(
        kind,
        help=f"Take bills into the store. {BILL_KINDS[kind]} A PATH may be s3://bucket/prefix or gs://bucket/folder.",
    )
    @click.argument("paths", nargs=-1, required=True, metavar="PATH...")
    @store_option
    @click.option("--source", metavar="NAME", help="Name to keep the bill under; what has that name is replaced.")
    @click.option("--replace", is_flag=True, help="Take files even if they have less of a month than the store.")
    @click.option("--month", "months", multiple=True, metavar="YYYY-MM", help="Of a bucket only this; repeat for more.")
    @click.option("--profile", help="Profile of the AWS configuration, for buckets.")
    @click.option("--endpoint-url", metavar="URL", help="Another endpoint of the bucket, such as an emulator.")
    @click.option("--strict", is_flag=True, help="Exit 4 where a billing period could not be read.")
    @config_option
    def command(
        paths: tuple[str, ...],
        store: Path | None,
        source: str | None,
        replace: bool,  # noqa: FBT001 - click's signature
        months: tuple[str, ...],
        profile: str | None,
        endpoint_url: str | None,
        strict: bool,  # noqa: FBT001 - click's signature
        config_file: Path | None,
    ) -> int:
        from costopt.config.layers import load
        from costopt.model.bill import BillKind
        from costopt.pipeline.bills import GOOGLE, BucketRequest, collect_bill
        from costopt.pipeline.engines import store_path

        settings = load(file=config_file).settings
        chosen = store_path(settings, store)
        aws = dataclasses.replace(settings.aws, profile=profile) if profile else settings.aws
        bucket = BucketRequest(aws=aws, endpoint_url=endpoint_url, months=months, announce=announce_files)
        at_google = any(path.startswith(GOOGLE) for path in paths)
        google = _google(months, endpoint_url) if at_google else None
        collected = collect_bill(
            BillKind(kind), paths, chosen, source=source, bucket=bucket, google=google, replace=replace
        )
        return say_collected(collected, chosen, strict=strict)

    return command


def _google(months: tuple[str, ...], endpoint_url: str | None) -> "GoogleRequest":
    from costopt.pipeline.bills_google import GoogleRequest

    return GoogleRequest(months=months, endpoint_url=endpoint_url, announce_files=announce_files)


@click.command("cost-explorer")
@store_option
@click.option("--months", type=click.IntRange(1, 13), default=3, show_default=True, help="Billing periods to ask for.")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint, such as an emulator.")
@config_option
def cost_explorer(
    store: Path | None, months: int, profile: str | None, endpoint_url: str | None, config_file: Path | None
) -> int:
    """Ask AWS Cost Explorer, where there is no export: by day, account, service and kind of charge.

    At most 20 requests of $0.01 a run, and none that was answered earlier on the same day.
    """
    from costopt.config.layers import load
    from costopt.pipeline.bills import collect_cost_explorer
    from costopt.pipeline.engines import store_path

    settings = load(file=config_file).settings
    chosen = store_path(settings, store)
    aws = dataclasses.replace(settings.aws, profile=profile) if profile else settings.aws
    collected, _ = collect_cost_explorer(chosen, aws, months=months, endpoint_url=endpoint_url)
    return say_collected(collected, chosen, strict=False)


def announce_files(files: int, size: int) -> None:
    """What will be downloaded, on standard error."""
    if files:
        click.echo(f"downloading {files:,} files, {size / 2**20:,.1f} MiB", err=True)


def say_collected(collected: Any, store: Path, *, strict: bool) -> int:
    """What was taken in, and what may be wrong with it, on standard error; gives the exit code."""
    from costopt.renderers.clean import clean

    for ended in collected.bills:
        _say_bill(ended)
    for note in collected.notes:
        click.echo(f"  {clean(note)}", err=True)
    click.echo(f"next: costopt reconcile --store {store}", err=True)
    return INCOMPLETE if strict and collected.gaps else 0


def _say_bill(ended: Any) -> None:
    if ended.unchanged:
        click.echo(f"{ended.source}: the same bill is in the store; nothing was changed", err=True)
        return
    before = {bill.billing_period: bill for bill in ended.replaced}
    for bill in ended.bills:
        old = before.get(bill.billing_period)
        replaced = f", in place of {old.rows:,}" if old else ""
        click.echo(f"{bill.source} {bill.billing_period}: {_rows(bill.rows)}{replaced}", err=True)
    if ended.quality is None:
        click.echo(f"{ended.source}: the bill has no rows; nothing was changed", err=True)
    else:
        _say_quality(ended.quality)


def _say_quality(quality: Any) -> None:
    from costopt.renderers.clean import clean

    spans = f"charges from {quality.first_charge:%Y-%m-%d} to {quality.last_charge:%Y-%m-%d %H:%M} UTC"
    aside = f", {quality.rows_set_aside:,} lines set aside" if quality.rows_set_aside else ""
    click.echo(f"  {_rows(quality.rows)}{aside}, {spans}", err=True)
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
        click.echo(f"  {_rows(quality.outside_period)} charged outside their billing period (late lines)", err=True)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
