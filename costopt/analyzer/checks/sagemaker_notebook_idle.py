"""Notebook machines left running.

Signal: a notebook in service whose peak CPU stays below 5 % for 14 days.

Most notebooks send no CPU metric. Absence then says nothing of their use; what is known is that nobody started, stopped
or changed the notebook for 14 days, so it has run day and night: flagged with low confidence. With neither the
metric nor that time the answer is `no data`. Even a few points above the threshold show use and make it clear.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.economics.pricing_gaps import priced
from costopt.economics.sagemaker_cost import notebook_terms
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ml import SagemakerNotebook
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `sagemaker_notebook_idle`."""

    days: int = 14
    """Look-back in days, and days without start, stop or change from which on a notebook is flagged."""
    max_cpu_percent: float = 5.0
    """Peak CPU below which a notebook that reports it is idle."""


def _excludes(_: Resource, spec: SagemakerNotebook) -> str | None:
    return None if spec.status == "InService" else "not in service"


def _run(notebook: Resource, spec: SagemakerNotebook, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu = facts.get("sagemaker_cpu_percent")
    if cpu is not None and (cpu.maximum or 0.0) >= params.max_cpu_percent:
        return CLEAR
    if cpu is not None and usable(cpu):
        peak = cpu.maximum or 0.0
        statement = f"peak CPU {peak:.2g} % over {params.days} days is below {params.max_cpu_percent:g} %"
        evidence = measured(cpu, statement, observed=peak, threshold=params.max_cpu_percent)
        return _flagged(notebook, spec, context, evidence, Confidence.HIGH)
    if spec.modified_at is None:
        return no_data("neither CPU metric nor time of the last change")
    untouched = context.now - spec.modified_at
    if untouched < timedelta(days=params.days):
        return CLEAR
    evidence = Evidence(
        statement=f"running for {untouched.days} days without a stop, at least {params.days}; it reports no CPU use",
        observed=float(untouched.days),
        threshold=float(params.days),
    )
    return _flagged(notebook, spec, context, evidence, Confidence.LOW)


def _flagged(
    notebook: Resource, spec: SagemakerNotebook, context: Context, evidence: Evidence, confidence: Confidence
) -> Verdict:
    saving, price_gap = priced(lambda: notebook_terms(notebook, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(evidence,),
        action=Action(
            kind=ActionKind.STOP, summary="Stop the notebook, and have it stop itself when idle by a lifecycle script"
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=confidence,
    )


CHECK = Check(
    id="sagemaker_notebook_idle",
    title="Notebook is left running",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=SagemakerNotebook,
    params=Params,
    source="https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html (stop when idle);"
    " https://github.com/cleancloud-io/cleancloud (14 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="sagemaker_cpu_percent", required=False),),
)
