"""Which types have what each single machine of a workload must have, and which requirement stands in the way."""

from collections import Counter
from collections.abc import Callable, Sequence

from costopt.economics.instance_families import is_accelerated
from costopt.errors import InfeasiblePlan
from costopt.model.shape import Shape
from costopt.model.workload import Requirements, Workload

_Fits = Callable[[Shape, Requirements], bool]
_Words = Callable[[Requirements], str]

_MOST_NAMED = 3


def _at_least(offered: float | None, asked: float | None) -> bool:
    return asked is None or (offered is not None and offered >= asked)


def _plain_hardware(shape: Shape, needs: Requirements) -> bool:
    """No bare metal, and no accelerator where none is asked for: both cost more and behave otherwise."""
    if shape.bare_metal:
        return False
    named = shape.family in needs.families
    return bool(needs.gpus) or named or not (shape.gpu_count or is_accelerated(shape.instance_type))


def _metered(shape: Shape) -> bool:
    """Whether its CPU is metered by credits. t1.micro is, though the provider does not call it burstable."""
    return shape.burstable or shape.family == "t1"


_CHECKS: dict[str, tuple[_Fits, _Words]] = {
    "families": (
        lambda shape, needs: not needs.families or shape.family in needs.families,
        lambda needs: f"families {', '.join(needs.families)}",
    ),
    "excluded_families": (
        lambda shape, needs: shape.family not in needs.excluded_families,
        lambda needs: f"no family {', '.join(needs.excluded_families)}",
    ),
    "architectures": (
        lambda shape, needs: not set(needs.architectures).isdisjoint(shape.architectures),
        lambda needs: f"architecture {' or '.join(needs.architectures)}",
    ),
    "burstable": (lambda shape, needs: needs.burstable or not _metered(shape), lambda _: "no CPU metered by credits"),
    "previous_generations": (
        lambda shape, needs: needs.previous_generations or shape.current_generation or shape.family in needs.families,
        lambda _: "a current generation",
    ),
    "hardware": (_plain_hardware, lambda _: "a virtual machine without accelerators that are not asked for"),
    "gpus": (lambda shape, needs: not needs.gpus or shape.gpu_count > 0, lambda needs: f"{needs.gpus} accelerators"),
    "gpu_names": (
        lambda shape, needs: not needs.gpu_names or shape.gpu_name in needs.gpu_names,
        lambda needs: f"accelerator {' or '.join(needs.gpu_names)}",
    ),
    "gpu_memory_gib": (
        lambda shape, needs: _at_least(shape.gpu_memory_gib, needs.gpu_memory_gib),
        lambda needs: f"{needs.gpu_memory_gib:g} GiB of accelerator memory in one machine",
    ),
    "network_gbps": (
        lambda shape, needs: _at_least(shape.network_gbps, needs.network_gbps),
        lambda needs: f"{needs.network_gbps:g} Gbit/s of sustained network",
    ),
    "ebs_mibps": (
        lambda shape, needs: _at_least(shape.ebs_baseline_mibps, needs.ebs_mibps),
        lambda needs: f"{needs.ebs_mibps:g} MiB/s to EBS",
    ),
    "ebs_iops": (
        lambda shape, needs: _at_least(shape.ebs_baseline_iops, needs.ebs_iops),
        lambda needs: f"{needs.ebs_iops:g} operations a second to EBS",
    ),
    "local_disk_gib": (
        lambda shape, needs: _at_least(shape.local_disk_gib, needs.local_disk_gib),
        lambda needs: f"{needs.local_disk_gib:g} GiB of local disk",
    ),
}
"""By the name of the requirement: whether a shape has it, and what is asked in words."""


def fitting(workload: Workload, shapes: Sequence[Shape]) -> tuple[Shape, ...]:
    """Types of which each machine has what the workload asks of one.

    vCPUs and memory are not looked at: fleets and pods share them among machines.

    Raises:
        InfeasiblePlan: there is none; the message names the workload and the requirement that stands in the way.
    """
    needs = workload.requirements
    found = tuple(shape for shape in shapes if all(fits(shape, needs) for fits, _ in _CHECKS.values()))
    if found:
        return found
    failed = {shape.instance_type: _failed(shape, needs) for shape in shapes}
    alone = Counter(names[0] for names in failed.values() if len(names) == 1)
    blamed = [name for name, _ in alone.most_common(_MOST_NAMED)]
    words = [_CHECKS[name][1](workload.requirements) for name in blamed]
    most = Counter(name for names in failed.values() for name in names)
    together = ", ".join(_CHECKS[name][1](workload.requirements) for name, _ in most.most_common(_MOST_NAMED))
    raise InfeasiblePlan(
        f"workload {workload.name!r}: none of the {len(shapes)} types in {workload.region} has"
        f" {' or '.join(words) + ' with the rest' if words else 'all of ' + together}",
        hint=f"Relax {' or '.join(blamed) if blamed else 'several requirements'} of {workload.name}.",
    )


def _failed(shape: Shape, needs: Requirements) -> tuple[str, ...]:
    return tuple(name for name, (fits, _) in _CHECKS.items() if not fits(shape, needs))
