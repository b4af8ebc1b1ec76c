"""Inference endpoints that nobody calls.

Signal: an endpoint in service has had no invocation for 14 days, over all of its variants.

Absence of points is zero here: SageMaker sends the metric only for periods with a call. An endpoint that was made or
changed within the look-back is `no data`. A GPU that works without counted calls (asynchronous inference) keeps the
endpoint clear. Serverless variants cost nothing while idle. The saving is the hosting price of all instances.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.judgement import TOO_YOUNG
from costopt.economics.pricing_gaps import priced
from costopt.economics.sagemaker_cost import endpoint_terms
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.ml import SagemakerEndpoint
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `sagemaker_endpoint_idle`."""

    days: int = 14
    """Look-back in days; endpoints made or changed since are not judged."""
    max_gpu_percent: float = 5.0
    """Peak GPU use from which on an endpoint works although no call is counted."""


def _excludes(_: Resource, spec: SagemakerEndpoint) -> str | None:
    if spec.status not in ("InService", "Updating"):
        return "not in service"
    billed = any(variant.instance_type is not None and variant.instance_count for variant in spec.variants)
    return None if billed else "no instance is billed"


def _run(endpoint: Resource, spec: SagemakerEndpoint, facts: Facts, context: Context, params: Params) -> Verdict:
    calls, gpu = facts["sagemaker_invocations"], facts.get("sagemaker_gpu_percent")
    if calls.total or (gpu is not None and (gpu.maximum or 0.0) >= params.max_gpu_percent):
        return CLEAR
    changed = max((time for time in (endpoint.created_at, spec.modified_at) if time is not None), default=None)
    if changed is not None and context.now - changed < timedelta(days=params.days):
        return no_data(TOO_YOUNG)
    saving, price_gap = priced(lambda: endpoint_terms(endpoint, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(calls, f"no invocation in {params.days} days", observed=0.0, threshold=0.0),),
        action=Action(
            kind=ActionKind.DELETE, summary="Delete the endpoint; its model and configuration stay and can restore it"
        ),
        saving=saving,
        price_gap=price_gap,
    )


CHECK = Check(
    id="sagemaker_endpoint_idle",
    title="Inference endpoint is never called",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=SagemakerEndpoint,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html;"
    " https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html (Invocations)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="sagemaker_invocations"), Need(metric="sagemaker_gpu_percent", required=False)),
)
