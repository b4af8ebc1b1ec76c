"""Machines of Vertex AI Workbench notebooks that are left running.

Signal: the machine runs for a notebook that does not stop by itself, and for 14 days its CPU peaks below 5 % in 95 % of
the hours.

The hypervisor reports for every running machine, so a missing point is unknown and never idleness. The notebook server
itself and its updates take a little CPU at times, which the 95th percentile leaves room for. A training that keeps its
GPUs busy needs hardly any CPU: where the Ops Agent tells the use of GPUs it must be as low, with too few of its points
the answer is `no data`, and without any the confidence is low. So it is where the notebook cannot be found in the
snapshot, since nobody knows then whether it stops by itself. The saving is that of the vCPUs, memory and GPUs after
sustained use discounts.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.analyzer.google.machines import has_accelerators, stopping
from costopt.analyzer.google.reservations import reservation_evidence
from costopt.analyzer.judgement import TOO_FEW_POINTS
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.google_ml import WorkbenchInstance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `workbench_idle`."""

    days: int = 14
    """Look-back in days."""
    max_cpu_percent: float = 5.0
    """Peak CPU below which an hour counts as idle."""
    max_gpu_percent: float = 5.0
    """Peak use of GPUs below which an hour counts as idle, where it is measured."""


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    if spec.managed_by != "workbench":
        return "not a machine of a notebook"
    return None if spec.running else "not running"


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu = facts["cpu_max_percent"]
    peak = cpu.p95 or 0.0
    notebooks = [
        notebook
        for notebook in (one.spec for one in context.of_account(machine, WorkbenchInstance))
        if isinstance(notebook, WorkbenchInstance) and notebook.instance_id == machine.id
    ]
    if peak >= params.max_cpu_percent or any(notebook.idle_shutdown_minutes for notebook in notebooks):
        return CLEAR
    gpus = _gpus(spec, facts, params)
    if isinstance(gpus, Verdict):
        return gpus
    saving, price_gap = stopping(machine, spec, context)
    erased = "; stopping erases its local SSD" if spec.local_ssd_gib else ""
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                cpu,
                f"in 95 % of the hours of {params.days} days CPU peaks at {peak:.2g} % at most, below"
                f" {params.max_cpu_percent:g} %",
                observed=peak,
                threshold=params.max_cpu_percent,
            ),
            *gpus,
            *reservation_evidence(machine, spec, context),
        ),
        action=Action(kind=ActionKind.STOP, summary=f"Stop the notebook, and have it stop itself when idle{erased}"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW if not notebooks or _UNMEASURED in gpus else Confidence.MEDIUM,
    )


_UNMEASURED = Evidence(statement="use of its GPUs not measured: a training may run on them with hardly any CPU")


def _gpus(spec: GceInstance, facts: Facts, params: Params) -> tuple[Evidence, ...] | Verdict:
    """What shows that its GPUs idle as well, or the verdict where nothing does."""
    gpu = facts.get("gpu_used_percent")
    if gpu is None or gpu.points == 0:
        return (_UNMEASURED,) if has_accelerators(spec) else ()
    if not usable(gpu):
        return no_data(f"{TOO_FEW_POINTS}: gpu_used_percent")
    peak = gpu.p95 or 0.0
    if peak >= params.max_gpu_percent:
        return CLEAR
    statement = f"in 95 % of the hours its GPUs peak at {peak:.2g} % at most, below {params.max_gpu_percent:g} %"
    return (measured(gpu, statement, observed=peak, threshold=params.max_gpu_percent),)


CHECK = Check(
    id="workbench_idle",
    title="Workbench notebook is left running",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=GceInstance,
    params=Params,
    source="https://cloud.google.com/vertex-ai/docs/workbench/instances/idle-shutdown; CleanCloud: 14 days",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="cpu_max_percent"), Need(metric="gpu_used_percent", required=False)),
    relies_on=(GceReservation, WorkbenchInstance),
)
