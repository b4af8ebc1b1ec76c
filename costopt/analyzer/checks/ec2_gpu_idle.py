"""Running GPU machines whose accelerators do next to nothing.

Signal: the GPUs are above 5 % in at most 1 % of the hours of 14 days.

The metric comes from an agent inside the machine. Where the agent is missing nothing is known of the GPUs; then an idle
CPU (peak below 5 %) together with an idle network (below 5 MB on every day) is a hint, with low confidence. With a few
GPU points only, the answer is `no data`: the agent was there, and what it did not say cannot be guessed.
"""

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.gpu_idleness import GPU_NEEDS, GpuThresholds, idle_gpus
from costopt.economics.ec2_cost import running_terms
from costopt.economics.instance_families import is_accelerated
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    Action,
    ActionKind,
    Category,
    Outcome,
    Verdict,
)
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if not is_accelerated(spec.instance_type):
        return "not an accelerated type"
    if spec.state != "running":
        return "not running"
    if spec.tenancy == "host":
        return "billed by its dedicated host"
    return "paid in advance" if spec.lifecycle == "capacity_block" else None


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: GpuThresholds) -> Verdict:
    found = idle_gpus(facts, params)
    if isinstance(found, Verdict):
        return found
    evidence, confidence = found
    saving, price_gap = priced(lambda: running_terms(instance, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=evidence,
        action=Action(
            kind=ActionKind.STOP,
            summary="Stop the instance, and terminate it once nobody misses it; stopping erases its instance store",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=confidence,
    )


CHECK = Check(
    id="ec2_gpu_idle",
    title="GPU instance is idle",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=Ec2Instance,
    params=GpuThresholds,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html;"
    " https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-NVIDIA-GPU.html (the metric)",
    run=_run,
    excludes=_excludes,
    needs=GPU_NEEDS,
)
