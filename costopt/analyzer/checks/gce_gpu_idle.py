"""Machines of Compute Engine whose GPUs do next to nothing.

Signal: GPU use is above 5 % in at most 1 % of the hours of 14 days.

The metric comes from the Ops Agent inside the machine. Where it is missing nothing is known of the GPUs; then an idle
CPU (peak below 5 %) together with an idle network (below 5 MB on every day) is a hint, with low confidence. With a few
GPU points only, the answer is `no data`: the agent was there, and what it did not say cannot be guessed.

Nodes of GKE and machines of notebooks are not concerned. The saving is that of the machine with its GPUs; where a
reservation goes on charging for it the saving is zero until that is given up.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.analyzer.google_machines import has_accelerators, not_own, reservation_evidence, stopping
from costopt.analyzer.judgement import TOO_FEW_POINTS
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.utilization import Facts, Utilization


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_gpu_idle`."""

    days: int = 14
    """Look-back in days."""
    max_gpu_percent: float = 5.0
    """GPU use at or below which an hour counts as idle."""
    max_busy_fraction: float = 0.01
    """Share of the hours that may be above it, 0..1."""
    max_cpu_percent: float = 5.0
    """Without GPU metric: peak CPU below which the machine is idle."""
    max_network_bytes_per_day: float = 5_000_000.0
    """Without GPU metric: bytes in and out on the busiest day below which the machine is idle."""


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    return not_own(spec) if has_accelerators(spec) else "no accelerators"


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    gpu = facts.get("gpu_used_percent")
    if gpu is not None and gpu.points > 0:
        if not usable(gpu):
            return no_data(f"{TOO_FEW_POINTS}: gpu_used_percent")
        evidence = _gpu_evidence(gpu, params)
        return _flagged(machine, spec, context, evidence, Confidence.HIGH) if evidence else CLEAR
    if not all(usable(facts.get(need.metric)) for need in _FALLBACK):
        return no_data("neither GPU nor CPU and network metrics")
    evidence = _host_evidence(facts, params)
    return _flagged(machine, spec, context, evidence, Confidence.LOW) if evidence else CLEAR


def _gpu_evidence(gpu: Utilization, params: Params) -> tuple[Evidence, ...]:
    """What shows that the GPUs idle, empty where they work."""
    busy = (gpu.fraction_above or {}).get(params.max_gpu_percent, 1.0)
    if busy > params.max_busy_fraction:
        return ()
    statement = (
        f"GPU above {params.max_gpu_percent:g} % in {busy:.1%} of the hours of {params.days} days,"
        f" at most {params.max_busy_fraction:.0%}"
    )
    return (measured(gpu, statement, observed=busy * 100, threshold=params.max_busy_fraction * 100),)


def _host_evidence(facts: Facts, params: Params) -> tuple[Evidence, ...]:
    """What shows that the machine round the GPUs idles, empty where it works."""
    cpu, received, sent = (facts[need.metric] for need in _FALLBACK)
    peak = cpu.maximum or 0.0
    network = (received.daily_maximum or 0.0) + (sent.daily_maximum or 0.0)
    most = params.max_network_bytes_per_day
    if peak >= params.max_cpu_percent or network >= most:
        return ()
    return (
        measured(
            cpu,
            f"no GPU metric; peak CPU {peak:.2g} % over {params.days} days is below {params.max_cpu_percent:g} %",
            observed=peak,
            threshold=params.max_cpu_percent,
        ),
        measured(
            received,
            f"at most {network / 1e6:.2f} MB a day in and out, below {most / 1e6:g} MB",
            observed=network,
            threshold=most,
        ),
    )


def _flagged(
    machine: Resource, spec: GceInstance, context: Context, evidence: tuple[Evidence, ...], confidence: Confidence
) -> Verdict:
    saving, price_gap = stopping(machine, spec, context)
    erased = "; stopping erases its local SSD" if spec.local_ssd_gib else ""
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(*evidence, *reservation_evidence(machine, spec, context)),
        action=Action(kind=ActionKind.STOP, summary=f"Stop the instance, and delete it once nobody misses it{erased}"),
        saving=saving,
        price_gap=price_gap,
        confidence=confidence,
    )


_FALLBACK = (
    Need(metric="cpu_max_percent", required=False),
    Need(metric="network_in_bytes", required=False),
    Need(metric="network_out_bytes", required=False),
)

CHECK = Check(
    id="gce_gpu_idle",
    title="Compute Engine GPU instance is idle",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=GceInstance,
    params=Params,
    source="https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent#gpu (the metric); as `ec2_gpu_idle`",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="gpu_used_percent", required=False, above="max_gpu_percent"), *_FALLBACK),
    relies_on=(GceReservation,),
)
