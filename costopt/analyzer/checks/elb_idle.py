"""Load balancers that hardly anybody asks.

Signal: on every one of the last 7 days fewer than 100 requests (classic, application) or new flows (network). Here,
and only for these metrics, absence is zero: a load balancer reports requests only for periods in which there were
some, so that an idle classic load balancer has no data point at all. A metric that was never asked for is something
else and gives `no data`. Gateway load balancers report neither and are not concerned. Those without a target that
answers are the matter of `elb_no_targets`. Hours are counted, not capacity units.
Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-cloudwatch-metrics.html.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.network_cost import load_balancer_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.network import LoadBalancer
from costopt.model.utilization import Facts

_METRIC = {
    "classic": ("lb_requests", "requests"),
    "application": ("lb_requests", "requests"),
    "network": ("lb_new_flows", "new flows"),
}
"""What counts as use of each type, and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `elb_idle`."""

    days: int = 7
    """Look-back in days."""
    max_requests_per_day: float = 100.0
    """Balancers with fewer requests or flows on every day are flagged."""


def _excludes(balancer: Resource, spec: LoadBalancer) -> str | None:
    if spec.state != "active":
        return "not active"
    if spec.lb_type not in _METRIC:
        return "reports no requests"
    answers = spec.redirect_only or (spec.registered_targets and spec.healthy_targets != 0)
    return None if answers else "no target answers"


def _run(balancer: Resource, spec: LoadBalancer, facts: Facts, context: Context, params: Params) -> Verdict:
    metric, noun = _METRIC[spec.lb_type]
    utilization = facts.get(metric)
    if utilization is None or utilization.daily_maximum is None:
        return no_data(f"metric not read: {metric}")
    busiest = utilization.daily_maximum
    if busiest >= params.max_requests_per_day:
        return CLEAR
    saving, price_gap = priced(lambda: load_balancer_terms(balancer, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{busiest:,.0f} {noun} on the busiest of {params.days} days,"
                f" below {params.max_requests_per_day:g}",
                metric=metric,
                observed=busiest,
                threshold=params.max_requests_per_day,
                period=utilization.period,
                coverage_fraction=utilization.coverage_fraction,
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the load balancer, or serve its few requests by another"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH if busiest == 0 else Confidence.MEDIUM,
        risk=Risk.REVERSIBLE,
    )


CHECK = Check(
    id="elb_idle",
    title="Load balancer is hardly used",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=LoadBalancer,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Idle Load Balancers: fewer than 100 requests a day for the last 7 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="lb_requests", required=False), Need(metric="lb_new_flows", required=False)),
)
