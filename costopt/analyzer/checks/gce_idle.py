"""Running machines of Compute Engine whose CPU and network do next to nothing.

Signal: over 14 days the machine uses fewer than 0.03 vCPUs, at the peak minute of 95 % of the hours and on average over
all of them, and in 95 % of the hours it receives fewer than 2,000 bytes a second and sends fewer than 1,000.

Google's own recommender asks for 97 % of the run time instead of the two figures of CPU: a job that works for an hour
a night is seen by the mean, a moment of housekeeping a day harms neither. A missing point is never idleness: the
hypervisor reports for every running machine. Not concerned are machines with GPUs (`gce_gpu_idle`) or local SSD (a stop
loses its content), nodes of GKE, workers of Dataflow and Batch, and machines on sole-tenant nodes.

The saving is that of vCPUs and memory after sustained use discounts. Disks stay billed until they are deleted. Where a
reservation goes on charging for the machine the saving is zero until that is given up.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.google.machines import has_accelerators, not_own, stop_advice, stopping
from costopt.analyzer.google.reservations import reservation_evidence
from costopt.economics.gce.machines import machine_type
from costopt.errors import PriceNotFound
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_idle`."""

    days: int = 14
    """Look-back in days."""
    max_vcpu: float = 0.03
    """vCPUs in use below which a machine is idle."""
    max_received_bytes_per_second: float = 2_000.0
    """Bytes received a second below which a machine is idle."""
    max_sent_bytes_per_second: float = 1_000.0
    """Bytes sent a second below which a machine is idle."""


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    if has_accelerators(spec):
        return "has accelerators"
    return "has local SSD" if spec.local_ssd_gib else not_own(spec)


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    vcpus = _vcpus(spec)
    if vcpus is None:
        return no_data("size of the machine type unknown")
    cpu = facts["cpu_max_percent"]
    peak, mean = (vcpus * (value or 0.0) / 100 for value in (cpu.p95, facts["cpu_mean_percent"].mean))
    received, sent = (_per_second(facts, metric) for metric in ("network_in_bytes", "network_out_bytes"))
    if peak >= params.max_vcpu or mean >= params.max_vcpu:
        return CLEAR
    if received >= params.max_received_bytes_per_second or sent >= params.max_sent_bytes_per_second:
        return CLEAR
    saving, price_gap = stopping(machine, spec, context)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            *_evidence(facts, (peak, mean), (received, sent), params),
            *reservation_evidence(machine, spec, context),
        ),
        action=Action(kind=ActionKind.STOP, summary=stop_advice(machine, spec, context)),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if spec.instance_group or spec.managed_by else Confidence.HIGH,
    )


def _vcpus(spec: GceInstance) -> float | None:
    """How many vCPUs utilisation is a share of."""
    if spec.vcpus is not None:
        return spec.vcpus
    try:
        return float(machine_type(spec.machine_type).vcpu)
    except PriceNotFound:
        return None


def _per_second(facts: Facts, metric: str) -> float:
    """Bytes a second in 95 % of the steps at most."""
    return (facts[metric].p95 or 0.0) / facts[metric].step_seconds


def _evidence(
    facts: Facts, vcpus: tuple[float, float], bytes_per_second: tuple[float, float], params: Params
) -> tuple[Evidence, ...]:
    (peak, mean), (received, sent) = vcpus, bytes_per_second
    return (
        measured(
            facts["cpu_max_percent"],
            f"in 95 % of the hours of {params.days} days at most {peak:.3f} vCPUs at the peak, {mean:.3f} on average,"
            f" below {params.max_vcpu:g}",
            observed=peak,
            threshold=params.max_vcpu,
        ),
        measured(
            facts["network_in_bytes"],
            f"in 95 % of the hours at most {received:,.0f} bytes a second received, below"
            f" {params.max_received_bytes_per_second:,.0f}",
            observed=received,
            threshold=params.max_received_bytes_per_second,
        ),
        measured(
            facts["network_out_bytes"],
            f"in 95 % of the hours at most {sent:,.0f} bytes a second sent, below"
            f" {params.max_sent_bytes_per_second:,.0f}",
            observed=sent,
            threshold=params.max_sent_bytes_per_second,
        ),
    )


CHECK = Check(
    id="gce_idle",
    title="Compute Engine instance is idle",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=GceInstance,
    params=Params,
    source="https://cloud.google.com/compute/docs/instances/idle-vm-recommendations-overview"
    " (0.03 vCPUs for 97 % of the run time; 2,000 and 1,000 bytes a second for 95 %)",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="cpu_max_percent"),
        Need(metric="cpu_mean_percent"),
        Need(metric="network_in_bytes"),
        Need(metric="network_out_bytes"),
    ),
    relies_on=(GceReservation,),
)
