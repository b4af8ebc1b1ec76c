"""Idle machines: peak CPU by size, network by day, and what is never read as idleness."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_idle import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from tests.oracles.compute import instance, load, market
from tests.oracles.judging import ago, judge, monthly, resource

QUIET = 1_000.0
"""Bytes an hour in each direction: 48 kB a day."""


def quiet(cpu=1.0):
    return load(cpu, network_in=QUIET, network_out=QUIET)


def test_idle_machine_saves_its_hours():
    verdict = judge(CHECK, instance(), facts=quiet(), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.STOP
    assert monthly(verdict) == Decimal("70.080")  # 730 h x 0.096
    assert verdict.confidence is Confidence.HIGH
    term = verdict.saving.terms[0]
    assert (term.usage.instance_type, term.usage.variant) == ("m5.large", "linux")


@pytest.mark.parametrize(
    ("instance_type", "limit"), [("m5.large", 5), ("m5.xlarge", 4), ("m5.2xlarge", 3), ("m5.24xlarge", 1)]
)
def test_threshold_falls_with_size(instance_type, limit):
    below = judge(CHECK, instance(instance_type), facts=quiet(limit - 0.01), prices=market())
    at = judge(CHECK, instance(instance_type), facts=quiet(limit), prices=market())
    assert (below.outcome, at.outcome) == (Outcome.FLAGGED, Outcome.CLEAR)


def test_one_busy_hour_in_14_days_is_enough():
    hours = [1.0] * 335 + [5.0]
    assert judge(CHECK, instance(), facts=quiet(hours), prices=market()).outcome is Outcome.CLEAR


def test_unknown_type_needs_the_lowest_peak_and_has_no_price():
    verdict = judge(CHECK, instance("m99.large"), facts=quiet(0.9), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert "m99.large" in verdict.price_gap
    assert judge(CHECK, instance("m99.large"), facts=quiet(1.0), prices=market()).outcome is Outcome.CLEAR


def test_network_counts_both_directions_on_the_busiest_day():
    day = [2_500_000 / 24] * 24
    rest = [0.0] * (13 * 24)
    at = load(1.0, network_in=rest + day, network_out=rest + day)
    below = load(1.0, network_in=rest + day, network_out=rest + [0.0] * 24)
    assert judge(CHECK, instance(), facts=at, prices=market()).outcome is Outcome.CLEAR
    assert judge(CHECK, instance(), facts=below, prices=market()).outcome is Outcome.FLAGGED


def test_cpu_alone_is_no_data():
    verdict = judge(CHECK, instance(), facts=load(0.1), prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "metric not read: network_in_bytes")


def test_a_fifth_of_the_points_may_be_missing_and_no_more():
    enough = quiet([None] * 67 + [1.0] * 269)  # 80.06 % of 336
    too_few = quiet([None] * 68 + [1.0] * 268)  # 79.8 %
    assert judge(CHECK, instance(), facts=enough, prices=market()).outcome is Outcome.FLAGGED
    assert judge(CHECK, instance(), facts=too_few, prices=market()).outcome is Outcome.NO_DATA


def test_young_machine_is_no_data():
    young = instance()
    young = resource(young.spec, "i-1", created_at=ago(6.9))
    assert judge(CHECK, young, facts=quiet(), prices=market()).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "stopped"}, "not running"),
        ({"instance_type": "g4dn.xlarge"}, "accelerated type"),
        ({"tenancy": "host"}, "billed by its dedicated host"),
        ({"lifecycle": "capacity_block"}, "paid in advance"),
    ],
)
def test_not_applicable_even_without_data(fields, reason):
    verdict = judge(CHECK, instance(**fields), prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_spot_machine_saves_the_spot_price_outside_commitments():
    prices = market(spot={"m5.large": "0.03"})
    verdict = judge(CHECK, instance(lifecycle="spot"), facts=quiet(), prices=prices)
    assert monthly(verdict) == Decimal("21.90")
    assert verdict.saving.terms[0].usage is None


@pytest.mark.parametrize("fields", [{"platform": "rhel"}, {"platform": "unknown"}, {"tenancy": "dedicated"}])
def test_waste_without_a_price_is_still_flagged(fields):
    verdict = judge(CHECK, instance(**fields), facts=quiet(), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap


def test_group_member_is_stopped_through_its_group():
    verdict = judge(CHECK, instance(auto_scaling_group="web"), facts=quiet(), prices=market())
    assert "auto scaling group web" in verdict.action.summary
    assert verdict.confidence is Confidence.MEDIUM
