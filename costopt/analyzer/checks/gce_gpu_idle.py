"""Machines of Compute Engine whose GPUs do next to nothing.

Signal: GPU use is above 5 % in at most 1 % of the hours of 14 days.

The metric comes from the Ops Agent inside the machine. Where it is missing nothing is known of the GPUs; then an idle
CPU (peak below 5 %) together with an idle network (below 5 MB on every day) is a hint, with low confidence. With a few
GPU points only, the answer is `no data`: the agent was there, and what it did not say cannot be guessed.

Nodes of GKE and machines of notebooks are not concerned. The saving is that of the machine with its GPUs; where a
reservation goes on charging for it the saving is zero until that is given up. GPUs and local SSD that a commitment pays
for save nothing; a type with accelerators in it has one price, so that beside a commitment of its series the saving is
not known.
"""

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.machines import has_accelerators, not_own, stop_advice, stopping
from costopt.analyzer.google.reservations import reservation_evidence
from costopt.analyzer.gpu_idleness import GPU_NEEDS, GpuThresholds, idle_gpus
from costopt.model.finding import Action, ActionKind, Category, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.utilization import Facts


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    return not_own(spec) if has_accelerators(spec) else "no accelerators"


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: GpuThresholds) -> Verdict:
    found = idle_gpus(facts, params)
    if isinstance(found, Verdict):
        return found
    evidence, confidence = found
    saving, price_gap = stopping(machine, spec, context)
    erased = "; stopping erases its local SSD" if spec.local_ssd_gib else ""
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(*evidence, *reservation_evidence(machine, spec, context)),
        action=Action(kind=ActionKind.STOP, summary=f"{stop_advice(machine, spec, context)}{erased}"),
        saving=saving,
        price_gap=price_gap,
        confidence=confidence,
    )


CHECK = Check(
    id="gce_gpu_idle",
    title="Compute Engine GPU instance is idle",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=GceInstance,
    params=GpuThresholds,
    source="https://cloud.google.com/stackdriver/docs/solutions/agents/ops-agent#gpu (the metric); as `ec2_gpu_idle`",
    run=_run,
    excludes=_excludes,
    needs=GPU_NEEDS,
    relies_on=(CommittedUse, GceReservation),
)
