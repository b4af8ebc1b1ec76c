"""Zonal reservations for workloads whose capacity must be there whenever they need it."""

from collections import Counter
from collections.abc import Iterator

from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.google_zones import named_zones
from costopt.terraform.render.planned.request import ON_DEMAND, PlannedWork


def google_reservation_calls(work: PlannedWork) -> Iterator[ModuleCall]:
    """A call for each machine type of a workload that asks for reserved capacity, none for others.

    A reservation pays for whatever machine of its type and zone runs, so that it names neither group nor machine.
    """
    if work.workload is None or not work.workload.reserved:
        return
    firm = [one for one in work.assignment.after if one.market == ON_DEMAND]
    counts: Counter[str] = Counter()
    for one in firm:
        counts[one.instance_type] += one.count
    for name, count in sorted(counts.items()):
        ending = "reserved" if len(counts) == 1 else f"{label(name)}_reserved"
        zones = sorted({one.zone for one in firm if one.instance_type == name and one.zone})
        yield ModuleCall(
            label=f"{work.label}__{ending}",
            module="gce_reservation",
            evidence=(
                f"{work.name} asks for reserved capacity: {count} x {name} at the peak, paid at all hours as if on"
                " demand. Commitments pay for it all the same.",
            ),
            arguments={
                "name": resource_name(f"{work.label}__{ending}"),
                **named_zones(zones),
                "minimum_zones": max(len(zones), 1),
                "machine_type": name,
                "size": count,
            },
        )
