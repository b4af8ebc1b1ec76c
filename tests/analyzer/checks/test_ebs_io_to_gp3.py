from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_io_to_gp3 import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("ebs", "io1_storage"): "0.125",
        ("ebs", "io1_iops"): "0.065",
        ("ebs", "io2_storage"): "0.125",
        ("ebs", "io2_iops"): "0.065",
        ("ebs", "gp3_storage"): "0.08",
        ("ebs", "gp3_iops"): "0.005",
        ("ebs", "gp3_throughput"): "0.04",
    }
)
MIB_HOUR = 3600 * 1024**2


def volume(volume_type="io1", size_gib=500, iops=4000, instance_ids=("i-1",)):
    spec = EbsVolume(
        volume_type=volume_type, size_gib=size_gib, state="in-use", availability_zone="us-east-1a", iops=iops,
        instance_ids=instance_ids,
    )  # fmt: skip
    return resource(spec, "vol-1")


def throughput(read_mibps, write_mibps):
    return [
        series("volume_read_bytes", read_mibps * MIB_HOUR),
        series("volume_write_bytes", write_mibps * MIB_HOUR),
    ]


def test_io1_is_priced_against_gp3_of_the_same_performance():
    verdict = judge(CHECK, volume(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    before = 500 * Decimal("0.125") + 4000 * Decimal("0.065")  # 62.50 + 260
    # io1 reaches 500 MiB/s at 4,000 IOPS of 256 KiB (1,000 would need more than 32,000 IOPS).
    after = 500 * Decimal("0.08") + 1000 * Decimal("0.005") + 375 * Decimal("0.04")  # 40 + 5 + 15
    assert monthly(verdict) == before - after == Decimal("262.5")
    assert "4,000 IOPS and 500 MiB/s" in verdict.action.summary


@pytest.mark.parametrize(("iops", "outcome"), [(16_000, Outcome.FLAGGED), (16_001, Outcome.CLEAR)])
def test_sixteen_thousand_iops_is_the_boundary(iops, outcome):
    assert judge(CHECK, volume(iops=iops), prices=PRICES).outcome is outcome


def test_a_volume_too_small_for_so_many_iops_stays():
    assert judge(CHECK, volume(size_gib=20, iops=10_000), prices=PRICES).outcome is Outcome.FLAGGED
    assert judge(CHECK, volume("io2", size_gib=19, iops=10_000), prices=PRICES).outcome is Outcome.CLEAR
    # What gp3 includes comes with every size.
    assert judge(CHECK, volume(size_gib=4, iops=200), prices=PRICES).outcome is Outcome.FLAGGED


@pytest.mark.parametrize(
    ("read", "write", "outcome"),
    [(199, 200, Outcome.FLAGGED), (200, 200, Outcome.CLEAR), (0, 900, Outcome.CLEAR)],
)
def test_io2_that_could_do_more_than_gp3_needs_a_measured_throughput(read, write, outcome):
    # 6,000 IOPS give io2 1,536 MiB/s; gp3 ends at 1,000, of which the busiest hour may use 40 %.
    verdict = judge(CHECK, volume("io2", iops=6000), facts=throughput(read, write), prices=PRICES)
    assert verdict.outcome is outcome


def test_unmeasured_throughput_is_unknown():
    assert judge(CHECK, volume("io2", iops=6000), prices=PRICES).outcome is Outcome.NO_DATA


def test_few_iops_need_no_measurement():
    verdict = judge(CHECK, volume("io2", iops=500), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    # io2 with 500 IOPS reaches 128 MiB/s: 3 MiB/s above what gp3 includes.
    assert monthly(verdict) == Decimal("62.5") + Decimal("32.5") - Decimal(40) - 3 * Decimal("0.04")


def test_unknown_iops_shared_volumes_and_other_types():
    assert judge(CHECK, volume(iops=None), prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, volume(instance_ids=("i-1", "i-2")), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, volume("gp2"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_no_advice_where_gp3_costs_more():
    dear = StaticPrices(units={**PRICES.units, ("ebs", "gp3_storage"): "0.70"})
    assert judge(CHECK, volume(), prices=dear).outcome is Outcome.CLEAR


def test_throughput_before_the_fourteen_days_does_not_count():
    once = [900.0 * MIB_HOUR] + [0.0] * (14 * 24)
    facts = [series("volume_read_bytes", once, days=15), series("volume_write_bytes", once, days=15)]
    assert judge(CHECK, volume("io2", iops=6000), facts=facts, prices=PRICES).outcome is Outcome.FLAGGED


def test_the_largest_gp3_volume_is_16_tib():
    assert judge(CHECK, volume(size_gib=16_384), prices=PRICES).outcome is Outcome.FLAGGED
    assert judge(CHECK, volume("io2", size_gib=16_385, iops=1000), prices=PRICES).outcome is Outcome.CLEAR


def test_a_dollar_a_month_is_the_least_saving():
    # io1 with 100 IOPS saves 0.045 dollars a GiB and 6.50 for the IOPS.
    verdict = judge(CHECK, volume(size_gib=100, iops=100), prices=PRICES, min_saving_usd=Decimal(11))
    assert monthly(verdict) == Decimal(11)
    above = judge(CHECK, volume(size_gib=100, iops=100), prices=PRICES, min_saving_usd=Decimal("11.01"))
    assert above.outcome is Outcome.CLEAR
