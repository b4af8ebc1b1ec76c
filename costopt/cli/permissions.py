"""`costopt permissions`."""

import json

import rich_click as click


@click.group("permissions")
def command() -> None:
    """Print the least-privilege policy or role of the collectors."""


@command.command("aws")
@click.option("--split", is_flag=True, help="Several documents that each fit a managed policy, as a JSON list.")
@click.option("--bill", metavar="URI", help="Also read the bill at s3://bucket/prefix, and no other object.")
@click.option("--bill-only", is_flag=True, help="Only the bill at --bill; without --bill only Cost Explorer.")
@click.option("--budgets", is_flag=True, help="Only what `costopt budget import --aws` reads.")
def aws(split: bool, bill: str | None, bill_only: bool, budgets: bool) -> int:  # noqa: FBT001 - click's signature
    """Print the IAM policy that collecting needs, generated from what the collectors declare."""
    from costopt.collectors.aws.bill_permissions import admit_bill, bill_policy
    from costopt.collectors.aws.permissions import managed_policies, policy
    from costopt.collectors.aws.registry import COLLECTORS

    if budgets:
        from costopt.collectors.aws.budgets import budget_policy

        click.echo(json.dumps(budget_policy(), indent=2))
        return 0
    if bill_only:
        click.echo(json.dumps(bill_policy(bill), indent=2))
        return 0
    documents = list(managed_policies(COLLECTORS)) if split else [policy(COLLECTORS)]
    if bill is not None:
        documents[0] = admit_bill(documents[0], bill)
    click.echo(json.dumps(documents if split else documents[0], indent=2))
    return 0


@command.command("gcp")
@click.option("--only", multiple=True, metavar="SERVICE", help="Only what this service needs; may repeat.")
@click.option("--advice", is_flag=True, help="Also what `collect gcp --advice` needs.")
@click.option("--bill", metavar="URI", help="Only the bill at bigquery://project.dataset.table or gs://bucket/folder.")
def gcp(only: tuple[str, ...], advice: bool, bill: str | None) -> int:  # noqa: FBT001 - click's signature
    """Print the custom role that collecting needs, in YAML, generated from the calls that are made."""
    if bill is not None:
        from costopt.collectors.gcp.bill_permissions import bill_role

        click.echo(bill_role(bill), nl=False)
        return 0
    from costopt.collectors.gcp.permissions import calls_of, role
    from costopt.collectors.gcp.recommenders import RECOMMENDERS
    from costopt.collectors.gcp.registry import select

    extra = [recommender.call for recommender in RECOMMENDERS] if advice else []
    click.echo(role(calls_of(select(only), extra)), nl=False)
    return 0
