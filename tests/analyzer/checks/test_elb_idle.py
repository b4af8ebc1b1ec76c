from decimal import Decimal

import pytest

from costopt.analyzer.checks.elb_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.network import LoadBalancer
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    units={("elb", "classic_hour"): "0.025", ("elb", "application_hour"): "0.0225", ("elb", "network_hour"): "0.0225"}
)
DAY = 86400


def balancer(lb_type="application", registered=2, healthy=2, **fields):
    given = {"state": "active", "scheme": "internal", **fields}
    return resource(
        LoadBalancer(lb_type=lb_type, registered_targets=registered, healthy_targets=healthy, **given), "lb-1"
    )


def requests(values, metric="lb_requests"):
    return [series(metric, values, DAY, 30)]


def test_a_classic_balancer_without_any_point_is_idle_because_it_reports_only_requests():
    verdict = judge(CHECK, balancer("classic"), facts=requests([None] * 30), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("18.25")
    assert verdict.confidence is Confidence.HIGH
    assert verdict.evidence[0].observed == 0


def test_a_metric_that_was_never_asked_for_is_unknown():
    assert judge(CHECK, balancer("classic"), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("busiest", "outcome"), [(99.0, Outcome.FLAGGED), (100.0, Outcome.CLEAR)])
def test_a_hundred_requests_on_the_busiest_of_seven_days_is_the_boundary(busiest, outcome):
    values = [50.0] * 26 + [busiest, 0.0, 3.0, None]
    assert judge(CHECK, balancer(), facts=requests(values), prices=PRICES).outcome is outcome


def test_what_was_before_the_look_back_does_not_count():
    values = [90_000.0] * 23 + [10.0] * 7
    verdict = judge(CHECK, balancer(), facts=requests(values), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("16.425")
    assert verdict.confidence is Confidence.MEDIUM


def test_network_balancers_are_judged_by_new_flows_alone():
    flows = requests(5.0, "lb_new_flows")
    assert judge(CHECK, balancer("network"), facts=flows, prices=PRICES).outcome is Outcome.FLAGGED
    assert judge(CHECK, balancer("network"), facts=requests(5.0), prices=PRICES).outcome is Outcome.NO_DATA
    busy = requests(5000.0, "lb_new_flows")
    assert judge(CHECK, balancer("network"), facts=busy, prices=PRICES).outcome is Outcome.CLEAR


def test_gateway_balancers_and_those_without_targets_are_not_concerned():
    silent = requests(0.0)
    assert judge(CHECK, balancer("gateway"), facts=silent).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, balancer(registered=0, healthy=0), facts=silent).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, balancer(registered=2, healthy=0), facts=silent).outcome is Outcome.NOT_APPLICABLE


def test_a_balancer_that_only_redirects_needs_no_targets_to_be_idle():
    redirecting = balancer(registered=0, healthy=0, redirect_only=True)
    assert judge(CHECK, redirecting, facts=requests(1.0), prices=PRICES).outcome is Outcome.FLAGGED


def test_unread_health_does_not_hide_idleness():
    assert judge(CHECK, balancer(healthy=None), facts=requests(1.0), prices=PRICES).outcome is Outcome.FLAGGED


def test_a_balancer_of_this_week_is_not_judged():
    young = resource(balancer().spec, "lb-1", created_at=ago(3))
    assert judge(CHECK, young, facts=requests(0.0), prices=PRICES).outcome is Outcome.NO_DATA
