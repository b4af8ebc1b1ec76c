"""Budgets that the cloud has already, as those of the settings."""

from datetime import datetime

from costopt.collectors.aws.budgets import read_budgets
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.sessions import Access
from costopt.config.settings import AwsSettings
from costopt.model.imported_budget import ImportedBudget


def aws_budgets(
    aws: AwsSettings, *, now: datetime, account: str | None = None, endpoint_url: str | None = None
) -> tuple[str, tuple[ImportedBudget, ...]]:
    """The AWS Budgets of one account; nothing is changed.

    Args:
        aws: the way into the account, mostly the management account.
        now: aware time of the run.
        account: this one of those that the settings lead to; the caller's, or that of the first role, by default.
        endpoint_url: another endpoint, such as an emulator.

    Returns:
        The account, and its budgets by name.

    Raises:
        CollectError: the account or its budgets cannot be read.
        UsageError: the settings do not lead to the account.
    """
    access = Access(
        profile=aws.profile,
        role_arns=aws.role_arns if account else aws.role_arns[:1],
        external_id=aws.external_id,
        organization_role=aws.organization_role if account else None,
        accounts=(account,) if account else (),
        wire=Wire(endpoint_url=endpoint_url),
    )
    return read_budgets(access, now=now)
