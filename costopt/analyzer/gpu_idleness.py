"""Whether the GPUs of a machine do next to nothing, of any cloud: what the metrics show, and how sure that is.

The metric of the GPUs comes from an agent inside the machine. Where it is missing nothing is known of them; then an
idle CPU together with an idle network is a hint, with low confidence. With a few GPU points only, the answer is `no
data`: the agent was there, and what it did not say cannot be guessed.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Need
from costopt.analyzer.evidence import measured, usable
from costopt.analyzer.judgement import TOO_FEW_POINTS
from costopt.model.finding import CLEAR, Confidence, Evidence, Verdict, no_data
from costopt.model.utilization import Facts, Utilization


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuThresholds:
    """From when on a machine with GPUs counts as idle."""

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


_HOST = (
    Need(metric="cpu_max_percent", required=False),
    Need(metric="network_in_bytes", required=False),
    Need(metric="network_out_bytes", required=False),
)
GPU_NEEDS = (Need(metric="gpu_used_percent", required=False, above="max_gpu_percent"), *_HOST)
"""Metrics that `idle_gpus` reads."""


def idle_gpus(facts: Facts, limits: GpuThresholds) -> tuple[tuple[Evidence, ...], Confidence] | Verdict:
    """What shows that the GPUs idle and how sure that is, or the verdict where nothing does."""
    gpu = facts.get("gpu_used_percent")
    if gpu is not None and gpu.points > 0:
        if not usable(gpu):
            return no_data(f"{TOO_FEW_POINTS}: gpu_used_percent")
        return (shown, Confidence.HIGH) if (shown := _gpu_evidence(gpu, limits)) else CLEAR
    if not all(usable(facts.get(need.metric)) for need in _HOST):
        return no_data("neither GPU nor CPU and network metrics")
    return (shown, Confidence.LOW) if (shown := _host_evidence(facts, limits)) else CLEAR


def _gpu_evidence(gpu: Utilization, limits: GpuThresholds) -> tuple[Evidence, ...]:
    busy = (gpu.fraction_above or {}).get(limits.max_gpu_percent, 1.0)
    if busy > limits.max_busy_fraction:
        return ()
    statement = (
        f"GPU above {limits.max_gpu_percent:g} % in {busy:.1%} of the hours of {limits.days} days,"
        f" at most {limits.max_busy_fraction:.0%}"
    )
    return (measured(gpu, statement, observed=busy * 100, threshold=limits.max_busy_fraction * 100),)


def _host_evidence(facts: Facts, limits: GpuThresholds) -> tuple[Evidence, ...]:
    """Of the machine round the GPUs."""
    cpu, received, sent = (facts[need.metric] for need in _HOST)
    peak = cpu.maximum or 0.0
    network = (received.daily_maximum or 0.0) + (sent.daily_maximum or 0.0)
    most = limits.max_network_bytes_per_day
    if peak >= limits.max_cpu_percent or network >= most:
        return ()
    return (
        measured(
            cpu,
            f"no GPU metric; peak CPU {peak:.2g} % over {limits.days} days is below {limits.max_cpu_percent:g} %",
            observed=peak,
            threshold=limits.max_cpu_percent,
        ),
        measured(
            received,
            f"at most {network / 1e6:.2f} MB a day in and out, below {most / 1e6:g} MB",
            observed=network,
            threshold=most,
        ),
    )
