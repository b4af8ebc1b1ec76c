"""A schedule for machines that nobody needs at some hours of the week."""

from collections.abc import Callable, Mapping
from typing import Any

from costopt.terraform.render.calls import ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import resource_name
from costopt.terraform.render.planned.request import PlannedWork
from costopt.terraform.render.planned.running_windows import RunningWindow, running_window

_WEEK = 168


def schedule_calls(
    work: PlannedWork, machines: ModuleCall, module: str, written: Callable[[RunningWindow], Mapping[str, Any]]
) -> tuple[ModuleCall, ...]:
    """A schedule, where the load is zero outside one window of the day; none where it is not.

    Args:
        work: the workload.
        machines: the call that makes its machines.
        module: module of the schedule.
        written: from the window to what the module is given beside its name and region.
    """
    window = running_window(work.workload.profile) if work.workload else None
    if window is None:
        return ()
    label = f"{machines.label}__schedule"
    return (
        ModuleCall(
            label=label,
            module=module,
            evidence=(f"{work.name} has no load in {_WEEK - window.hours} of the {_WEEK} hours of a week.",),
            arguments={"name": resource_name(label), "region": Expression("var.region"), **written(window)},
        ),
    )
