"""Machines that are not replaced by others: those that exist are imported, not made anew."""

import re

from costopt.terraform.render.calls import Adoption, LeftOut, ModuleCall
from costopt.terraform.render.expressions import Expression
from costopt.terraform.render.labels import labels, resource_name
from costopt.terraform.render.planned.evidence import evidence
from costopt.terraform.render.planned.request import PlannedWork
from costopt.terraform.render.planned.resting_hours import schedule_calls
from costopt.terraform.render.planned.running_windows import RunningWindow

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}\Z")
"""Id of an EC2 instance; others cannot be imported as one."""


def machine_calls(work: PlannedWork) -> tuple[ModuleCall, ...] | LeftOut:
    """The calls for machines: the machines, and their schedule where they rest."""
    capacities = work.assignment.after
    existing = work.assignment.resources
    if len(capacities) != 1:
        return LeftOut(subject=work.name, reason="the plan gives its machines several types: patch them one by one")
    if existing and not all(map(_INSTANCE.match, existing)):
        return LeftOut(subject=work.name, reason="it exists and is no single machine: use `costopt terraform patch`")
    if existing and len(existing) != capacities[0].count:
        return LeftOut(
            subject=work.name,
            reason=f"{len(existing)} machines become {capacities[0].count}: which of them go is yours to say",
        )
    call = _adopted(work) if existing else _new(work)
    return (call, *schedule_calls(work, call, "schedule", lambda window: _hours(call, window)))


def _adopted(work: PlannedWork) -> ModuleCall:
    ids = sorted(work.assignment.resources)
    keys = labels(ids)
    return ModuleCall(
        label=work.label,
        module="adopted_instance",
        evidence=(
            *evidence(work),
            "These machines exist: imports.tf takes them over. A change of type stops and starts them.",
        ),
        arguments={
            "instance_type": work.assignment.after[0].instance_type,
            "machines": list(keys),
        },
        adoptions=tuple(
            Adoption(address="aws_instance.this", key=key, id=id_) for key, id_ in zip(keys, ids, strict=True)
        ),
    )


def _new(work: PlannedWork) -> ModuleCall:
    capacity = work.assignment.after[0]
    machines = {
        str(number): {"subnet_id": Expression(f"element(var.subnet_ids, {number - 1})")}
        for number in range(1, capacity.count + 1)
    }
    return ModuleCall(
        label=work.label,
        module="instance",
        evidence=evidence(work),
        arguments={
            "name": resource_name(work.label),
            "instance_type": capacity.instance_type,
            "machines": machines,
        },
    )


def _hours(machines: ModuleCall, window: RunningWindow) -> dict[str, str]:
    return {
        "instance_ids": Expression(f"values(module.{machines.label}.instance_ids)"),
        "start_cron": window.start_cron,
        "stop_cron": window.stop_cron,
    }
