"""One machine of Compute Engine: its specification, its boot disk and what is measured of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.google.projects import number, zone
from costopt.collectors.made.machines import Load
from costopt.collectors.made.plan import HOUR, Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator, GceInstance, InstanceDisk
from costopt.model.specs.persistent_disks import DiskUse, PersistentDisk

_KIB = 1024
_IMAGE = "projects/debian-cloud/global/images/debian-12-bookworm-v20260915"
_SENT = 0.45
"""Bytes sent for each byte received."""
SHAPES: Mapping[str, tuple[int, float]] = {
    "c2-standard-4": (4, 16.0),
    "c2-standard-8": (8, 32.0),
    "e2-custom-8-32768": (8, 32.0),
    "e2-highmem-2": (2, 16.0),
    "e2-highmem-4": (4, 32.0),
    "e2-standard-2": (2, 8.0),
    "e2-standard-4": (4, 16.0),
    "e2-standard-8": (8, 32.0),
    "g2-standard-4": (4, 16.0),
    "g2-standard-8": (8, 32.0),
    "n1-standard-2": (2, 7.5),
    "n1-standard-4": (4, 15.0),
    "n1-standard-8": (8, 30.0),
    "n2-highmem-2": (2, 16.0),
    "n2-standard-2": (2, 8.0),
    "n2-standard-4": (4, 16.0),
    "n2-standard-8": (8, 32.0),
    "n2d-highmem-2": (2, 16.0),
    "n2d-standard-4": (4, 16.0),
}
"""vCPUs and GiB of the types that the company has.
Source: https://cloud.google.com/compute/docs/general-purpose-machines and the pages beside it."""
_BUILT_IN = {"g2": (Accelerator(accelerator_type="nvidia-l4", count=1),)}
"""GPUs of the types of a series, one each at these sizes.
Source: https://cloud.google.com/compute/docs/accelerator-optimized-machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is fixed of a machine before it gets its id."""

    machine_type: str
    """Such as `e2-standard-4`."""
    age_days: float
    """Days since it was made."""
    zone: str | None = None
    """Its zone; drawn where None."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of its specification."""
    boot_type: str = "pd-balanced"
    """Type of the boot disk."""
    boot_gib: int = 30
    """Size of the boot disk."""
    boot_image: str = _IMAGE
    """Image of the boot disk."""
    boot_flags: tuple[str, ...] = ()
    """Checks that must flag its boot disk."""


def start(plan: Plan, place: Place, who: Identity, machine: Machine, load: Load, flags: Sequence[str] = ()) -> Resource:
    """Add a running machine with its boot disk and their series.

    Args:
        plan: the plan.
        place: project and region.
        who: name and labels.
        machine: what it is.
        load: what is measured of it.
        flags: checks that must flag it.
    """
    return _place(plan, place, who, machine, load, "RUNNING", flags)


def park(
    plan: Plan,
    place: Place,
    who: Identity,
    machine: Machine,
    stopped_days: float | None,
    flags: Sequence[str] = (),
    *,
    status: str = "TERMINATED",
) -> Resource:
    """Add a machine that is not running; nothing is measured of it. When it stopped is not told where that is None."""
    stopped_at = None if stopped_days is None else plan.ago(stopped_days)
    moment = "last_suspended_at" if status == "SUSPENDED" else "last_stopped_at"
    parked = Machine(
        machine_type=machine.machine_type,
        age_days=machine.age_days,
        zone=machine.zone,
        fields={**machine.fields, moment: stopped_at},
        boot_type=machine.boot_type,
        boot_gib=machine.boot_gib,
        boot_flags=machine.boot_flags,
    )
    nothing = metrics.silent(plan)
    return _place(plan, place, who, parked, Load(cpu=nothing, network=nothing), status, flags)


def _place(
    plan: Plan, place: Place, who: Identity, machine: Machine, load: Load, status: str, flags: Sequence[str]
) -> Resource:
    where = machine.zone or zone(plan, place)
    instance_id, disk_id = f"zones/{where}/instances/{who.name}", f"zones/{where}/disks/{who.name}"
    spec = GceInstance(
        **{
            **_shape(machine.machine_type),
            "number": number(plan),
            "machine_type": machine.machine_type,
            "status": status,
            "zone": where,
            "disks": (InstanceDisk(disk_id=disk_id, device_name="persistent-disk-0", boot=True),),
            "last_started_at": plan.ago(machine.age_days),
            **machine.fields,
        }
    )
    instance = plan.add(place, instance_id, spec, who, age_days=machine.age_days, flags=flags)
    disk = PersistentDisk(
        number=number(plan),
        disk_type=machine.boot_type,
        size_gib=machine.boot_gib,
        status="READY",
        zones=(where,),
        instance_ids=(instance_id,),
        uses=(DiskUse(instance_id=instance_id, instance_number=spec.number, device_name="persistent-disk-0"),),
        last_attached_at=plan.ago(machine.age_days),
        source_image=machine.boot_image,
    )
    own = Identity(name=who.name, tags=who.tags)
    boot = plan.add(place, disk_id, disk, own, age_days=machine.age_days, flags=machine.boot_flags)
    operate(plan, boot, (12, 30) if spec.running else None)
    _measure(plan, instance, spec, load)
    return instance


def _shape(name: str) -> Mapping[str, Any]:
    """What the type has."""
    vcpus, memory_gib = SHAPES[name]
    accelerators = _BUILT_IN.get(name.partition("-")[0], ())
    return {"vcpus": float(vcpus), "memory_gib": memory_gib, "accelerators": accelerators}


def operate(plan: Plan, disk: Resource, most: tuple[float, float] | None, *, kib: float = 16) -> None:
    """Add a disk's series: at most so many operations read and written a second, or none where the machine is off."""
    for verb, peak in zip(("read", "write"), most or (None, None), strict=True):
        operations = metrics.silent(plan) if peak is None else metrics.counts(plan, 0.4 * peak, peak, HOUR)
        plan.measure(disk, f"disk_{verb}_ops_per_second_max", HOUR, operations)
        moved = [None if count is None else round(count * kib * _KIB) for count in operations]
        plan.measure(disk, f"disk_{verb}_bytes_per_second_max", HOUR, moved)


def _measure(plan: Plan, instance: Resource, spec: GceInstance, load: Load) -> None:
    mean = [None if value is None else round(value * load.mean_share, 2) for value in load.cpu]
    nothing = metrics.silent(plan)
    for metric, values in (
        ("cpu_max_percent", load.cpu),
        ("cpu_mean_percent", mean),
        ("network_in_bytes", [None if value is None else round(value) for value in load.network]),
        ("network_out_bytes", [None if value is None else round(value * _SENT) for value in load.network]),
        ("memory_used_percent", load.memory or nothing),
    ):
        plan.measure(instance, metric, HOUR, values)
    if spec.accelerators:
        plan.measure(instance, "gpu_used_percent", HOUR, load.gpu or nothing)


def idle(plan: Plan, name: str, *, received: float = 1_900.0, vcpu: float = 0.029) -> Load:
    """A machine of that type that nobody uses: at the peak so many vCPUs, and so many bytes a second received."""
    peak = 100 * vcpu / SHAPES[name][0]
    return Load(
        cpu=[round(value, 3) for value in metrics.steady(plan, 0.4 * peak, peak)],
        network=metrics.steady(plan, 0.7 * received * HOUR, received * HOUR),
        memory=metrics.steady(plan, 66, 86),
        mean_share=0.5,
    )


def oversized(plan: Plan, *, peak: float, memory: tuple[float, float] | None) -> Load:
    """A machine with so much CPU at the peak and so much memory in percent; None without the agent."""
    return Load(
        cpu=metrics.working_week(plan, 0.4 * peak, peak),
        network=metrics.working_week(plan, 40e6, 300e6),
        memory=None if memory is None else metrics.steady(plan, *memory),
    )
