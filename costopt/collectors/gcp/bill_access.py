"""The way to a bill at Google: clients of BigQuery and Cloud Storage, their calls, and what a refusal means."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from google.api_core.exceptions import Forbidden, NotFound, RetryError
from google.auth.credentials import AnonymousCredentials

from costopt.collectors.faults import Fault, message_of
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.faults import REFUSALS, classify, rest_reason
from costopt.collectors.gcp.interface import Call
from costopt.collectors.gcp.refusal import CallFailed
from costopt.errors import DAMAGED_CREDENTIALS, CollectError

if TYPE_CHECKING:
    from google.cloud import bigquery, storage

BIGQUERY_API: Final = "bigquery.googleapis.com"
STORAGE_API: Final = "storage.googleapis.com"
GET_TABLE = Call(api=BIGQUERY_API, method="tables.get", permissions=("bigquery.tables.get",))
READ_TABLE = Call(api=BIGQUERY_API, method="tabledata.list", permissions=("bigquery.tables.getData",))
RUN_QUERY = Call(api=BIGQUERY_API, method="jobs.insert", permissions=("bigquery.jobs.create",))
"""Source of all three: https://cloud.google.com/bigquery/docs/access-control#bq-permissions."""
LIST_OBJECTS = Call(api=STORAGE_API, method="objects.list", permissions=("storage.objects.list",))
GET_OBJECT = Call(api=STORAGE_API, method="objects.get", permissions=("storage.objects.get",))
"""Source of both: https://cloud.google.com/storage/docs/access-control/iam-json."""

ROLES: Final = {
    "bigquery.jobs.create": "roles/bigquery.jobUser on the project that pays",
    "bigquery.tables.get": "roles/bigquery.dataViewer on the dataset",
    "bigquery.tables.getData": "roles/bigquery.dataViewer on the dataset",
    "storage.objects.list": "roles/storage.objectViewer on the bucket",
    "storage.objects.get": "roles/storage.objectViewer on the bucket",
}
"""A predefined role with each permission, and where to grant it.
Source: https://cloud.google.com/iam/docs/roles-permissions/bigquery."""
_PERMISSION = re.compile(r"\b((?:bigquery|storage)\.[a-zA-Z]+\.[a-zA-Z]+)\b(?!\.)")
_OF_TABLE = "Access Denied: Table"
_LIMITS = frozenset({"quotaExceeded", "rateLimitExceeded", "billingNotEnabled", "responseTooLarge"})
"""Reasons of BigQuery that come as 403 and are no lack of a permission.
Source: https://cloud.google.com/bigquery/docs/error-messages."""
PATIENCE: Final = 60.0
"""Seconds in which a call is tried again; the client itself would for ten minutes, without a word."""
_SIGN_IN = "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file."
_INSTALL = "Install it: pip install 'cloud-costopt[gcp]'."


@contextmanager
def bigquery_client(project: str | None, location: str | None, endpoint: str | None) -> Iterator["bigquery.Client"]:
    """A client of BigQuery with the application default credentials.

    Args:
        project: the project that pays; None for the credentials' own.
        location: of the table; None lets BigQuery find it.
        endpoint: another endpoint, such as an emulator, to which no credentials are sent.

    Raises:
        CollectError: the library is not installed, or there are no credentials.
    """
    try:
        from google.cloud import bigquery
    except ImportError as error:
        raise CollectError("Google's client of BigQuery is not installed", hint=_INSTALL) from error
    with _signing_in():
        client = bigquery.Client(project=project, location=location, **_wire(endpoint))
    try:
        yield client
    finally:
        client.close()


def table_client(
    table: TableAddress, project: str | None, location: str | None, endpoint: str | None
) -> AbstractContextManager["bigquery.Client"]:
    """A client for questions to a table; see `bigquery_client`.

    An emulator gets no credentials, so that their project is not known: the table's pays.
    """
    return bigquery_client(project or (table.project if endpoint else None), location, endpoint)


@contextmanager
def storage_client(project: str | None, endpoint: str | None) -> Iterator["storage.Client"]:
    """A client of Cloud Storage; see `bigquery_client`.

    Raises:
        CollectError: the library is not installed, or there are no credentials.
    """
    try:
        from google.cloud import storage
    except ImportError as error:
        raise CollectError("Google's client of Cloud Storage is not installed", hint=_INSTALL) from error
    with _signing_in():
        client = storage.Client(project=project, **_wire(endpoint))
    try:
        yield client
    finally:
        client.close()


def _wire(endpoint: str | None) -> dict[str, Any]:
    if endpoint is None:
        return {}
    return {"credentials": AnonymousCredentials(), "client_options": {"api_endpoint": endpoint}}


@contextmanager
def _signing_in() -> Iterator[None]:
    try:
        yield
    except REFUSALS as error:  # among them OSError: no project to be found
        raise CollectError(f"no way to Google Cloud: {message_of(error)}", hint=_SIGN_IN) from error
    except DAMAGED_CREDENTIALS:
        raise CollectError("the file of credentials for Google Cloud is damaged", hint=_SIGN_IN) from None


def table_of(client: "bigquery.Client", address: TableAddress, *, patience: float = PATIENCE) -> "bigquery.Table":
    """What BigQuery knows of a table: its columns, and how it is divided. Costs nothing.

    Args:
        client: of BigQuery.
        address: of the table.
        patience: seconds in which what fails in passing is tried again.

    Raises:
        CollectError: it cannot be read.
    """
    from google.cloud.bigquery import DEFAULT_RETRY

    with telling(f"table {address}", GET_TABLE):
        return client.get_table(str(address), retry=DEFAULT_RETRY.with_timeout(patience), timeout=PATIENCE)


@contextmanager
def telling(what: str, call: Call) -> Iterator[None]:
    """Makes one message of whatever a call raises.

    Args:
        what: what is read, for the message.
        call: what is asked, to name the permission that a refusal is about.

    Raises:
        CollectError: the call failed.
    """
    try:
        yield
    except (*REFUSALS, RetryError) as error:
        # After its last try the client tells that it gave up, and why in the cause.
        why = error.cause or error if isinstance(error, RetryError) else error
        fault = classify(CallFailed(call, why))
        raise CollectError(f"{what} cannot be read: {fault.detail}", hint=_hint(why, fault, call)) from error


def _hint(error: Exception, fault: Fault, call: Call) -> str:
    if isinstance(error, NotFound):
        return (
            "Check project, dataset, table or bucket by the letter, and --location. A new export makes its table "
            "within hours."
        )
    if isinstance(error, Forbidden) and rest_reason(error) in _LIMITS:
        return "Wait, or ask for fewer months: it is a quota or the billing of the project, and no permission."
    match fault.reason:
        case "denied":
            return _grant(error, fault, call)
        case "not enabled":
            return f"Enable it: gcloud services enable {fault.permission}."
        case "credentials":
            return _SIGN_IN
    return "Try again later; `costopt doctor` checks the connection."


def _grant(error: Exception, fault: Fault, call: Call) -> str:
    text = str(error)
    named = _PERMISSION.search(text)
    of_table = READ_TABLE.permissions[0] if _OF_TABLE in text and call is RUN_QUERY else fault.permission
    permission = named[1] if named and named[1] in ROLES else of_table
    role = ROLES.get(permission or "")
    return f"Grant {permission}" + (f" ({role})" if role else "") + "; `costopt permissions gcp --bill` prints a role."
