"""Busy functions on x86-64 whose runtime also exists for Arm, at a fifth less.

Signal: a zip function on x86-64 whose runtime exists for Arm is called at least a million times in 30 days.

A second on Arm costs a fifth less. How long the calls take is not measured, so of the saving only the part of
provisioned concurrency is counted; without any the finding stands without a figure. Absence of points is zero calls.
Container images are left out: their architecture is decided where they are built.
"""

from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.ebs_cost import paid_instead
from costopt.economics.lambda_cost import provisioned_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Effort, Outcome, Term, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.serverless import LambdaFunction
from costopt.model.utilization import Facts

_X86_ONLY = frozenset(
    {
        "dotnetcore1.0",
        "dotnetcore2.0",
        "dotnetcore2.1",
        "go1.x",
        "java8",
        "nodejs",
        "nodejs10.x",
        "nodejs4.3",
        "nodejs6.10",
        "nodejs8.10",
        "provided",
        "python2.7",
        "python3.6",
        "python3.7",
        "ruby2.5",
    }
)
"""Runtimes on the first Amazon Linux, which has no Arm build.
Source: https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html and lambda-runtimes.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `lambda_arm64`."""

    days: int = 30
    """Look-back in days."""
    min_invocations: float = 1_000_000.0
    """Calls in the look-back from which on the change is worth its trouble."""


def _excludes(_: Resource, spec: LambdaFunction) -> str | None:
    if spec.architecture != "x86_64":
        return "already Arm"
    if spec.runtime is None:
        return "container image"
    return "runtime has no Arm build" if spec.runtime in _X86_ONLY else None


def _run(function: Resource, spec: LambdaFunction, facts: Facts, context: Context, params: Params) -> Verdict:
    calls = facts["lambda_invocations"]
    total = calls.total or 0.0
    if total < params.min_invocations:
        return CLEAR
    saving, price_gap = None, None
    if spec.provisioned_concurrency:
        saving, price_gap = priced(lambda: _difference(function, spec, context))
        if saving is not None and saving.monthly.amount <= Decimal(0):
            return CLEAR
    statement = (
        f"{total:,.0f} calls in {params.days} days on x86-64, at least {params.min_invocations:,.0f};"
        f" runtime {spec.runtime} also runs on Arm, where a second costs a fifth less"
        + (" (only the provisioned part is counted)" if saving else "")
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(calls, statement, observed=total, threshold=params.min_invocations),),
        action=Action(
            kind=ActionKind.MIGRATE,
            summary="Rebuild native dependencies for Arm and set the architecture to arm64",
            target="arm64",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


def _difference(function: Resource, spec: LambdaFunction, context: Context) -> tuple[Term, ...]:
    """What the provisioned environments cost, less what they would cost on Arm."""
    now = provisioned_terms(function, spec, context.prices)
    then = provisioned_terms(function, spec, context.prices, architecture="arm64")
    return (*now, *paid_instead(then))


CHECK = Check(
    id="lambda_arm64",
    title="Busy function runs on x86-64",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=LambdaFunction,
    params=Params,
    source="https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html; https://aws.amazon.com/lambda/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="lambda_invocations"),),
)
