from decimal import Decimal

import pytest

from costopt.analyzer.checks.elb_no_targets import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.network import LoadBalancer
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(
    units={("elb", "classic_hour"): "0.025", ("elb", "application_hour"): "0.0225", ("elb", "network_hour"): "0.0225"}
)


def balancer(lb_type="application", registered=0, healthy=0, **fields):
    given = {"state": "active", "scheme": "internal", **fields}
    return resource(
        LoadBalancer(lb_type=lb_type, registered_targets=registered, healthy_targets=healthy, **given), "lb-1"
    )


@pytest.mark.parametrize(
    ("lb_type", "saving"), [("classic", "18.25"), ("application", "16.425"), ("network", "16.425")]
)
def test_a_balancer_without_targets_costs_its_hours(lb_type, saving):
    verdict = judge(CHECK, balancer(lb_type), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(saving)
    assert verdict.confidence is Confidence.MEDIUM


def test_no_healthy_target_may_be_an_outage_so_the_confidence_is_low():
    arriving = series("lb_requests", 5000.0, 86400, 30)
    verdict = judge(CHECK, balancer(registered=3), facts=[arriving], prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.confidence is Confidence.LOW
    assert verdict.action.summary.startswith("Repair")
    assert any("35,000 requests" in evidence.statement for evidence in verdict.evidence)  # 7 days


def test_one_healthy_target_is_enough():
    assert judge(CHECK, balancer(registered=3, healthy=1), prices=PRICES).outcome is Outcome.CLEAR


def test_unread_health_is_not_unhealthy():
    verdict = judge(CHECK, balancer(registered=3, healthy=None), prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "target health not read")


def test_no_registered_target_needs_no_health():
    assert judge(CHECK, balancer(registered=0, healthy=None), prices=PRICES).outcome is Outcome.FLAGGED


def test_balancers_that_only_redirect_or_are_being_made_are_not_concerned():
    assert judge(CHECK, balancer(redirect_only=True), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, balancer(state="provisioning"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_a_missing_price_is_a_gap():
    verdict = judge(CHECK, balancer("gateway"), prices=PRICES)
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "gateway_hour" in verdict.price_gap
