"""What the checks of Compute Engine's machines share: who else decides about a machine, and what goes on being paid."""

import re
from collections import defaultdict
from collections.abc import Mapping

from costopt.analyzer.context import Context
from costopt.economics.gce.running_cost import running_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import Evidence, Saving, Verdict, no_data, not_applicable
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation, ManagedInstanceGroup

_Sort = tuple[str, str | None, tuple[Accelerator, ...], bool]
"""Zone, type and accelerators of a machine or a reservation, and whether one names the other."""

_OTHERS_DECIDE = {
    "gke": "node of a cluster",
    "dataflow": "worker of a Dataflow job",
    "batch": "worker of a Batch job",
    "tpu": "host of a TPU",
    "workbench": "machine of a notebook",
}
"""Services that make and end their machines themselves, or have a check of their own. Source for GKE and Dataflow:
https://cloud.google.com/compute/docs/instances/idle-vm-recommendations-overview (limitations)."""


_ACCELERATED = re.compile(r"(?:a\d|g[2-9]|ct|tpu)\w*-.+")
"""Types with accelerators in them. Source: https://cloud.google.com/compute/docs/accelerator-optimized-machines."""


def has_accelerators(spec: GceInstance) -> bool:
    """Whether GPUs or TPUs were added or belong to the type, which its name says where the type could not be read."""
    return bool(spec.accelerators) or _ACCELERATED.fullmatch(spec.machine_type) is not None


def not_own(spec: GceInstance) -> str | None:
    """Why a machine is not its user's to stop or resize, in a short phrase; None where it is."""
    if not spec.running:
        return "not running"
    if spec.sole_tenant:
        return "billed by its sole-tenant node"
    return _OTHERS_DECIDE.get(spec.managed_by or "")


def group_decides(machine: Resource, spec: GceInstance, context: Context) -> Verdict | None:
    """Why a member of a managed instance group is not judged alone, or None.

    A smaller member makes an autoscaler add members, and a group that spans zones is one whole.
    Source: https://cloud.google.com/compute/docs/instance-groups/apply-machine-type-recommendations-managed-instance-groups.
    """
    if spec.instance_group is None:
        return None
    found = context.find(machine, ManagedInstanceGroup, spec.instance_group)
    if found is None or found[1].autoscaled is None:
        return no_data("managed instance group or its autoscaler not read")
    if found[1].autoscaled:
        return not_applicable("member of an autoscaled group")
    return not_applicable("member of a group of several zones") if len(found[1].zones) > 1 else None


def stopping(machine: Resource, spec: GceInstance, context: Context) -> tuple[Saving | None, str | None]:
    """What is saved when the machine is stopped, or which price is missing; zero where a reservation goes on."""
    if holding_reservation(machine, spec, context) is not None:
        return Saving(terms=()), None
    if spec.reservation_affinity == "specific":
        return None, "reservation that the machine names and that may go on being billed"
    if has_accelerators(spec) and _commits_accelerators(machine, context):
        return None, "commitment on accelerators that may go on being billed"
    return priced(lambda: running_terms(machine, spec, context.prices))


def _commits_accelerators(machine: Resource, context: Context) -> bool:
    """Whether accelerators are committed in the region; which machine they pay for no list tells."""
    owned = (spec for _, spec in context.all(machine, CommittedUse) if spec.status == "ACTIVE")
    return any(one.accelerators or "ACCELERATOR" in one.commitment_type for one in owned)


def holding_reservation(machine: Resource, spec: GceInstance, context: Context) -> str | None:
    """Id of a reservation that is billed whether the machine runs or not, or None.

    Which machine uses which reservation no list tells. So as many of the machines that fit as the reservations have in
    use are taken to be theirs, by id.
    Source: https://cloud.google.com/compute/docs/instances/reservations-overview (billing).
    """
    if spec.reservation_affinity == "none" or spec.provisioning_model != "standard":
        return None
    place = ("google_machines", "reserved", machine.account, machine.region)
    if place not in context.memo:
        context.memo[place] = _reserved(machine, context)
    found: str | None = context.memo[place].get(machine.id)
    return found


def _reserved(beside: Resource, context: Context) -> Mapping[str, str]:
    """Reservations of the region's running machines, by the machine's id."""
    waiting: dict[_Sort, list[str]] = defaultdict(list)
    for machine, spec in context.all(beside, GceInstance):
        if spec.running and spec.provisioning_model == "standard" and spec.reservation_affinity != "none":
            specific = spec.reservation_affinity == "specific"
            waiting[spec.zone, spec.machine_type, spec.accelerators, specific].append(machine.id)
    holders: dict[str, str] = {}
    for reservation, its in context.all(beside, GceReservation):
        in_use = (its.count or 0) if its.in_use_count is None else its.in_use_count
        fitting = waiting[its.zone, its.machine_type, its.accelerators, its.specific_required]
        fitting.sort()
        holders.update(dict.fromkeys(fitting[:in_use], reservation.id))
        del fitting[:in_use]
    return holders


def reservation_evidence(machine: Resource, spec: GceInstance, context: Context) -> tuple[Evidence, ...]:
    """That a reservation goes on charging for the machine, where one does."""
    reservation = holding_reservation(machine, spec, context)
    if reservation is None:
        return ()
    return (
        Evidence(statement=f"reservation {reservation} is billed on without it, so that stopping saves nothing yet"),
    )
