"""`costopt budget import`."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from costopt.cli.options import Moment, config_option


@click.command("import")
@click.option("--aws", "is_aws", is_flag=True, required=True, help="The budgets of AWS Budgets.")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--account", metavar="ID", help="This account of those that the settings lead to.")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint, such as an emulator.")
@click.option("--now", type=Moment(), help="Time by which budgets have ended or not; that of the clock otherwise.")
@config_option
def command(
    is_aws: bool,  # noqa: FBT001 - click's signature; a second cloud will make it a choice
    profile: str | None,
    account: str | None,
    endpoint_url: str | None,
    now: datetime | None,
    config_file: Path | None,
) -> int:
    """Print the budgets that the cloud has as [[budgets]]; nothing is changed there or here.

    What cannot be said is a comment above the budget and a line on standard error. Subscribers are not read: who is
    told is written under [[notify.channels]]. Example: costopt budget import --aws >> costopt.toml
    """
    from costopt.config.layers import load
    from costopt.pipeline.budgets.provider_budgets import aws_budgets
    from costopt.renderers.budget_toml import budgets_toml
    from costopt.renderers.clean import clean

    aws = load(file=config_file).settings.aws
    aws = dataclasses.replace(aws, profile=profile or aws.profile)
    number, found = aws_budgets(aws, now=now or datetime.now(UTC), account=account, endpoint_url=endpoint_url)
    click.echo(budgets_toml(found), nl=False)
    for one in found:
        for remark in one.remarks:
            state = "" if one.budget else "not imported: "
            click.echo(clean(f"{one.name}: {state}{remark}"), err=True)
    taken = sum(one.budget is not None for one in found)
    click.echo(f"account {number}: {taken} of {len(found)} budgets", err=True)
    return 0
