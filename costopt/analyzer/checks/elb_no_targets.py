"""Load balancers with nothing behind them that could answer.

Signal: no target is registered, or none of the registered ones passes its health check. Balancers whose listeners
only redirect or answer by themselves need no target and are not concerned. Where health could not be read and targets
are registered, the check says `no data`: unknown is not unhealthy. Health is known for the moment of the snapshot
only; unhealthy targets may be an outage of today, so that finding is of low confidence and asks for a look first.
Hours are counted, not capacity units.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `elb_no_targets`."""

    days: int = 7
    """Look-back in days of the traffic that is shown beside the finding."""


def _excludes(balancer: Resource, spec: LoadBalancer) -> str | None:
    if spec.state != "active":
        return "not active"
    return "only redirects" if spec.redirect_only else None


def _traffic(facts: Facts) -> tuple[Evidence, ...]:
    """What still arrives, where it is measured."""
    return tuple(
        Evidence(
            statement=f"{utilization.total:,.0f} requests or flows still arrived",
            metric=metric,
            observed=utilization.total,
            period=utilization.period,
            coverage_fraction=utilization.coverage_fraction,
        )
        for metric, utilization in facts.items()
        if utilization.total
    )


def _run(balancer: Resource, spec: LoadBalancer, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.registered_targets > 0 and spec.healthy_targets is None:
        return no_data("target health not read")
    if spec.registered_targets > 0 and spec.healthy_targets:
        return CLEAR
    saving, price_gap = priced(lambda: load_balancer_terms(balancer, spec, context.prices))
    empty = spec.registered_targets == 0
    statement = "no target is registered" if empty else f"none of {spec.registered_targets:,} targets is healthy"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=statement), *_traffic(facts)),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Delete the load balancer" if empty else "Repair its targets, or delete the load balancer",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if empty else Confidence.LOW,
        risk=Risk.REVERSIBLE,
    )


CHECK = Check(
    id="elb_no_targets",
    title="Load balancer has no target that answers",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=LoadBalancer,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Idle Load Balancers: no active back-end instances, no healthy back-end instances)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="lb_requests", required=False), Need(metric="lb_new_flows", required=False)),
)
