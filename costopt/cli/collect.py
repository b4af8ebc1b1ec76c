"""`costopt collect`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import rich_click as click

from costopt.cli.bills import BILL_KINDS, bill_command, cost_explorer
from costopt.cli.bills_gcp import gcp_export
from costopt.cli.collect_gcp import gcp
from costopt.cli.coverage import say_coverage, say_gaps
from costopt.cli.exit import INCOMPLETE
from costopt.cli.options import config_option


@click.group("collect")
def command() -> None:
    """Read an account into a snapshot, or bills into the store. Nothing in the account is changed."""


for _kind in BILL_KINDS:
    command.add_command(bill_command(_kind))
command.add_command(gcp_export)
command.add_command(cost_explorer)
command.add_command(gcp)


@command.command("aws")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("snapshot"),
    show_default=True,
    help="Directory of the snapshot.",
)
@click.option("--profile", "profiles", multiple=True, help="Profile of the AWS configuration; repeat for more.")
@click.option("--role-arn", "role_arns", multiple=True, metavar="ARN", help="Role to assume; repeat for more accounts.")
@click.option("--external-id", help="External id of those roles.")
@click.option(
    "--org-role", "organization_role", metavar="NAME", help="Role to assume in all accounts of the organisation."
)
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account of the organisation.")
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Only this region; repeat for more.")
@click.option("--days", type=click.IntRange(1, 455), help="Look-back of the metrics; each metric's own otherwise.")
@click.option("--only", multiple=True, metavar="COLLECTOR", help="Only this collector; may repeat.")
@click.option("--skip", multiple=True, metavar="COLLECTOR", help="Not this collector; may repeat.")
@click.option("--metrics/--no-metrics", default=True, help="CloudWatch charges $0.01 per 1,000 metrics.")
@click.option(
    "--max-api-cost", "max_api_cost_usd", type=click.FloatRange(min=0), metavar="USD", help="Stop before that."
)
@click.option("--deadline", "deadline_seconds", type=click.FloatRange(min=0), metavar="SECONDS", help="End after that.")
@click.option("--resume", is_flag=True, help="Continue an interrupted collection; only gaps are read again.")
@click.option("--dry-run", is_flag=True, help="Print calls and dollars, and read nothing that costs.")
@click.option("--strict", is_flag=True, help="Exit 4 where something could not be read.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint for every service, such as an emulator.")
@config_option
def aws(out: Path, resume: bool, dry_run: bool, strict: bool, config_file: Path | None, **given: Any) -> int:  # noqa: FBT001 - click's signature
    """Read AWS accounts, read-only, into a snapshot that `costopt audit` judges offline.

    Every account, region and service ends as ok, empty, gap or skipped; one that is denied never loses the rest.
    """
    from costopt.config.layers import load
    from costopt.pipeline.collect import AwsRequest, collect_aws, estimate_aws

    settings = load(file=config_file).settings
    own = {name: given.pop(name) for name in _SETTINGS}
    own["profile"], own["profiles"] = (own["profiles"] or (None,))[0], own["profiles"][1:]
    # A limit of 0 dollars is a limit: only what was not given at all leaves the setting as it is.
    chosen = {name: value for name, value in own.items() if value not in (None, ())}
    settings = replace(settings, aws=replace(settings.aws, **chosen))
    request = AwsRequest(**given)
    if dry_run:
        found = estimate_aws(out, settings, request)
        _say_estimate(found)
        return INCOMPLETE if strict and found.gaps else 0
    manifest = collect_aws(out, settings, request, resume=resume)
    gaps = say_coverage(manifest)
    click.echo(f"API calls cost ${manifest.collection_cost.amount} · next: costopt audit --snapshot {out}", err=True)
    return INCOMPLETE if strict and gaps else 0


_SETTINGS = ("profiles", "role_arns", "external_id", "organization_role", "accounts", "regions", "max_api_cost_usd")


def _say_estimate(found: Any) -> None:
    click.echo(f"accounts {found.accounts}, regions {found.regions}, scopes {found.scopes}")
    click.echo(
        f"inventory: about {found.inventory_calls} calls, free but for the sizes of S3 buckets (two metrics each)"
    )
    if found.cost_usd is None:
        click.echo(f"metrics: ${found.usd_per_1000_metrics} per 1,000; their number is known after an inventory")
    else:
        least = "at least " if found.gaps else ""
        click.echo(f"metrics: {least}{found.metrics} in {found.metric_calls} calls, {least}${found.cost_usd}")
    say_gaps(found.gaps)
    click.echo("nothing was read that costs; leave --dry-run away to collect", err=True)
