"""One judgement: what holds for every check before its own question is asked."""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.errors import PriceNotFound
from costopt.model.finding import Verdict, no_data, not_applicable
from costopt.model.resource import Resource
from costopt.model.utilization import Facts

MINIMUM_COVERAGE = 0.8
"""Least share of the expected data points that a judgement may rest on: our own rule, stricter than the 30 hours that
AWS Compute Optimizer asks for. Source: https://docs.aws.amazon.com/compute-optimizer/latest/ug/requirements.html."""

TOO_YOUNG = "younger than the grace period"
NOT_READ = "metric not read"
NO_POINTS = "no data points"
TOO_FEW_POINTS = "fewer than 80 % of the expected data points"
PRICE_MISSING = "price missing"


def judge(
    check: Check[Any, Any],
    resource: Resource,
    facts: Facts,
    context: Context,
    params: Any,
    missing_kinds: AbstractSet[str] = frozenset(),
) -> Verdict:
    """Ask one check of one resource.

    Whether the check concerns the resource comes first, then whether it is old enough, whether everything that the
    check relies on was read, and whether its metrics cover enough of the look-back. Only then the check itself runs.

    Args:
        check: the check.
        resource: a resource of the kind that the check applies to.
        facts: aggregates over the check's look-back, by metric; a metric that was never read is absent.
        context: surroundings.
        params: thresholds, an instance of `check.params`.
        missing_kinds: kinds of resource that could not be read in this account and region.
    """
    if check.excludes is not None:
        reason = check.excludes(resource, resource.spec)
        if reason is not None:
            return not_applicable(reason)
    lacking = _too_young(check, resource, context) or _unread(check, missing_kinds) or _unmeasured(check, facts)
    if lacking is not None:
        return no_data(lacking)
    try:
        return check.run(resource, resource.spec, facts, context, params)
    except PriceNotFound:
        return no_data(PRICE_MISSING)


def _too_young(check: Check[Any, Any], resource: Resource, context: Context) -> str | None:
    age = context.age(resource)
    return TOO_YOUNG if check.grace_days and age is not None and age < timedelta(days=check.grace_days) else None


def _unread(check: Check[Any, Any], missing_kinds: AbstractSet[str]) -> str | None:
    """Which kind that the check relies on was not read, or None."""
    unread = next((spec.KIND for spec in check.relies_on if spec.KIND in missing_kinds), None)
    return None if unread is None else f"{unread.replace('_', ' ')}s of the region not read"


def _unmeasured(check: Check[Any, Any], facts: Facts) -> str | None:
    """Which needed metric cannot be used and why, or None."""
    for need in check.needs:
        reason = _lacking(need, facts) if need.required else None
        if reason is not None:
            return f"{reason}: {need.metric}"
    return None


def _lacking(need: Need, facts: Facts) -> str | None:
    """Why a needed metric cannot be used, or None where it can."""
    utilization = facts.get(need.metric)
    if utilization is None:
        return NOT_READ
    if utilization.points == 0:
        return NO_POINTS
    return TOO_FEW_POINTS if utilization.coverage_fraction < MINIMUM_COVERAGE else None
