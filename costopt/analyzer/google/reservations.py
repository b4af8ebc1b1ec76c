"""Reservations of Compute Engine: which machines use them, who else may, and which commitment ends them."""

from collections import defaultdict
from collections.abc import Mapping

from costopt.analyzer.context import Context
from costopt.analyzer.google.commitments import in_region, until
from costopt.model.finding import Evidence
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation
from costopt.model.specs.gcp_project import GcpProject

_Sort = tuple[str, str | None, tuple[Accelerator, ...], bool]
"""Zone, type and accelerators of a machine or a reservation, and whether one names the other."""

_Machine = tuple[str, str]
"""Project and id."""


def holding_reservation(machine: Resource, spec: GceInstance, context: Context) -> Resource | None:
    """A reservation that is billed whether the machine runs or not, or None.

    Which machine uses which reservation no list tells. So as many of the machines that fit and may as the reservations
    have in use are taken to be theirs: those of a reservation's own project first, then by project and id.
    Source: https://cloud.google.com/compute/docs/instances/reservations-overview (billing; shared reservations).
    """
    if spec.reservation_affinity == "none" or spec.provisioning_model != "standard":
        return None
    place = ("google_reservations", "holders", machine.region)
    if place not in context.memo:
        context.memo[place] = _holders(machine.region, context)
    found: Resource | None = context.memo[place].get((machine.account, machine.id))
    return found


def _holders(region: str, context: Context) -> Mapping[_Machine, Resource]:
    """Reservations of the region's running machines; those of one project alone are used before shared ones."""
    waiting: dict[_Sort, list[_Machine]] = defaultdict(list)
    for machine, spec in in_region(context, region, GceInstance):
        if spec.running and spec.provisioning_model == "standard" and spec.reservation_affinity != "none":
            specific = spec.reservation_affinity == "specific"
            waiting[spec.zone, spec.machine_type, spec.accelerators, specific].append((machine.account, machine.id))
    holders: dict[_Machine, Resource] = {}
    for reservation, its in sorted(in_region(context, region, GceReservation), key=lambda one: one[1].shared):
        in_use = (its.count or 0) if its.in_use_count is None else its.in_use_count
        sort = its.zone, its.machine_type, its.accelerators, its.specific_required
        fitting = [one for one in waiting[sort] if _may_use(one[0], reservation, its, context)]
        fitting.sort(key=lambda one: (one[0] != reservation.account, one))
        holders.update(dict.fromkeys(fitting[:in_use], reservation))
        waiting[sort] = [one for one in waiting[sort] if one not in holders]
    return holders


def _may_use(project: str, reservation: Resource, its: GceReservation, context: Context) -> bool:
    if project == reservation.account:
        return True
    if not its.shared:
        return False
    return its.consumers is None or not _names(context)[project].isdisjoint(its.consumers)


def may_be_used_unseen(its: GceReservation, context: Context) -> bool:
    """Whether projects may use a reservation whose machines are not in the snapshot."""
    if not its.shared:
        return False
    seen = {name for names in _names(context).values() for name in names}
    return its.consumers is None or not seen.issuperset(its.consumers)


def _names(context: Context) -> Mapping[str, frozenset[str]]:
    """Id and, where it is known, number of each project that was read, by id."""
    place = ("google_reservations", "projects")
    if place not in context.memo:
        names: dict[str, set[str]] = defaultdict(set)
        for resource in context.resources.values():
            if resource.provider == "gcp":
                number = resource.spec.number if isinstance(resource.spec, GcpProject) else None
                names[resource.account] |= {resource.account, number or resource.account}
        context.memo[place] = {project: frozenset(some) for project, some in names.items()}
    found: Mapping[str, frozenset[str]] = context.memo[place]
    return found


def attached_commitment(reservation: Resource, its: GceReservation, context: Context) -> str | None:
    """The commitment that a reservation cannot be deleted before, with its end, or None.

    Source: https://cloud.google.com/compute/docs/instances/reservations-with-commitments.
    """
    for resource, spec in context.all(reservation, CommittedUse):
        if resource.id == its.commitment_id or reservation.id in spec.reservation_ids:
            return until(resource, spec)
    return its.commitment_id


def reservation_evidence(machine: Resource, spec: GceInstance, context: Context) -> tuple[Evidence, ...]:
    """That a reservation goes on charging for the machine, where one does, and until when if that is fixed."""
    reservation = holding_reservation(machine, spec, context)
    if reservation is None or not isinstance(reservation.spec, GceReservation):
        return ()
    own = reservation.account == machine.account
    name = reservation.id if own else f"projects/{reservation.account}/{reservation.id}"
    commitment = attached_commitment(reservation, reservation.spec, context)
    tied = f"; it is tied to its commitment {commitment}" if commitment else ""
    return (
        Evidence(statement=f"reservation {name} is billed on without it, so that stopping saves nothing yet{tied}"),
    )
