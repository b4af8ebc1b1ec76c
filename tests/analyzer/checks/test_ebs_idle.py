from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_idle import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(units={("ebs", "gp2_storage"): "0.10"})
HOURS = 14 * 24


def volume(**fields):
    given = {
        "volume_type": "gp2", "size_gib": 100, "state": "in-use", "availability_zone": "us-east-1a",
        "instance_ids": ("i-1",), **fields,
    }  # fmt: skip
    return resource(EbsVolume(**given))


def ops(reads, writes):
    return [series("volume_read_ops", reads), series("volume_write_ops", writes)]


def last_week(total):
    """`total` operations in the first hour of the last 7 days, none else."""
    return [0.0] * (HOURS - 7 * 24) + [float(total)] + [0.0] * (7 * 24 - 1)


@pytest.mark.parametrize(
    ("total", "outcome"), [(0, Outcome.FLAGGED), (6, Outcome.FLAGGED), (7, Outcome.CLEAR), (8, Outcome.CLEAR)]
)
def test_one_operation_a_day_over_seven_days_is_the_boundary(total, outcome):
    assert judge(CHECK, volume(), facts=ops(last_week(total), 0.0), prices=PRICES).outcome is outcome


def test_reads_and_writes_are_added():
    assert judge(CHECK, volume(), facts=ops(last_week(4), last_week(4)), prices=PRICES).outcome is Outcome.CLEAR
    assert judge(CHECK, volume(), facts=ops(last_week(3), last_week(3)), prices=PRICES).outcome is Outcome.FLAGGED


def test_what_was_before_the_look_back_does_not_count():
    busy_before = [1000.0] * (HOURS - 7 * 24) + [0.0] * (7 * 24)
    verdict = judge(CHECK, volume(), facts=ops(busy_before, 0.0), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(10)
    assert verdict.evidence[0].coverage_fraction == 1


def test_holes_do_not_make_a_busy_volume_look_idle():
    # 19 operations over 80 % of the week are 3.4 a day; spread over the whole week they would be 2.7.
    sparse = [None] * (HOURS - 135) + [19.0] + [0.0] * 134
    assert judge(CHECK, volume(), facts=ops(sparse, sparse), prices=PRICES).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [series("volume_read_ops", 0.0)],
        ops([None] * HOURS, [None] * HOURS),
        ops([0.0] * 100, 0.0),
    ],
    ids=["never read", "no writes read", "machine off", "60 % of the week"],
)
def test_missing_points_are_unknown_and_not_idle(facts):
    assert judge(CHECK, volume(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_boot_volumes_and_loose_volumes_are_not_concerned():
    assert judge(CHECK, volume(root=True), facts=ops(0.0, 0.0), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, volume(state="available"), facts=ops(0.0, 0.0)).outcome is Outcome.NOT_APPLICABLE


def test_a_young_volume_is_not_judged():
    young = resource(volume().spec, created_at=ago(6))
    assert judge(CHECK, young, facts=ops(0.0, 0.0), prices=PRICES).outcome is Outcome.NO_DATA


def test_a_missing_price_is_a_gap_and_no_zero():
    verdict = judge(CHECK, volume(), facts=ops(0.0, 0.0))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
