"""Budgets that the cloud has already, as those of the settings."""

from contextlib import closing
from datetime import datetime

from costopt.collectors.aws.budgets import read_budgets
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.sessions import Access
from costopt.config.settings import AwsSettings
from costopt.errors import ConfigError
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


def google_budgets(
    account: str, *, quota_project: str | None, endpoint: str | None = None
) -> tuple[ImportedBudget, ...]:
    """The budgets of one billing account of Google Cloud; nothing is changed.

    Args:
        account: its id, `012345-567890-ABCDEF`.
        quota_project: project whose quotas the calls count against.
        endpoint: another gRPC endpoint, such as an emulator.

    Raises:
        CollectError: the budgets cannot be read.
        ConfigError: the extra `gcp` is not installed.
    """
    try:
        from costopt.collectors.gcp.budgets import read_budgets as read_google_budgets
        from costopt.collectors.gcp.connection import Connection
        from costopt.collectors.gcp.connection import Wire as GoogleWire
        from costopt.collectors.gcp.limits import Limits
    except ImportError as error:
        raise ConfigError(
            "budgets of Google Cloud need its libraries, which are not installed",
            hint="Install cloud-costopt[gcp].",
        ) from error
    with closing(Connection(GoogleWire(endpoint=endpoint), Limits.of(), quota_project=quota_project)) as connection:
        return read_google_budgets(connection, account)
