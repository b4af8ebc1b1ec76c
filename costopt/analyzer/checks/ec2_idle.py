"""Running machines whose CPU and network do next to nothing.

Signal: over 14 days the peak CPU stays below 5 % (4, 3, 2 and 1 % at up to 4, 8, 16 and more vCPUs) and network in
and out stays below 5 MB on every day.

A missing point is never idleness: the hypervisor reports for every running machine, so a hole is a machine that was
off or not read, and below 80 % of the points the answer is `no data`. CPU alone is not enough either: a relay or a
licence server works at 1 % CPU. Types with a GPU or another accelerator are judged by `ec2_gpu_idle`.

The saving is that of the machine's hours. Its volumes stay billed until they are deleted.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.ec2_cost import running_terms
from costopt.economics.instance_families import is_accelerated
from costopt.economics.pricing_gaps import priced
from costopt.errors import PriceNotFound
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_idle`."""

    days: int = 14
    """Look-back in days."""
    max_cpu_percent_2_vcpu: float = 5.0
    """Peak CPU below which a machine of up to 2 vCPUs is idle."""
    max_cpu_percent_4_vcpu: float = 4.0
    """The same up to 4 vCPUs."""
    max_cpu_percent_8_vcpu: float = 3.0
    """The same up to 8 vCPUs."""
    max_cpu_percent_16_vcpu: float = 2.0
    """The same up to 16 vCPUs."""
    max_cpu_percent_above: float = 1.0
    """The same above 16 vCPUs, and for types of unknown size."""
    max_network_bytes_per_day: float = 5_000_000.0
    """Bytes in and out on the busiest day below which a machine is idle."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if spec.state != "running":
        return "not running"
    if is_accelerated(spec.instance_type):
        return "accelerated type"
    if spec.tenancy == "host":
        return "billed by its dedicated host"
    return "paid in advance" if spec.lifecycle == "capacity_block" else None


def _cpu_limit(spec: Ec2Instance, context: Context, params: Params) -> float:
    """Threshold for the size: the same work is a smaller share of a larger machine."""
    try:
        vcpu = context.prices.shape(spec.instance_type).vcpu
    except PriceNotFound:
        return params.max_cpu_percent_above
    steps = (
        (2, params.max_cpu_percent_2_vcpu),
        (4, params.max_cpu_percent_4_vcpu),
        (8, params.max_cpu_percent_8_vcpu),
        (16, params.max_cpu_percent_16_vcpu),
    )
    return next((limit for size, limit in steps if vcpu <= size), params.max_cpu_percent_above)


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu = facts["cpu_max_percent"].maximum or 0.0
    # The busiest day of each direction: at least as much as the busiest day of both together.
    received, sent = facts["network_in_bytes"], facts["network_out_bytes"]
    network = (received.daily_maximum or 0.0) + (sent.daily_maximum or 0.0)
    limit = _cpu_limit(spec, context, params)
    if cpu >= limit or network >= params.max_network_bytes_per_day:
        return CLEAR
    saving, price_gap = priced(lambda: running_terms(instance, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(facts, cpu, limit, network, params),
        action=Action(kind=ActionKind.STOP, summary=_advice(spec)),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if spec.auto_scaling_group or spec.managed_by else Confidence.HIGH,
    )


def _advice(spec: Ec2Instance) -> str:
    """What to do; a machine that something else would start again is stopped through its owner."""
    if spec.auto_scaling_group:
        return f"Lower the size of auto scaling group {spec.auto_scaling_group} by one and let it end this instance"
    if spec.managed_by:
        return f"Take the node out of its {spec.managed_by} cluster"
    return "Stop the instance, and terminate it once nobody misses it"


def _evidence(facts: Facts, cpu: float, limit: float, network: float, params: Params) -> tuple[Evidence, ...]:
    most = params.max_network_bytes_per_day
    return (
        measured(
            facts["cpu_max_percent"],
            f"peak CPU {cpu:.2g} % over {params.days} days is below {limit:g} %",
            observed=cpu,
            threshold=limit,
        ),
        measured(
            facts["network_in_bytes"],
            f"at most {network / 1e6:.2f} MB a day in and out, below {most / 1e6:g} MB",
            observed=network,
            threshold=most,
        ),
    )


CHECK = Check(
    id="ec2_idle",
    title="Instance is idle",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html"
    " (peak CPU below 5 % and network below 5 MB a day over 14 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="cpu_max_percent"), Need(metric="network_in_bytes"), Need(metric="network_out_bytes")),
)
