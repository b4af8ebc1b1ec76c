"""The way to the one account that a bill is read from: its connection, its calls, and what a refusal means."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.connection import Connection
from costopt.collectors.aws.faults import CALL_ERRORS, EXPIRED, classify, error_code
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.sessions import Access, connect
from costopt.collectors.faults import PagingLoop
from costopt.errors import CollectError, UsageError


class BillReader:
    """Asks one account in one region; renews credentials that expire on the way."""

    def __init__(self, connection: Connection, calls: Sequence[Call], *, region: str, now: datetime) -> None:
        self.connection = connection
        self._api = ConnectedApi(
            account=connection.account,
            partition=connection.partition,
            region=region,
            now=now,
            calls=calls,
            client=connection.client,
            deadline=connection.limits.deadline,
        )

    @property
    def account(self) -> str:
        """Account id."""
        return self.connection.account

    def ask(self, call: Call, **params: Any) -> Mapping[str, Any]:
        """One answer, checked to be whole.

        Raises:
            ClientError: AWS refused; `telling` makes a message of it.
        """
        generation = self.connection.generation
        try:
            return self._api.call(call, **params)
        except ClientError as error:
            if error_code(error) not in EXPIRED:
                raise
        self.connection.renew(generation)
        return self._api.call(call, **params)


def open_reader(
    access: Access, limits: Limits, calls: Sequence[Call], *, now: datetime, region: str | None = None
) -> BillReader:
    """A reader of the account that `access` leads to, in `region` or else the partition's home region.

    Raises:
        CollectError: the account cannot be reached.
        UsageError: `access` leads to several accounts.
    """
    connections = connect(access, limits)
    if len(connections) != 1:
        accounts = ", ".join(connection.account for connection in connections[:5])
        raise UsageError(
            f"a bill is read from one account, and {access.who} leads to {len(connections)}: {accounts}",
            hint="Name the one that the bill belongs to, mostly the management account.",
        )
    (connection,) = connections
    with telling(f"account {connection.account}", ()):
        connection.open()
    return BillReader(connection, calls, region=region or connection.home_region, now=now)


@contextmanager
def telling(what: str, calls: Sequence[Call]) -> Iterator[None]:
    """Makes one message of whatever a call raises.

    Args:
        what: what is read, for the message.
        calls: the calls that are made, to name the permission that a refusal is about.

    Raises:
        CollectError: a call failed.
    """
    try:
        yield
    except (*CALL_ERRORS, PagingLoop) as error:
        fault = classify(error, {call.operation: call.action for call in calls})
        raise CollectError(
            f"{what} cannot be read: {fault.detail}", hint=_hint(fault.reason, fault.permission)
        ) from error


def _hint(reason: str, permission: str | None) -> str:
    match reason:
        case "denied" | "denied by SCP":
            return (
                f"Allow {permission or 'it'} to the role or user that reads. A bucket's own policy or its KMS key "
                "(kms:Decrypt) may refuse, too."
            )
        case "not enabled":
            return "Switch it on in the Billing console (the first data comes within a day), or use an export."
        case "cost limit":
            return "Raise the limit of API costs, or read fewer months."
        case "credentials":
            return "Sign in again (`aws sso login`, `aws configure`), or name another profile."
    return "Try again later; `costopt doctor` checks the connection."
