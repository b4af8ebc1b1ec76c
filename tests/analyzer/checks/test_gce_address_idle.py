from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.gce_address_idle import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from costopt.model.specs.google_network import GceAddress
from tests.oracles.google_estate import REGION, google, instance_id, machine
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units={("gce", "address_unused"): "0.01"}, region=REGION)


MADE = ago(60)
HOLDER = instance_id("web-1")


def address(age=MADE, **fields):
    given = {"address": "203.0.113.9", "status": "RESERVED", "address_type": "EXTERNAL", **fields}
    return google(GceAddress(**given), "regions/us-central1/addresses/old", created_at=age)


def held(by=HOLDER, **fields):
    return address(status="IN_USE", user_ids=(by,), **fields)


def verdict_of(one, beside=(), **kwargs):
    return judge(CHECK, one, beside=beside, prices=PRICES, **kwargs)


def test_an_unused_address_saves_its_hours():
    verdict = verdict_of(address())
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("7.30")
    assert (verdict.action.kind, verdict.risk) == (ActionKind.DELETE, Risk.DESTRUCTIVE)


@pytest.mark.parametrize(
    ("age", "outcome"),
    [(ago(15), Outcome.FLAGGED), (ago(15) + timedelta(seconds=1), Outcome.CLEAR), (ago(16), Outcome.FLAGGED)],
)
def test_fifteen_days_is_the_boundary(age, outcome):
    assert verdict_of(address(age)).outcome is outcome


def test_an_address_of_a_stopped_machine_is_charged_as_unused():
    stopped = machine(status="TERMINATED")
    assert verdict_of(held(), [stopped]).outcome is Outcome.FLAGGED
    assert verdict_of(held(), [stopped], on_stopped=False).outcome is Outcome.CLEAR


def test_an_address_of_a_running_machine_or_a_load_balancer_is_in_use():
    assert verdict_of(held(), [machine()]).outcome is Outcome.CLEAR
    assert verdict_of(held("regions/us-central1/forwardingRules/front")).outcome is Outcome.CLEAR


@pytest.mark.parametrize("one", [held(), address(None)])
def test_nothing_is_said_of_an_unknown_machine_or_age(one):
    assert verdict_of(one).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"address_type": "INTERNAL"}, {"ip_version": "IPV6"}])
def test_addresses_that_cost_nothing_are_not_concerned(fields):
    assert verdict_of(address(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_an_unknown_price_is_a_gap():
    verdict = judge(CHECK, address(), prices=StaticPrices(region=REGION))
    assert verdict.outcome is Outcome.FLAGGED
    assert "address_unused" in verdict.price_gap
