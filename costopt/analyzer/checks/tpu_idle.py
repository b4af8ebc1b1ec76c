"""TPUs that do not compute.

Signal: the duty cycle of a TPU that is ready never exceeds 2 % in 7 days.

The workers send the metric while they run, so missing points are unknown. They do not say which node they belong to:
where a zone has several nodes none of them gets the metric, and the answer is `no data`. Reserved TPUs are paid until
their reservation ends, so that their finding has no saving.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.pricing_gaps import priced
from costopt.economics.tpu_cost import tpu_terms
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.google_ml import TpuNode
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `tpu_idle`."""

    days: int = 7
    """Look-back in days."""
    max_duty_percent: float = 2.0
    """Duty cycle up to which a TPU is idle."""


def _excludes(_: Resource, spec: TpuNode) -> str | None:
    return None if spec.state == "READY" else "not ready"


def _run(node: Resource, spec: TpuNode, facts: Facts, context: Context, params: Params) -> Verdict:
    duty = facts["tpu_duty_max_percent"]
    most = duty.maximum or 0.0
    if most > params.max_duty_percent:
        return CLEAR
    saving, price_gap = priced(lambda: tpu_terms(node, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                duty,
                f"duty cycle at most {most:.2g} % in {params.days} days, not above {params.max_duty_percent:g} %",
                observed=most,
                threshold=params.max_duty_percent,
            ),
        ),
        action=Action(
            kind=ActionKind.DELETE, summary="Delete the TPU; what is on its own disk is lost, so copy it first"
        ),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="tpu_idle",
    title="TPU is idle",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=TpuNode,
    params=Params,
    source="https://cloud.google.com/tpu/docs/troubleshooting/tpu-vm-monitoring (duty cycle); CleanCloud: 2 %, 7 days",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="tpu_duty_max_percent"),),
)
