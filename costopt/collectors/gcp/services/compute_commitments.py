"""Reservations and resource-based commitments of Compute Engine."""

from collections.abc import Iterator, Sequence

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import accelerators, google_resource, linked_id, location_of
from costopt.collectors.gcp.values import Json, flag, moment, number, optional_text, part, parts, text, texts, whole
from costopt.collectors.soundness import UnsoundRow
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, GceReservation

_MIB_PER_GIB = 1024


def reservations_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one reservation."""
    data, specific = asset.data, part(asset.data, "specificReservation")
    machine = part(specific, "instanceProperties")
    machine_type, commitment = optional_text(machine, "machineType"), optional_text(data, "commitment")
    sharing = optional_text(part(data, "shareSettings"), "shareType")
    consumers = part(data, "shareSettings", "projectMap")
    spec = GceReservation(
        number=text(data, "id"),
        zone=last_part(optional_text(data, "zone") or location_of(asset)),
        status=text(data, "status"),
        machine_type=machine_type and last_part(machine_type),
        count=whole(specific, "count"),
        # A count of zero is left out of the JSON, as proto3 does; without a specific part there is no count at all.
        in_use_count=(whole(specific, "inUseCount") or 0) if specific else None,
        accelerators=accelerators(machine, "guestAccelerators"),
        local_ssd_gib=sum(whole(disk, "diskSizeGb") or 0 for disk in parts(machine, "localSsds")),
        specific_required=flag(data, "specificReservationRequired"),
        shared=sharing not in (None, "LOCAL"),
        consumers=tuple(sorted(consumers)) if sharing == "SPECIFIC_PROJECTS" and consumers else None,
        commitment_id=commitment and project.id_of(commitment),
        delete_at=moment(data, "deleteAtTime"),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created)


def commitments_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one commitment."""
    data = asset.data
    start, end = moment(data, "startTimestamp"), moment(data, "endTimestamp")
    if start is None or end is None:
        raise UnsoundRow("it has no term")
    amounts = parts(data, "resources")
    licence = part(data, "licenseResource")
    spec = CommittedUse(
        commitment_type=optional_text(data, "type") or "GENERAL_PURPOSE",
        plan=text(data, "plan"),
        status=text(data, "status"),
        start=start,
        end=end,
        category=optional_text(data, "category") or "MACHINE",
        vcpus=int(_amount(amounts, "VCPU")),
        memory_gib=_amount(amounts, "MEMORY") / _MIB_PER_GIB,
        accelerators=_committed_accelerators(amounts),
        local_ssd_gib=int(_amount(amounts, "LOCAL_SSD")),
        license=optional_text(licence, "license"),
        auto_renew=flag(data, "autoRenew"),
        reservation_ids=tuple(sorted(_reservation_ids(project, data))),
    )
    yield google_resource(
        project,
        asset,
        spec,
        name=text(data, "name"),
        created_at=moment(data, "creationTimestamp"),
        resource_id=linked_id(project, asset),
    )


def _amount(amounts: Sequence[Json], kind: str) -> float:
    """Committed amount of one kind: vCPUs, MiB of memory, GiB of local SSD.

    Source: https://cloud.google.com/compute/docs/reference/rest/v1/regionCommitments (resources.amount).
    """
    return sum(number(one, "amount") or 0.0 for one in amounts if one.get("type") == kind)


def _committed_accelerators(amounts: Sequence[Json]) -> tuple[Accelerator, ...]:
    gpus = [one for one in amounts if one.get("type") == "ACCELERATOR"]
    return accelerators({"resources": gpus}, "resources", count="amount")


def _reservation_ids(project: Project, data: Json) -> Iterator[str]:
    for one in parts(data, "reservations"):
        link = optional_text(one, "selfLink")
        if link is not None:
            yield project.id_of(link)
    for link in texts(data, "existingReservations"):
        yield project.id_of(link)


COMPUTE_COMMITMENTS = Service(
    id="compute_commitments",
    parsers={
        "compute.googleapis.com/Reservation": reservations_of,
        "compute.googleapis.com/Commitment": commitments_of,
    },
    kinds=(CommittedUse, GceReservation),
)
