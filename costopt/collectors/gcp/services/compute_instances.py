"""Compute Engine's instances and disks, which refer to each other, and the shapes of machine types.

Of an instance's metadata one key is read, `created-by`, which names its group. Everything else there may be a secret.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from costopt.collectors.gcp.calls import LIST_MACHINE_TYPES
from costopt.collectors.gcp.interface import Api, Asset, MachineShape, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.rows import accelerators, google_resource, location_of, managed_by, provisioning_model
from costopt.collectors.gcp.values import Json, flag, labels, moment, optional_text, part, parts, text, texts, whole
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, InstanceDisk
from costopt.model.specs.persistent_disks import DiskUse, PersistentDisk

_CUSTOM = re.compile(r"(?:[a-z0-9]+-)?custom-(\d{1,4})-(\d{1,9})(?:-ext)?")
"""vCPUs and MiB. Source: https://cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type."""

_PLATFORMS = (
    ("windows-sql-cloud", "windows_sql"),
    ("windows-cloud", "windows"),
    ("rhel-sap-cloud", "rhel_sap"),
    ("rhel-cloud", "rhel"),
    ("suse-sap-cloud", "sles_sap"),
    ("suse-cloud", "sles"),
    ("ubuntu-os-pro-cloud", "ubuntu_pro"),
)
"""Image projects whose licences are billed, the dearer first.
Source: https://cloud.google.com/compute/docs/images/os-details."""

_LICENCE = re.compile(r"projects/([^/]+)/global/licenses/")
"""Project that a licence belongs to."""

_LOCAL_SSD_GIB = 375
"""Size of a local SSD where the API leaves it out. Source: https://cloud.google.com/compute/docs/disks/local-ssd."""
_MIB_PER_GIB = 1024
_AFFINITY = {"NO_RESERVATION": "none", "SPECIFIC_RESERVATION": "specific"}


def instances_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one instance."""
    data = asset.data
    disks, scheduling, tags = parts(data, "disks"), part(data, "scheduling"), labels(data)
    machine_type = last_part(text(data, "machineType"))
    vcpus, memory_gib = custom_shape(machine_type)
    spec = GceInstance(
        number=text(data, "id"),
        machine_type=machine_type,
        status=text(data, "status"),
        zone=last_part(optional_text(data, "zone") or location_of(asset)),
        platform=_platform(disks),
        provisioning_model=provisioning_model(scheduling),
        vcpus=vcpus,
        memory_gib=memory_gib,
        accelerators=accelerators(data, "guestAccelerators"),
        local_ssd_gib=sum(
            whole(disk, "diskSizeGb") or _LOCAL_SSD_GIB for disk in disks if disk.get("type") == "SCRATCH"
        ),
        disks=tuple(sorted(_persistent(project, disks), key=lambda disk: disk.disk_id)),
        last_started_at=moment(data, "lastStartTimestamp"),
        last_stopped_at=moment(data, "lastStopTimestamp"),
        last_suspended_at=moment(data, "lastSuspendedTimestamp"),
        instance_group=_group(project, part(data, "metadata")),
        managed_by=managed_by(tags),
        sole_tenant=bool(parts(scheduling, "nodeAffinities")),
        reservation_affinity=_AFFINITY.get(str(part(data, "reservationAffinity").get("consumeReservationType")), "any"),
        cpu_platform=optional_text(data, "cpuPlatform"),
        deletion_protection=flag(data, "deletionProtection"),
        bound_to_series=_bound_to_series(data),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=tags)


def _bound_to_series(data: Json) -> bool:
    """Whether a machine uses what other series may lack.

    Sources: https://cloud.google.com/confidential-computing/confidential-vm/docs/supported-configurations,
    https://cloud.google.com/compute/docs/instances/specify-min-cpu-platform and
    https://cloud.google.com/compute/docs/instances/nested-virtualization/overview (machine series).
    """
    confidential = part(data, "confidentialInstanceConfig")
    return (
        flag(confidential, "enableConfidentialCompute")
        or optional_text(confidential, "confidentialInstanceType") is not None
        or optional_text(data, "minCpuPlatform") not in (None, "Automatic")
        or flag(part(data, "advancedMachineFeatures"), "enableNestedVirtualization")
    )


def custom_shape(machine_type: str) -> tuple[float | None, float | None]:
    """Shape, vCPUs and GiB, of a custom machine type, by its name; None where it is not custom."""
    found = _CUSTOM.fullmatch(machine_type)
    return (float(found[1]), int(found[2]) / _MIB_PER_GIB) if found else (None, None)


_COPIED_FROM = ("sourceDisk", "sourceInstantSnapshot", "sourceStorageObject")
"""Source: https://cloud.google.com/compute/docs/reference/rest/v1/disks."""


def disks_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one zonal or regional disk."""
    data, tags = asset.data, labels(asset.data)
    zones = texts(data, "replicaZones") or (optional_text(data, "zone") or location_of(asset),)
    image, snapshot, pool = (optional_text(data, key) for key in ("sourceImage", "sourceSnapshot", "storagePool"))
    primary = optional_text(part(data, "asyncPrimaryDisk"), "disk")
    spec = PersistentDisk(
        number=text(data, "id"),
        disk_type=last_part(text(data, "type")),
        size_gib=whole(data, "sizeGb") or 0,
        status=text(data, "status"),
        zones=tuple(sorted(last_part(zone) for zone in zones)),
        provisioned_iops=whole(data, "provisionedIops"),
        provisioned_throughput_mibps=whole(data, "provisionedThroughput"),
        instance_ids=tuple(sorted(project.id_of(user) for user in texts(data, "users"))),
        last_attached_at=moment(data, "lastAttachTimestamp"),
        last_detached_at=moment(data, "lastDetachTimestamp"),
        source_image=image and project.id_of(image),
        source_snapshot=snapshot and project.id_of(snapshot),
        copied=any(optional_text(data, key) for key in _COPIED_FROM),
        replica_of=primary and project.id_of(primary),
        managed_by=managed_by(tags),
        storage_pool=pool and project.id_of(pool),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created, tags=tags)


def _platform(disks: Sequence[Json]) -> str:
    owners = {owner for disk in disks for link in texts(disk, "licenses") for owner in _LICENCE.findall(link)}
    return next((name for owner, name in _PLATFORMS if owner in owners), "linux")


def _persistent(project: Project, disks: Sequence[Json]) -> Iterator[InstanceDisk]:
    for disk in disks:
        source = optional_text(disk, "source")
        if source is not None and disk.get("type") != "SCRATCH":
            yield InstanceDisk(
                disk_id=project.id_of(source),
                device_name=optional_text(disk, "deviceName") or last_part(source),
                boot=flag(disk, "boot"),
            )


def _group(project: Project, metadata: Json) -> str | None:
    for item in parts(metadata, "items"):
        if item.get("key") == "created-by" and "/instanceGroupManagers/" in str(item.get("value")):
            return project.id_of(str(item["value"]))
    return None


def _complete(api: Api, rows: list[Resource], _: Sequence[Asset]) -> list[Resource]:
    return _with_uses(_with_shapes(api, rows))


def _with_uses(rows: list[Resource]) -> list[Resource]:
    """Disks with the devices that they are in their instances."""
    uses: dict[str, list[DiskUse]] = {}
    for row in rows:
        if isinstance(row.spec, GceInstance):
            for disk in row.spec.disks:
                use = DiskUse(instance_id=row.id, instance_number=row.spec.number, device_name=disk.device_name)
                uses.setdefault(disk.disk_id, []).append(use)
    return [
        replace(row, spec=replace(row.spec, uses=tuple(sorted(uses[row.id], key=lambda use: use.instance_id))))
        if isinstance(row.spec, PersistentDisk) and row.id in uses
        else row
        for row in rows
    ]


def _with_shapes(api: Api, rows: list[Resource]) -> list[Resource]:
    """Instances with the vCPUs, memory and built-in GPUs of their machine types, asked for once a project."""
    names = {row.spec.machine_type for row in rows if isinstance(row.spec, GceInstance) and row.spec.vcpus is None}
    if not names:
        return rows
    try:
        shapes = api.machine_shapes(sorted(names))
    except CALL_ERRORS as error:
        api.missing("machine_types", error)
        return rows
    return [_shaped(row, row.spec, shapes) if isinstance(row.spec, GceInstance) else row for row in rows]


def _shaped(row: Resource, spec: GceInstance, shapes: Mapping[tuple[str, str], MachineShape]) -> Resource:
    shape = shapes.get((spec.zone, spec.machine_type))
    if shape is None or spec.vcpus is not None:
        return row
    return replace(
        row,
        spec=replace(
            spec,
            vcpus=shape.vcpus,
            memory_gib=shape.memory_gib,
            accelerators=spec.accelerators or shape.accelerators,
        ),
    )


COMPUTE_INSTANCES = Service(
    id="compute_instances",
    parsers={
        "compute.googleapis.com/Instance": instances_of,
        "compute.googleapis.com/Disk": disks_of,
        "compute.googleapis.com/RegionDisk": disks_of,
    },
    kinds=(GceInstance, PersistentDisk),
    complete=_complete,
    calls=(LIST_MACHINE_TYPES,),
)
