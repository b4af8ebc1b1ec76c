"""Work with a deadline on AWS Batch."""

from costopt.terraform.render.calls import LeftOut, ModuleCall
from costopt.terraform.render.labels import resource_name
from costopt.terraform.render.planned.evidence import evidence
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, PlannedWork

AGENT_MIB_PER_GIB = 48
"""Memory that the machine and the agent of ECS keep, for each GiB: about 5 %, as one job fills a machine."""

_LIMITS = (
    "On demand may carry as much as Spot: jobs go on to it where no Spot can be had.",
    "When a running job should leave Spot for its deadline's sake is not part of this code: watch it.",
)


def job_calls(work: PlannedWork) -> tuple[ModuleCall, ...] | LeftOut:
    """The call for one job; what runs on a capacity block is bought and started by hand."""
    used = [one for one in work.assignment.after if one.market in (ON_DEMAND, SPOT)]
    if not used:
        return LeftOut(subject=work.name, reason="it runs on capacity blocks, which AWS Batch does not start by itself")
    smallest = min((work.shape(one) for one in used), key=lambda one: (one.vcpu, one.memory_gib))
    architectures = {work.architecture(one) for one in used}
    if len(architectures) > 1:
        return LeftOut(
            subject=work.name, reason="its types have two architectures, which one image of a job does not serve"
        )
    most = {
        market: sum(one.count * work.shape(one).vcpu for one in used if one.market == market)
        for market in (SPOT, ON_DEMAND)
    }
    most[ON_DEMAND] = max(most[ON_DEMAND], most[SPOT])
    return (
        ModuleCall(
            label=work.label,
            module="batch",
            evidence=(*evidence(work), *_LIMITS),
            arguments={
                "name": resource_name(work.label),
                "instance_types": sorted({one.instance_type for one in used}),
                "max_vcpus": most,
                "job_vcpus": smallest.vcpu,
                "job_memory_mib": int(smallest.memory_gib * (1024 - AGENT_MIB_PER_GIB)),
                "job_gpus": smallest.gpu_count,
                **_timeout(work),
            },
        ),
    )


def _timeout(work: PlannedWork) -> dict[str, int]:
    job = work.workload.job if work.workload else None
    return {} if job is None else {"timeout_hours": max(1, round(job.deadline_hours))}
