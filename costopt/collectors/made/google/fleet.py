"""The healthy fleet: managed instance groups with their members, and machines that stand alone."""

from costopt.collectors.made import people
from costopt.collectors.made.google.machines import Machine, oversized, start
from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, number, own
from costopt.collectors.made.machines import Load, busy
from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.specs.gce import InstanceTemplate, ManagedInstanceGroup

_SHOP, _SHOP_EU, _LAB = Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA)
COMMITTED_TYPE = "n2-standard-8"
"""Machines of the Netherlands that a commitment pays for in part."""


def draw(plan: Plan) -> None:
    """Add the healthy fleet, and the group of which each member is too large."""
    breathing = _group(plan, _SHOP, "tracking", "e2-standard-4", limits=(2, 6))
    for _ in range(3):
        _member(plan, _SHOP, "e2-standard-4", breathing, busy(plan))
    # A smaller member would make the autoscaler add members; a group that spans zones is judged as a whole.
    relaxed = _group(plan, _SHOP_EU, "customs", "n2-standard-4", limits=(2, 5))
    _member(plan, _SHOP_EU, "n2-standard-4", relaxed, oversized(plan, peak=25, memory=(22, 31)))
    spread = _group(plan, _SHOP_EU, "driver-app", "n2-standard-4", regional=True)
    _member(plan, _SHOP_EU, "n2-standard-4", spread, oversized(plan, peak=25, memory=(22, 31)))
    fixed = _group(plan, _SHOP, "driver-app", "e2-standard-8")
    for _ in range(2):
        too_large = oversized(plan, peak=plan.between(24, 30), memory=(22, 31))
        _member(plan, _SHOP, "e2-standard-8", fixed, too_large, ("gce_rightsize",))
    _alone(plan)


def _alone(plan: Plan) -> None:
    for place, machine_type, count in (
        (_SHOP, "e2-standard-4", 2),
        (_SHOP_EU, "e2-standard-2", 2),
        (_SHOP_EU, COMMITTED_TYPE, 2),
        (_LAB, "e2-highmem-4", 2),
        (_LAB, "n1-standard-4", 1),
    ):
        for _ in range(count):
            machine = Machine(machine_type=machine_type, age_days=plan.between(20, 700))
            load = busy(plan, memory=plan.rng.random() < 0.8)
            start(plan, place, own(plan, place.account, "app"), machine, load)


def _group(
    plan: Plan,
    place: Place,
    team: str,
    machine_type: str,
    *,
    limits: tuple[int, int] | None = None,
    regional: bool = False,
) -> tuple[str, str]:
    """Add a group and its template.

    Returns:
        Id of the group, and the zone of its members.
    """
    who = own(plan, place.account, "mig", people.team(team))
    template_id = f"global/instanceTemplates/{who.name}-{number(plan)[:8]}"
    age_days = plan.between(60, 600)
    template = InstanceTemplate(machine_type=machine_type)
    plan.add(Place(place.account, "global"), template_id, template, _unlabelled(template_id), age_days=age_days)
    zone = f"{place.region}-b"
    zones = tuple(f"{place.region}-{letter}" for letter in "abc") if regional else (zone,)
    group_id = f"{f'regions/{place.region}' if regional else f'zones/{zone}'}/instanceGroupManagers/{who.name}"
    spec = ManagedInstanceGroup(
        target_size=limits[0] + 1 if limits else 2,
        zones=zones,
        instance_template=template_id,
        autoscaled=limits is not None,
        minimum=limits[0] if limits else None,
        maximum=limits[1] if limits else None,
    )
    plan.add(place, group_id, spec, _unlabelled(group_id), age_days=age_days)
    return group_id, zone


def _unlabelled(path: str) -> Identity:
    """Groups and templates have no labels of their own."""
    return Identity(name=path.rpartition("/")[2], tags=None)


def _member(
    plan: Plan, place: Place, machine_type: str, group: tuple[str, str], load: Load, flags: tuple[str, ...] = ()
) -> None:
    group_id, zone = group
    who = own(plan, place.account, "node")
    machine = Machine(
        machine_type=machine_type, age_days=plan.between(16, 60), zone=zone, fields={"instance_group": group_id}
    )
    start(plan, place, who, machine, load, flags)
