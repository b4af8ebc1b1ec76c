from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_iops_unused import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.ebs import EbsVolume
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("ebs", "io2_storage"): "0.125",
        ("ebs", "io2_iops"): "0.065",
        ("ebs", "gp3_storage"): "0.08",
        ("ebs", "gp3_iops"): "0.005",
        ("ebs", "gp3_throughput"): "0.04",
    }
)
HOURS = 14 * 24


def volume(volume_type="io2", iops=10_000, **fields):
    given = {
        "volume_type": volume_type, "size_gib": 500, "state": "in-use", "availability_zone": "us-east-1a",
        "iops": iops, **fields,
    }  # fmt: skip
    return resource(EbsVolume(**given), "vol-1")


def peak_hour(reads_per_second, writes_per_second):
    quiet = [0.0] * (HOURS - 1)
    return [
        series("volume_read_ops", [*quiet, reads_per_second * 3600.0]),
        series("volume_write_ops", [writes_per_second * 3600.0, *quiet]),
    ]


def test_the_busiest_hour_is_left_at_forty_percent_of_what_is_recommended():
    verdict = judge(CHECK, volume(), facts=peak_hour(700, 300), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.RESIZE
    assert verdict.action.target == "2500 IOPS"  # 1,000 / 0.4
    assert monthly(verdict) == 7500 * Decimal("0.065")


@pytest.mark.parametrize(("reads", "outcome"), [(3960, Outcome.FLAGGED), (4000, Outcome.CLEAR), (9000, Outcome.CLEAR)])
def test_forty_percent_is_the_boundary(reads, outcome):
    # 3,960 need 9,900 of the 10,000; anything nearer to 40 % rounds up to what is there already.
    assert judge(CHECK, volume(), facts=peak_hour(reads, 0), prices=PRICES).outcome is outcome


def test_gp3_never_goes_below_what_is_included():
    verdict = judge(CHECK, volume("gp3", 6000, throughput_mibps=125), facts=peak_hour(10, 10), prices=PRICES)
    assert verdict.action.target == "3000 IOPS"
    assert monthly(verdict) == 3000 * Decimal("0.005")


def test_gp3_keeps_the_iops_that_its_throughput_demands():
    verdict = judge(CHECK, volume("gp3", 6000, throughput_mibps=1000), facts=peak_hour(10, 10), prices=PRICES)
    assert verdict.action.target == "4000 IOPS"
    assert monthly(verdict) == 2000 * Decimal("0.005")


def test_least_iops_and_unprovisioned_types_are_not_concerned():
    for spec in (volume("gp3", 3000), volume("gp2", 3000), volume("io2", 100), volume(state="available")):
        assert judge(CHECK, spec, facts=peak_hour(1, 1), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_missing_metrics_or_iops_are_unknown():
    assert judge(CHECK, volume(), prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, volume(iops=None), facts=peak_hour(1, 1), prices=PRICES).outcome is Outcome.NO_DATA
    half = [series("volume_read_ops", [0.0] * 200), series("volume_write_ops", [0.0] * 200)]
    assert judge(CHECK, volume(), facts=half, prices=PRICES).outcome is Outcome.NO_DATA


def test_without_a_price_the_reduction_is_named_all_the_same():
    verdict = judge(CHECK, volume(), facts=peak_hour(1, 1))
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert verdict.price_gap


def test_less_than_a_dollar_is_not_worth_a_change():
    verdict = judge(CHECK, volume("gp3", 3100, throughput_mibps=125), facts=peak_hour(1, 1), prices=PRICES)
    assert verdict.outcome is Outcome.CLEAR
