from decimal import Decimal

import pytest

from costopt.analyzer.checks.dynamodb_unused import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.databases import DynamoDbTable
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    units={
        ("dynamodb", "read_unit_hour"): "0.00013",
        ("dynamodb", "write_unit_hour"): "0.00065",
        ("dynamodb", "standard_storage"): "0.25",
        ("dynamodb", "standard_ia_storage"): "0.10",
    }
)
DAY = 86400
GIB = 1024**3


def table(**fields):
    given = {"billing_mode": "on_demand", "status": "ACTIVE", "size_bytes": 8 * GIB, "items": 10, **fields}
    return resource(DynamoDbTable(**given), "orders")


def used(reads=None, writes=None):
    nothing = [None] * 30
    return [
        series("dynamodb_read_units", reads or nothing, DAY, 30),
        series("dynamodb_write_units", writes or nothing, DAY, 30),
    ]


def test_no_point_at_all_is_no_use_and_storage_is_paid_for():
    verdict = judge(CHECK, table(), facts=used(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(2)  # 8 GiB x 0.25


def test_provisioned_units_are_paid_by_the_hour():
    spec = {"billing_mode": "provisioned", "read_capacity_units": 100, "write_capacity_units": 50}
    verdict = judge(CHECK, table(**spec), facts=used(), prices=PRICES)
    assert monthly(verdict) == 2 + 730 * (100 * Decimal("0.00013") + 50 * Decimal("0.00065"))


def test_the_infrequent_access_class_has_its_own_price():
    verdict = judge(CHECK, table(table_class="STANDARD_INFREQUENT_ACCESS"), facts=used(), prices=PRICES)
    assert monthly(verdict) == Decimal("0.8")


@pytest.mark.parametrize("facts", [used(reads=[0.5] + [None] * 29), used(writes=[None] * 29 + [1.0])])
def test_half_a_unit_in_a_month_is_use(facts):
    assert judge(CHECK, table(), facts=facts, prices=PRICES).outcome is Outcome.CLEAR


def test_use_before_the_thirty_days_does_not_count():
    once = [1.0] + [None] * 30
    long_ago = [series(metric, once, DAY, 31) for metric in ("dynamodb_read_units", "dynamodb_write_units")]
    assert judge(CHECK, table(), facts=long_ago, prices=PRICES).outcome is Outcome.FLAGGED


@pytest.mark.parametrize("facts", [[], used()[:1]])
def test_a_metric_that_was_never_asked_for_is_unknown(facts):
    assert judge(CHECK, table(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_a_table_younger_than_the_look_back_is_not_judged():
    young = resource(table().spec, "orders", created_at=ago(29))
    assert judge(CHECK, young, facts=used(), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"status": "DELETING"}, {"replica_regions": ("eu-west-1",)}, {"size_bytes": 0}])
def test_tables_that_cost_nothing_or_are_used_elsewhere_are_not_concerned(fields):
    assert judge(CHECK, table(**fields), facts=used(), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_a_missing_price_is_a_gap():
    assert "standard_storage" in judge(CHECK, table(), facts=used()).price_gap
