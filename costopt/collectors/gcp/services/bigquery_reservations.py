"""Slots of BigQuery: reservations, and the capacity commitments that pay for them.

Both are lists of one location, and no list tells in which locations a project has any. So they are asked for where the
project has datasets, in the US and the EU, and where the user says; the ledger tells that the rest is not looked at.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from costopt.collectors.faults import printable
from costopt.collectors.gcp.calls import LIST_CAPACITY_COMMITMENTS, LIST_RESERVATIONS
from costopt.collectors.gcp.interface import Api, Asset, Parse, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.rows import google_resource, location_of
from costopt.collectors.gcp.values import flag, labels, moment, optional_text, part, text, whole
from costopt.collectors.soundness import UnsoundRow, sound
from costopt.errors import UsageError
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryReservation, CapacityCommitment

_ALWAYS = ("EU", "US")
_LOCATION = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}")
_SCALING = ("ALL_SLOTS", "AUTOSCALE_ONLY")
_LONGEST_ID = 100


def reservations_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one reservation; one with a copy in another region is charged where it was made, and none there.

    Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations
    (originalPrimaryLocation).
    """
    data = asset.data
    charged_in = last_part(optional_text(data, "originalPrimaryLocation") or asset.location)
    if charged_in.lower() != asset.location.lower():
        return
    spec = BigQueryReservation(
        location=asset.location.lower(),
        slot_capacity=whole(data, "slotCapacity") or 0,
        edition=optional_text(data, "edition"),
        autoscale_max_slots=_autoscaled(asset),
        ignore_idle_slots=flag(data, "ignoreIdleSlots"),
    )
    name, created = last_part(text(data, "name")), moment(data, "creationTime")
    yield google_resource(project, asset, spec, name=name, created_at=created, tags=labels(data))


def _autoscaled(asset: Asset) -> int:
    """Slots that may be added: stated as such, or as the most that baseline and added ones have together.

    Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations
    (maxSlots, scalingMode).
    """
    stated = whole(part(asset.data, "autoscale"), "maxSlots")
    if stated or optional_text(asset.data, "scalingMode") not in _SCALING:
        return stated or 0
    return max((whole(asset.data, "maxSlots") or 0) - (whole(asset.data, "slotCapacity") or 0), 0)


def commitments_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one capacity commitment."""
    data = asset.data
    start = moment(data, "commitmentStartTime")
    spec = CapacityCommitment(
        location=asset.location.lower(),
        slot_count=whole(data, "slotCount") or 0,
        plan=text(data, "plan"),
        state=text(data, "state"),
        edition=optional_text(data, "edition"),
        start=start,
        end=moment(data, "commitmentEndTime"),
        renewal_plan=optional_text(data, "renewalPlan"),
    )
    yield google_resource(project, asset, spec, name=last_part(text(data, "name")), created_at=start)


def looking_in(service: Service, locations: Sequence[str]) -> Service:
    """The service, which looks for slots in these places too; any other service as it is.

    Raises:
        UsageError: a name that no place can have.
    """
    for name in locations:
        if not _LOCATION.fullmatch(name):
            raise UsageError(f"gcp.slot_locations has {name!r}, which is no place", hint="Such as europe-west4, or US.")
    if service.id != BIGQUERY_RESERVATIONS.id or not locations:
        return service
    return replace(service, complete=partial(_slots, also=tuple(locations)))


def _locations(datasets: Iterable[Asset], also: Sequence[str]) -> list[str]:
    """Where slots are looked for, each place once however it is written, sorted."""
    found = {name.upper(): name for name in (*(location_of(one) for one in datasets), *also, *_ALWAYS)}
    return sorted(name for name in found.values() if _LOCATION.fullmatch(name))


def _slots(api: Api, _: list[Resource], datasets: Sequence[Asset], also: Sequence[str] = ()) -> list[Resource]:
    found = []
    for location in _locations(datasets, also):
        commitments, known = _listed(api, api.capacity_commitments, commitments_of, location, CapacityCommitment.KIND)
        reservations, _all = _listed(api, api.reservations, reservations_of, location, BigQueryReservation.KIND)
        found += [*commitments, *(_beside_known(row) if known else row for row in reservations)]
    return found


def _beside_known(reservation: Resource) -> Resource:
    """The reservation, whose commitments were all read."""
    spec = reservation.spec
    assert isinstance(spec, BigQueryReservation)  # noqa: S101 - `reservations_of` gives nothing else
    return replace(reservation, spec=replace(spec, commitments_known=True))


def _listed(
    api: Api, ask: Callable[[str], Iterable[Asset]], parse: Parse, location: str, kind: str
) -> tuple[list[Resource], bool]:
    """Rows of a location, and whether they are all that there are; what is missing is noted."""
    try:
        assets = list(ask(location))
    except CALL_ERRORS as error:
        api.missing(f"{kind}s", error, of=location, kinds=(kind,))
        return [], False
    rows, all_of_them = [], True
    for asset in assets:
        try:
            rows += [sound(row) for row in parse(api.project, asset)]
        except UnsoundRow as error:
            all_of_them = False
            api.missing("rows", error, of=printable(asset.name)[:_LONGEST_ID], kinds=(kind,))
    return rows, all_of_them


BIGQUERY_RESERVATIONS = Service(
    id="bigquery_reservations",
    parsers={},
    kinds=(BigQueryReservation, CapacityCommitment),
    bare=("bigquery.googleapis.com/Dataset",),
    complete=_slots,
    calls=(LIST_RESERVATIONS, LIST_CAPACITY_COMMITMENTS),
    unsearched="slots are looked for in the US, the EU, where there are datasets, and in gcp.slot_locations",
)
