"""Provisioned concurrency that no call uses.

Signal: environments are provisioned, and in 30 days no call ran on one of them, often because the callers use
another alias or version.

Absence of points is zero here: Lambda sends the metric only for periods with such a call. The saving is the price of
the memory that is kept ready; calls go on without it, the first ones a little slower.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.judgement import TOO_YOUNG
from costopt.economics.lambda_cost import provisioned_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.serverless import LambdaFunction
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `lambda_provisioned_idle`."""

    days: int = 30
    """Look-back in days; younger functions are not judged."""


def _excludes(_: Resource, spec: LambdaFunction) -> str | None:
    return None if spec.provisioned_concurrency else "no provisioned concurrency"


def _run(function: Resource, spec: LambdaFunction, facts: Facts, context: Context, params: Params) -> Verdict:
    calls = facts["lambda_provisioned_invocations"]
    if calls.total:
        return CLEAR
    age = context.age(function)
    if age is not None and age < timedelta(days=params.days):
        return no_data(TOO_YOUNG)
    saving, price_gap = priced(lambda: provisioned_terms(function, spec, context.prices))
    statement = f"no call ran on the {spec.provisioned_concurrency} provisioned environments in {params.days} days"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(calls, statement, observed=0.0, threshold=0.0),),
        action=Action(kind=ActionKind.STOP, summary="Remove the provisioned concurrency"),
        saving=saving,
        price_gap=price_gap,
    )


CHECK = Check(
    id="lambda_provisioned_idle",
    title="Provisioned concurrency is not used",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=LambdaFunction,
    params=Params,
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html"
    " (ProvisionedConcurrencyInvocations); https://aws.amazon.com/lambda/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="lambda_provisioned_invocations"),),
)
