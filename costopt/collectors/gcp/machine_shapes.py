"""What machine types have: one list of all zones, cut to the types that the project uses."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from google.cloud.compute_v1 import AggregatedListMachineTypesRequest, MachineTypeAggregatedList, MachineTypesClient

from costopt.collectors.faults import FailedResults, PagingLoop
from costopt.collectors.gcp.calls import LIST_MACHINE_TYPES
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.interface import MachineShape
from costopt.collectors.gcp.names import last_part
from costopt.collectors.gcp.patience import ask
from costopt.model.specs.gce import Accelerator

PART = "machine_types"
"""Name of this part in the ledger."""
_NAMES_A_FILTER = 50
"""Names of one filter, so that the address of the request stays short."""
_NAME = re.compile(r"[a-z0-9-]{1,63}")
_MIB_PER_GIB = 1024
_HARMLESS = "NO_RESULTS_ON_PAGE"
"""Warning of every zone without such types.
Source: https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList (warning.code)."""


class Missing(Protocol):
    """Notes what could not be read."""

    def __call__(self, part: str, error: Exception, *, of: str | None = None) -> None:
        """As `Api.missing`."""
        ...


def read_machine_shapes(
    connection: Connection, project: str, names: Sequence[str], missing: Missing
) -> dict[tuple[str, str], MachineShape]:
    """Shapes by (zone, machine type).

    Args:
        connection: clients.
        project: project whose zones are asked.
        names: machine types.
        missing: notes zones that did not answer.

    Raises:
        PagingLoop: a page token came back a second time.
    """
    shapes: dict[tuple[str, str], MachineShape] = {}
    client = connection.machine_types
    if client is None:
        return shapes
    known = [name for name in names if _NAME.fullmatch(name)]
    for first in range(0, len(known), _NAMES_A_FILTER):
        for page in _pages(connection, client, project, known[first : first + _NAMES_A_FILTER]):
            for zone in page.unreachables:
                missing(PART, FailedResults("server", "the zone did not answer", retryable=True), of=last_part(zone))
            for scope, found in page.items.items():
                _note_warning(scope, found.warning, missing)
                for one in found.machine_types:
                    shapes[last_part(scope), one.name] = _shape(one)
    return shapes


def _pages(
    connection: Connection, client: MachineTypesClient, project: str, names: Sequence[str]
) -> Iterator[MachineTypeAggregatedList]:
    wanted = " OR ".join(f'(name = "{name}")' for name in names)
    request = AggregatedListMachineTypesRequest(project=project, filter=wanted, max_results=500)

    def send() -> MachineTypeAggregatedList:
        answer = client.aggregated_list(request=request, retry=None, timeout=connection.timeout_seconds)
        return next(iter(answer.pages))

    seen: set[str] = set()
    while True:
        page = ask(connection.limits, LIST_MACHINE_TYPES, send)
        yield page
        if not page.next_page_token:
            return
        if page.next_page_token in seen:
            raise PagingLoop("machineTypes.aggregatedList gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def _note_warning(scope: str, warning: Any, missing: Missing) -> None:
    if warning.code and warning.code != _HARMLESS:
        missing(
            PART,
            FailedResults("server", f"{warning.code}: {warning.message}", retryable=True),
            of=last_part(scope),
        )


def _shape(one: Any) -> MachineShape:
    return MachineShape(
        vcpus=float(one.guest_cpus),
        memory_gib=one.memory_mb / _MIB_PER_GIB,
        accelerators=tuple(
            Accelerator(accelerator_type=gpu.guest_accelerator_type, count=gpu.guest_accelerator_count)
            for gpu in one.accelerators
        ),
    )
