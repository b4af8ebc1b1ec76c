from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.gce_address_idle import CHECK
from costopt.model.finding import ActionKind, Outcome, Risk
from costopt.model.specs.google_network import GceAddress
from tests.oracles.google_estate import REGION, google, instance_id, machine
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(
    units={
        ("gce", "address_unused"): "0.01",
        ("gce", "address_in_use"): "0.005",
        ("gce", "address_in_use_spot"): "0.0025",
    },
    region=REGION,
)


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


def stopped(days=15.0, **fields):
    return machine(**{"status": "TERMINATED", "last_stopped_at": ago(days), **fields})


def test_an_address_of_a_stopped_machine_is_charged_as_one_in_use():
    verdict = verdict_of(held(), [stopped()])
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal("3.65")  # 730 x 0.005, and not the 0.01 of an unused one
    assert "stopped for 15 days" in verdict.evidence[0].statement
    assert verdict_of(held(), [stopped()], on_stopped=False).outcome is Outcome.CLEAR


def test_an_address_of_a_stopped_spot_machine_costs_what_spot_addresses_do():
    assert monthly(verdict_of(held(), [stopped(provisioning_model="spot")])) == Decimal("1.825")


@pytest.mark.parametrize(("days", "outcome"), [(14.99, Outcome.CLEAR), (0.1, Outcome.CLEAR), (15, Outcome.FLAGGED)])
def test_a_machine_that_is_stopped_for_the_night_keeps_its_address(days, outcome):
    assert verdict_of(held(), [stopped(days)]).outcome is outcome


def test_a_standby_of_a_group_keeps_its_address():
    assert verdict_of(held(), [stopped(instance_group="groups/web")]).outcome is Outcome.CLEAR


def test_an_address_of_a_running_machine_or_a_load_balancer_is_in_use():
    assert verdict_of(held(), [machine()]).outcome is Outcome.CLEAR
    assert verdict_of(held("regions/us-central1/forwardingRules/front")).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("one", "beside"), [(held(), []), (address(None), []), (held(), [machine(status="TERMINATED")])]
)
def test_nothing_is_said_of_an_unknown_machine_age_or_stop(one, beside):
    assert verdict_of(one, beside).outcome is Outcome.NO_DATA


def test_an_address_that_is_being_reserved_is_clear():
    assert verdict_of(address(status="RESERVING")).outcome is Outcome.CLEAR


@pytest.mark.parametrize("fields", [{"address_type": "INTERNAL"}, {"ip_version": "IPV6"}])
def test_addresses_that_cost_nothing_are_not_concerned(fields):
    assert verdict_of(address(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_an_unknown_price_is_a_gap():
    verdict = judge(CHECK, address(), prices=StaticPrices(region=REGION))
    assert verdict.outcome is Outcome.FLAGGED
    assert "address_unused" in verdict.price_gap
