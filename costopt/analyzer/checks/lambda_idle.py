"""Functions that nobody calls.

Signal: no invocation in 30 days.

Absence of points is zero here: Lambda sends the metric only for periods with a call. A function younger than the
look-back is `no data`. A function without provisioned concurrency costs nothing while it idles, so its saving is
exactly zero and deleting it is tidying up; with provisioned concurrency the saving is what that costs.

Functions of Lambda@Edge report in the regions of their callers and may look idle here, and so may those kept for an
emergency: confidence is medium.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.judgement import TOO_YOUNG
from costopt.economics.lambda_cost import provisioned_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.serverless import LambdaFunction
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `lambda_idle`."""

    days: int = 30
    """Look-back in days; younger functions are not judged."""


def _run(function: Resource, spec: LambdaFunction, facts: Facts, context: Context, params: Params) -> Verdict:
    calls = facts["lambda_invocations"]
    if calls.total:
        return CLEAR
    age = context.age(function)
    if age is not None and age < timedelta(days=params.days):
        return no_data(TOO_YOUNG)
    saving, price_gap = priced(lambda: provisioned_terms(function, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(calls, f"not called in {params.days} days", observed=0.0, threshold=0.0),),
        action=Action(kind=ActionKind.DELETE, summary="Keep a copy of the code and delete the function"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="lambda_idle",
    title="Function is never called",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=LambdaFunction,
    params=Params,
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html (Invocations)",
    run=_run,
    needs=(Need(metric="lambda_invocations"),),
)
