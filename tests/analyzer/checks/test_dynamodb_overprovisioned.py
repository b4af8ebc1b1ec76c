from decimal import Decimal

import pytest

from costopt.analyzer.checks.dynamodb_overprovisioned import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.databases import DynamoDbTable
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series

PRICES = StaticPrices(units={("dynamodb", "read_unit_hour"): "0.00013", ("dynamodb", "write_unit_hour"): "0.00065"})
DAY = 86400


def table(reads=1000, writes=200, **fields):
    given = {"billing_mode": "provisioned", "status": "ACTIVE", "size_bytes": 1, "items": 1, **fields}
    return resource(DynamoDbTable(read_capacity_units=reads, write_capacity_units=writes, **given), "orders")


def used(reads_per_second, writes_per_second):
    """The same use on each of 30 days, except half of it on the last."""
    return [
        series("dynamodb_read_units", [reads_per_second * DAY] * 29 + [reads_per_second * DAY / 2], DAY, 30),
        series("dynamodb_write_units", [writes_per_second * DAY] * 29 + [writes_per_second * DAY / 2], DAY, 30),
    ]


def test_both_dimensions_are_reduced_to_five_times_the_busiest_day():
    verdict = judge(CHECK, table(), facts=used(50, 10), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.RESIZE
    assert verdict.action.target == "250 read, 50 write units"
    assert monthly(verdict) == 730 * (750 * Decimal("0.00013") + 150 * Decimal("0.00065"))
    assert verdict.confidence is Confidence.LOW


@pytest.mark.parametrize(("reads", "target"), [(99, "495 read, 200 write units"), (100, None)])
def test_ten_percent_is_the_boundary_and_well_used_writes_stay(reads, target):
    verdict = judge(CHECK, table(), facts=used(reads, 100), prices=PRICES)
    assert (verdict.action.target if verdict.action else None) == target


def test_what_was_before_the_seven_days_does_not_count():
    grown_quiet = [
        series(metric, [150 * DAY] * 23 + [10 * DAY] * 7, DAY, 30)
        for metric in ("dynamodb_read_units", "dynamodb_write_units")
    ]
    assert judge(CHECK, table(), facts=grown_quiet, prices=PRICES).outcome is Outcome.FLAGGED
    still_busy = [
        series(metric, [10 * DAY] * 23 + [150 * DAY] + [10 * DAY] * 6, DAY, 30)
        for metric in ("dynamodb_read_units", "dynamodb_write_units")
    ]
    assert judge(CHECK, table(), facts=still_busy, prices=PRICES).outcome is Outcome.CLEAR


def test_a_table_without_any_use_is_for_another_check():
    silent = [series(metric, [None] * 30, DAY, 30) for metric in ("dynamodb_read_units", "dynamodb_write_units")]
    assert judge(CHECK, table(), facts=silent, prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_unused_writes_of_a_table_that_is_read_are_reduced_to_one():
    verdict = judge(CHECK, table(), facts=used(500, 0), prices=PRICES)
    assert verdict.action.target == "1000 read, 1 write units"
    assert monthly(verdict) == 730 * 199 * Decimal("0.00065")


def test_less_than_a_dollar_is_not_worth_it():
    # 8 of 10 read units saved: 730 x 8 x 0.00013 = 0.76 dollars.
    assert judge(CHECK, table(10, 1), facts=used(0.4, 0.5), prices=PRICES).outcome is Outcome.CLEAR


def test_without_a_price_the_reduction_is_named_all_the_same():
    verdict = judge(CHECK, table(), facts=used(50, 10))
    assert (verdict.outcome, verdict.saving) == (Outcome.FLAGGED, None)
    assert "read_unit_hour" in verdict.price_gap


def test_unread_metrics_and_on_demand_tables():
    assert judge(CHECK, table(), prices=PRICES).outcome is Outcome.NO_DATA
    on_demand = table(billing_mode="on_demand")
    assert judge(CHECK, on_demand, facts=used(1, 1), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
