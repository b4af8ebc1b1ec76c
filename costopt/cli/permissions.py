"""`costopt permissions`."""

import json

import rich_click as click


@click.group("permissions")
def command() -> None:
    """Print the least-privilege policy of the collectors."""


@command.command("aws")
@click.option("--split", is_flag=True, help="Several documents that each fit a managed policy, as a JSON list.")
def aws(split: bool) -> int:  # noqa: FBT001 - click's signature
    """Print the IAM policy that collecting needs, generated from what the collectors declare."""
    from costopt.collectors.aws.permissions import managed_policies, policy
    from costopt.collectors.aws.registry import COLLECTORS

    click.echo(json.dumps(list(managed_policies(COLLECTORS)) if split else policy(COLLECTORS), indent=2))
    return 0
