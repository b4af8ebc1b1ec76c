"""NAT gateways through which nothing has passed.

Signal: no byte from sources inside and none to destinations outside in 30 days. CloudWatch gets a point every minute
while a gateway exists, zero included, so a missing point means that it was not read and never that it was idle:
without data the check says `no data`. The gateway's public address costs as well; it is an own finding once it is
free (`eip_unattached`) and not counted here.
Source: https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.network_cost import nat_gateway_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.network import NatGateway
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `nat_idle`."""

    days: int = 30
    """Look-back in days."""
    max_bytes: float = 0.0
    """Gateways that passed more bytes over the look-back are clear."""


def _excludes(gateway: Resource, spec: NatGateway) -> str | None:
    return None if spec.state == "available" else "not available"


def _run(gateway: Resource, spec: NatGateway, facts: Facts, context: Context, params: Params) -> Verdict:
    outgoing, incoming = facts["nat_bytes_out_to_destination"], facts["nat_bytes_in_from_source"]
    passed = (outgoing.total or 0.0) + (incoming.total or 0.0)
    if passed > params.max_bytes:
        return CLEAR
    saving, price_gap = priced(lambda: nat_gateway_terms(gateway, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{passed:,.0f} bytes passed in {params.days} days",
                metric="nat_bytes_out_to_destination",
                observed=passed,
                threshold=params.max_bytes,
                period=outgoing.period,
                coverage_fraction=min(outgoing.coverage_fraction, incoming.coverage_fraction),
            ),
        ),
        action=Action(
            kind=ActionKind.DELETE,
            summary=f"Delete the gateway and the routes of {spec.vpc_id} that point to it, and release its address",
        ),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.REVERSIBLE,
    )


CHECK = Check(
    id="nat_idle",
    title="NAT gateway passes no traffic",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=NatGateway,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html (NAT: 32 days);"
    " https://aws.amazon.com/vpc/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="nat_bytes_out_to_destination"), Need(metric="nat_bytes_in_from_source")),
)
