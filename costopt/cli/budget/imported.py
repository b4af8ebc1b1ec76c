"""`costopt budget import`."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from costopt.cli.options import Moment, config_option

if TYPE_CHECKING:
    from costopt.model.imported_budget import ImportedBudget


@click.command("import")
@click.option("--aws", "cloud", flag_value="aws", help="The budgets of AWS Budgets.")
@click.option("--gcp", "cloud", flag_value="gcp", help="The budgets of a billing account of Google Cloud.")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--account", metavar="ID", help="Of AWS this account, of those that the settings lead to.")
@click.option("--billing-account", metavar="ID", help="Of Google Cloud this one: 012345-567890-ABCDEF.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint, such as an emulator.")
@click.option("--now", type=Moment(), help="Time by which budgets have ended or not; that of the clock otherwise.")
@config_option
def command(
    cloud: str | None,
    profile: str | None,
    account: str | None,
    billing_account: str | None,
    endpoint_url: str | None,
    now: datetime | None,
    config_file: Path | None,
) -> int:
    """Print the budgets that the cloud has as [[budgets]]; nothing is changed there or here.

    What cannot be said is a comment above the budget and a line on standard error. Subscribers are not read: who is
    told is written under [[notify.channels]]. Example: costopt budget import --aws >> costopt.toml
    """
    from costopt.config.layers import load
    from costopt.pipeline.budgets.provider_budgets import aws_budgets, google_budgets

    settings = load(file=config_file).settings
    if cloud == "aws":
        aws = dataclasses.replace(settings.aws, profile=profile or settings.aws.profile)
        number, found = aws_budgets(aws, now=now or datetime.now(UTC), account=account, endpoint_url=endpoint_url)
    elif cloud == "gcp":
        if billing_account is None:
            raise click.UsageError("Name the billing account with --billing-account.")
        number = billing_account
        found = google_budgets(number, quota_project=settings.gcp.quota_project, endpoint=endpoint_url)
    else:
        raise click.UsageError("Name whose budgets: --aws or --gcp.")
    _show(number, found)
    return 0


def _show(account: str, found: "Sequence[ImportedBudget]") -> None:
    from costopt.renderers.budget_toml import budgets_toml
    from costopt.renderers.clean import clean

    click.echo(budgets_toml(found), nl=False)
    for one in found:
        for remark in one.remarks:
            state = "" if one.budget else "not imported: "
            click.echo(clean(f"{one.name}: {state}{remark}"), err=True)
    taken = sum(one.budget is not None for one in found)
    click.echo(f"account {clean(account)}: {taken} of {len(found)} budgets", err=True)
