"""Machines of Compute Engine that are not replaced by others. Those that exist are left to where they are written."""

from costopt.terraform.render.calls import LeftOut, ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import resource_name
from costopt.terraform.render.planned.evidence import evidence
from costopt.terraform.render.planned.request import PlannedWork
from costopt.terraform.render.planned.resting_hours import schedule_calls
from costopt.terraform.render.planned.running_windows import RunningWindow


def google_machine_calls(work: PlannedWork) -> tuple[ModuleCall, ...] | LeftOut:
    """The calls for machines: the machines, and their schedule where they rest.

    What exists is not adopted: an import that leaves out a disk or an interface would replace the machine.
    """
    capacities = work.assignment.after
    if work.assignment.resources:
        return LeftOut(subject=work.name, reason="it exists: `costopt terraform patch` edits the code that made it")
    if len(capacities) != 1:
        return LeftOut(subject=work.name, reason="the plan gives its machines several types: patch them one by one")
    capacity = capacities[0]
    call = ModuleCall(
        label=work.label,
        module="gce_instance",
        evidence=evidence(work),
        arguments={
            "name": resource_name(work.label),
            "machine_type": capacity.instance_type,
            "machines": {
                str(number): {"zone": Expression(f"element(var.zones, {number - 1})")}
                for number in range(1, capacity.count + 1)
            },
        },
    )
    return (call, *schedule_calls(work, call, "gce_schedule", lambda window: _hours(call, window)))


def _hours(machines: ModuleCall, window: RunningWindow) -> dict[str, str]:
    return {
        "instances": Expression(f"module.{machines.label}.machines"),
        "start_cron": window.start_unix_cron,
        "stop_cron": window.stop_unix_cron,
    }
