from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.analyzer.checks.ebs_gp2_to_gp3 import CHECK
from costopt.economics.ebs_limits import gp2_baseline_iops, gp3_equal_to_gp2
from costopt.model.finding import ActionKind, Category, Outcome
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

UNITS = {
    ("ebs", "gp2_storage"): "0.10",
    ("ebs", "gp3_storage"): "0.08",
    ("ebs", "gp3_iops"): "0.005",
    ("ebs", "gp3_throughput"): "0.04",
}
PRICES = StaticPrices(units=UNITS)


def volume(size_gib, volume_type="gp2"):
    spec = EbsVolume(
        volume_type=volume_type, size_gib=size_gib, state="in-use", availability_zone="us-east-1a", root=True
    )
    return resource(spec, "vol-1")


@pytest.mark.parametrize(
    ("size_gib", "saving", "settings"),
    [
        (100, "2.00", "3,000 IOPS and 125 MiB/s"),  # 10 - 8
        (200, "3.00", "3,000 IOPS and 150 MiB/s"),  # 20 - 16 - 25 x 0.04
        (334, "1.68", "3,000 IOPS and 250 MiB/s"),  # 33.40 - 26.72 - 125 x 0.04
        (1000, "15.00", "3,000 IOPS and 250 MiB/s"),  # 100 - 80 - 5
        (1500, "17.50", "4,500 IOPS and 250 MiB/s"),  # 150 - 120 - 5 - 1,500 x 0.005
        (6000, "50.00", "16,000 IOPS and 250 MiB/s"),  # 600 - 480 - 5 - 13,000 x 0.005
    ],
)
def test_the_saving_keeps_what_gp2_sustains(size_gib, saving, settings):
    verdict = judge(CHECK, volume(size_gib), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(saving)
    assert settings in verdict.action.summary
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "gp3")
    assert not verdict.action.restart
    assert CHECK.category is Category.OPTIMISATION


@given(st.integers(1, 16_384))
def test_no_size_loses_performance_or_money(size_gib):
    iops, mibps = gp3_equal_to_gp2(size_gib)
    assert 3000 <= iops <= 16_000
    assert iops >= gp2_baseline_iops(size_gib)
    assert 125 <= mibps <= 250
    assert mibps >= min(250, gp2_baseline_iops(size_gib) / 4)
    saved = judge(CHECK, volume(size_gib), prices=PRICES, min_saving_usd=Decimal(0))
    by_hand = Decimal("0.02") * size_gib - Decimal("0.005") * (iops - 3000) - Decimal("0.04") * (mibps - 125)
    assert monthly(saved) == by_hand > 0


@pytest.mark.parametrize(("size_gib", "outcome"), [(5, Outcome.FLAGGED), (4, Outcome.CLEAR)])
def test_ten_cents_a_month_is_the_least_saving(size_gib, outcome):
    assert judge(CHECK, volume(size_gib), prices=PRICES).outcome is outcome


def test_a_region_where_gp3_costs_more_gets_no_advice():
    dear = StaticPrices(units={**UNITS, ("ebs", "gp3_storage"): "0.12"})
    assert judge(CHECK, volume(500), prices=dear).outcome is Outcome.CLEAR


def test_without_a_price_of_the_extra_throughput_nothing_is_promised():
    partial = StaticPrices(units={key: price for key, price in UNITS.items() if key[1] != "gp3_throughput"})
    verdict = judge(CHECK, volume(500), prices=partial)
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "price missing")


def test_age_does_not_matter_and_other_types_are_not_concerned():
    young = resource(volume(500).spec, created_at=ago(0.1))
    assert judge(CHECK, young, prices=PRICES).outcome is Outcome.FLAGGED
    assert judge(CHECK, volume(500, "gp3"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
