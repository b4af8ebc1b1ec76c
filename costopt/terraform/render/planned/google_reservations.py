"""Zonal reservations for workloads whose capacity must be there whenever they need it."""

from collections.abc import Iterator

from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.labels import label, resource_name
from costopt.terraform.render.planned.google_zones import zone_arguments
from costopt.terraform.render.planned.parts import parts_of
from costopt.terraform.render.planned.request import ON_DEMAND, PlannedWork


def google_reservation_calls(work: PlannedWork) -> Iterator[ModuleCall]:
    """A call for each machine type of a workload that asks for reserved capacity, none for others.

    A reservation pays for whatever machine of its type and zone runs, so that it names neither group nor machine.
    """
    if work.workload is None or not work.workload.reserved:
        return
    for part in parts_of(work, (ON_DEMAND,), ending=lambda one: label(one.instance_type)):
        own = f"{part.label}{'__' if part.is_alone else '_'}reserved"
        name = part.first.instance_type
        yield ModuleCall(
            label=own,
            module="gce_reservation",
            evidence=(
                f"{work.name} asks for reserved capacity: {part.machines} x {name} at the peak, paid at all hours as if"
                " on demand. Commitments pay for it all the same.",
            ),
            arguments={
                "name": resource_name(own),
                **zone_arguments(work, part),
                "machine_type": name,
                "size": part.machines,
            },
        )
