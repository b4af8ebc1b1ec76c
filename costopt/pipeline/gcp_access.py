"""Whether Google Cloud can be reached with the caller's credentials, by the smallest question that costs nothing."""

from contextlib import closing
from datetime import UTC, datetime

from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.config.settings import GcpSettings
from costopt.errors import CollectError
from costopt.pipeline.google_clients import google_clients

with google_clients():
    from costopt.collectors.gcp.api import ConnectedApi
    from costopt.collectors.gcp.connection import Connection, Wire
    from costopt.collectors.gcp.faults import classify
    from costopt.collectors.gcp.limits import Limits

_DEADLINE_SECONDS = 20


def describe_gcp_access(gcp: GcpSettings, *, endpoint: str | None = None) -> str:
    """What the credentials reach: the first project of the settings, and who pays for it.

    Args:
        gcp: the user's settings.
        endpoint: another endpoint, such as an emulator.

    Raises:
        CollectError: there are no credentials, or they may not read the project.
    """
    limits = Limits.of(deadline_seconds=_DEADLINE_SECONDS)
    with closing(Connection(Wire(endpoint=endpoint), limits, quota_project=gcp.quota_project)) as connection:
        project = next(iter(gcp.projects), connection.default_project)
        if project is None:
            return "credentials found; their project is not known, so that no question was asked"
        try:
            payer = ConnectedApi(connection, Project(id=project), datetime.now(UTC)).payer()
        except CALL_ERRORS as error:
            fault = classify(error)
            needs = f"It needs {fault.permission}. " if fault.permission else ""
            raise CollectError(
                f"project {project} cannot be read: {fault.reason} ({fault.detail})",
                hint=f"{needs}`costopt permissions gcp` prints the role.",
            ) from error
    return f"project {project}, paid by {payer.account or 'nobody'}"
