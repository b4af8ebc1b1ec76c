from decimal import Decimal

import pytest

from costopt.analyzer.checks.efs_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.storage import EfsFileSystem
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("efs", "standard_storage"): "0.30",
        ("efs", "infrequent_access_storage"): "0.016",
        ("efs", "provisioned_throughput"): "6.00",
    }
)
GIB = 1024**3
DAY = 86400


def file_system(**fields):
    given = {
        "size_bytes": 300 * GIB, "state": "available", "throughput_mode": "elastic", "mount_targets": 2,
        "infrequent_access_bytes": 200 * GIB, **fields,
    }  # fmt: skip
    return resource(EfsFileSystem(**given), "fs-1")


def traffic(values):
    return [series("efs_io_bytes", values, DAY, 30)]


def test_no_point_at_all_is_no_use_and_each_class_has_its_price():
    verdict = judge(CHECK, file_system(), facts=traffic([None] * 30), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 100 * Decimal("0.30") + 200 * Decimal("0.016")
    assert verdict.confidence is Confidence.MEDIUM


def test_provisioned_throughput_beyond_what_storage_includes_is_paid_too():
    spec = {"throughput_mode": "provisioned", "provisioned_mibps": 20.0}
    verdict = judge(CHECK, file_system(**spec), facts=traffic([None] * 30), prices=PRICES)
    # 100 GiB of standard storage include 5 MiB/s.
    assert monthly(verdict) == Decimal("33.2") + 15 * 6


def test_without_mount_targets_nobody_can_use_it():
    verdict = judge(CHECK, file_system(mount_targets=0), facts=traffic([None] * 30), prices=PRICES)
    assert verdict.confidence is Confidence.HIGH


@pytest.mark.parametrize(
    ("values", "outcome"),
    [([None] * 29 + [1.0], Outcome.CLEAR), ([1.0] + [None] * 29, Outcome.CLEAR), ([0.0] * 30, Outcome.FLAGGED)],
)
def test_one_byte_in_thirty_days_is_use(values, outcome):
    assert judge(CHECK, file_system(), facts=traffic(values), prices=PRICES).outcome is outcome


def test_a_metric_never_asked_for_and_a_young_file_system_are_unknown():
    assert judge(CHECK, file_system(), prices=PRICES).outcome is Outcome.NO_DATA
    young = resource(file_system().spec, created_at=ago(20))
    assert judge(CHECK, young, facts=traffic([None] * 30), prices=PRICES).outcome is Outcome.NO_DATA


def test_a_file_system_being_deleted_is_not_concerned_and_a_missing_price_is_a_gap():
    deleting = file_system(state="deleting")
    assert judge(CHECK, deleting, facts=traffic([None] * 30)).outcome is Outcome.NOT_APPLICABLE
    assert "standard_storage" in judge(CHECK, file_system(), facts=traffic([None] * 30)).price_gap


def test_use_before_the_thirty_days_does_not_count():
    long_ago = [series("efs_io_bytes", [5.0] + [None] * 30, DAY, 31)]
    assert judge(CHECK, file_system(), facts=long_ago, prices=PRICES).outcome is Outcome.FLAGGED
