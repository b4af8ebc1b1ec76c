"""What the checks of Compute Engine's machines share: who else decides about a machine, and what goes on being paid."""

import re

from costopt.analyzer.context import Context
from costopt.analyzer.google.commitments import priced_beside_commitments
from costopt.analyzer.google.reservations import holding_reservation
from costopt.analyzer.stopped_machines import Stops
from costopt.economics.gce.running_cost import running_terms
from costopt.model.finding import Saving, Verdict, no_data, not_applicable
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, ManagedInstanceGroup

_OTHERS_DECIDE = {
    "gke": "node of a cluster",
    "dataflow": "worker of a Dataflow job",
    "batch": "worker of a Batch job",
    "tpu": "host of a TPU",
    "workbench": "machine of a notebook",
}
"""Services that make and end their machines themselves, or have a check of their own. Source for GKE and Dataflow:
https://cloud.google.com/compute/docs/instances/idle-vm-recommendations-overview (limitations)."""

STOPS = Stops(
    machine=GceInstance,
    rests=lambda spec: spec.stopped and spec.instance_group is None,
    at=lambda spec: spec.last_stopped_at,
)
"""A stopped machine; a managed group keeps its standbys so on purpose."""

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


def stop_advice(machine: Resource, spec: GceInstance, context: Context) -> str:
    """What to do with an idle machine; one that something else would start again is stopped through its owner."""
    if spec.instance_group:
        found = context.find(machine, ManagedInstanceGroup, spec.instance_group)
        if found is not None and found[1].autoscaled:
            return f"Lower the least size of {spec.instance_group}, whose autoscaler would replace the instance"
        # A lower size alone lets the group choose which of its machines ends.
        return f"Delete this instance from {spec.instance_group}, whose size falls by one with it"
    if spec.managed_by:
        return f"Delete its {spec.managed_by} environment, or take the machine out of it"
    return "Stop the instance, and delete it with its disks once nobody misses it"


def stopping(machine: Resource, spec: GceInstance, context: Context) -> tuple[Saving | None, str | None]:
    """What is saved when the machine is stopped, or which price is missing; zero where a reservation goes on."""
    if holding_reservation(machine, spec, context) is not None:
        return Saving(terms=()), None
    if spec.reservation_affinity == "specific":
        return None, "reservation that the machine names and that may go on being billed"
    return priced_beside_commitments(lambda: running_terms(machine, spec, context.prices), machine, context)
