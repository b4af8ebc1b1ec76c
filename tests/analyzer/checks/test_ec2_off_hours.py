"""Machines that idle at the same hours every week."""

from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_off_hours import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.compute import instance, load, market
from tests.oracles.judging import NOW, judge, monthly, resource

START = NOW - timedelta(days=14)


def week(is_busy, busy=50.0, idle=1.0):
    """336 hourly values from a question about weekday (Monday 0) and hour."""
    moments = [START + timedelta(hours=hour) for hour in range(336)]
    return [busy if is_busy(moment.weekday(), moment.hour) else idle for moment in moments]


def office(day, hour):
    return day < 5 and 8 <= hour < 18


def facts(is_busy):
    network = week(is_busy, busy=1e9, idle=1e5)  # 1e5 bytes an hour are 28 B/s
    return load(week(is_busy), network_in=network, network_out=network)


def test_office_hours_machine_is_off_at_night_and_at_weekends():
    verdict = judge(CHECK, instance("m5.xlarge"), facts=facts(office), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.SCHEDULE
    # 168 - 5 x 10 = 118 idle hours a week: 730 x 118 / 168 x 0.192
    assert monthly(verdict).quantize(Decimal("0.0001")) == Decimal("98.4457")
    assert verdict.saving.terms[0].usage is not None
    assert verdict.action.summary.endswith("Thu 18:00 to Fri 08:00, Fri 18:00 to Mon 08:00")


def test_one_busy_night_in_one_week_keeps_that_night():
    values = week(office)
    saturday = next(at for at in range(336) if (START + timedelta(hours=at)).weekday() == 5)
    values[saturday] = 6.0
    quiet = [1e5] * 336
    verdict = judge(CHECK, instance(), facts=load(values, network_in=quiet, network_out=quiet), prices=market())
    assert verdict.evidence[0].observed == 117
    assert "Fri 18:00 to Sat 00:00, Sat 01:00 to Mon 08:00" in verdict.action.summary


def test_network_at_night_keeps_it_on():
    busy = [1e9] * 336
    given = load(week(office), network_in=busy, network_out=busy)
    assert judge(CHECK, instance(), facts=given, prices=market()).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("each_way", "outcome"), [(1_799_999.0, Outcome.FLAGGED), (1_800_000.0, Outcome.CLEAR)])
def test_thousand_bytes_a_second_in_both_directions(each_way, outcome):
    given = load(week(office), network_in=[each_way] * 336, network_out=[each_way] * 336)
    assert judge(CHECK, instance(), facts=given, prices=market()).outcome is outcome


@pytest.mark.parametrize(("idle_hours", "outcome"), [(20, Outcome.FLAGGED), (19, Outcome.CLEAR)])
def test_forty_hours_a_week(idle_hours, outcome):
    def busy(day, hour):
        return not (day in (1, 3) and hour < idle_hours)  # Tuesday and Thursday from midnight

    assert judge(CHECK, instance(), facts=facts(busy), prices=market()).outcome is outcome


def test_scattered_idle_hours_are_no_schedule():
    verdict = judge(CHECK, instance(), facts=facts(lambda day, hour: hour % 4 == 0), prices=market())
    assert verdict.outcome is Outcome.CLEAR  # 126 idle hours a week, three at a time
    again = judge(CHECK, instance(), facts=facts(lambda day, hour: hour % 4 == 0), prices=market(), min_run_hours=3)
    assert again.outcome is Outcome.FLAGGED


@pytest.mark.parametrize(("busy_hours", "outcome"), [(20, Outcome.FLAGGED), (19, Outcome.CLEAR)])
def test_a_few_busy_hours_may_be_chance(busy_hours, outcome):
    verdict = judge(CHECK, instance(), facts=facts(lambda day, hour: day == 2 and hour < busy_hours), prices=market())
    assert verdict.outcome is outcome


def test_a_machine_that_always_idles_can_be_let_through():
    given = facts(lambda day, hour: False)
    verdict = judge(CHECK, instance("m5.large"), facts=given, prices=market(), max_idle_hours_per_week=168)
    assert monthly(verdict) == Decimal("70.080")


def test_always_idle_is_another_checks_business():
    assert judge(CHECK, instance(), facts=facts(lambda day, hour: False), prices=market()).outcome is Outcome.CLEAR


def test_hours_never_measured_are_not_idle():
    # Both Sundays are missing: 288 of 336 points are 86 %.
    sunday = [(START + timedelta(hours=at)).weekday() == 6 for at in range(336)]
    values = [None if gone else value for gone, value in zip(sunday, week(office), strict=True)]
    network = [None if gone else 1e5 for gone in sunday]
    given = load(values, network_in=network, network_out=network)
    assert judge(CHECK, instance(), facts=given, prices=market()).evidence[0].observed == 118 - 24


def test_without_network_no_data():
    assert judge(CHECK, instance(), facts=load(week(office)), prices=market()).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "stopped"}, "not running"),
        ({"auto_scaling_group": "web"}, "member of an auto scaling group"),
        ({"managed_by": "eks"}, "managed by a cluster"),
        ({"lifecycle": "spot"}, "not bought on demand"),
        ({"tenancy": "host"}, "billed by its dedicated host"),
        ({"instance_type": "g4dn.xlarge"}, "accelerated type"),
    ],
)
def test_not_applicable(fields, reason):
    verdict = judge(CHECK, instance(**fields), facts=facts(office), prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_missing_price_is_a_gap():
    machine = resource(instance("m9.large").spec, "i-1")
    verdict = judge(CHECK, machine, facts=facts(office), prices=market())
    assert (verdict.outcome, verdict.saving, bool(verdict.price_gap)) == (Outcome.FLAGGED, None, True)
