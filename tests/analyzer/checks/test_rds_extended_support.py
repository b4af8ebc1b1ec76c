from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from costopt.analyzer.checks.rds_extended_support import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.databases import RdsInstance
from costopt.model.support import ExtendedSupport
from tests.oracles.judging import StaticPrices, context, judge, monthly, resource, shape

UNITS = {
    ("rds", "extended_support_vcpu_hour_year_1_2"): "0.100",
    ("rds", "extended_support_vcpu_hour_year_3"): "0.200",
}
MYSQL_57 = ExtendedSupport(
    engine="mysql", major_version="5.7", start=date(2024, 3, 1), year_3_start=date(2026, 3, 1), end=date(2029, 6, 30),
    source="made dates",
)  # fmt: skip


class DatedPrices(StaticPrices):
    """Static prices with the dates of MySQL 5.7 only."""

    def extended_support(self, engine, version):
        return MYSQL_57 if (engine, version[:3]) == ("mysql", "5.7") else None


def prices(units=UNITS):
    return DatedPrices(units=units, shapes=[shape("m5.xlarge", 4, 16.0)])


def database(**fields):
    given = {
        "instance_class": "db.m5.xlarge", "engine": "mysql", "engine_version": "5.7.44", "status": "available",
        "multi_az": False, "storage_type": "gp3", "storage_gib": 100, **fields,
    }  # fmt: skip
    return resource(RdsInstance(**given), "db-1", created_at=datetime(2023, 1, 1, tzinfo=UTC))


def at(year, month, day, judged=None, book=None, **params):
    judged = judged or database()
    surroundings = context([judged], book or prices(), now=datetime(year, month, day, 12, tzinfo=UTC))
    return judge(CHECK, judged, context=surroundings, **params)


def test_the_surcharge_is_by_the_vcpu_hour():
    verdict = at(2025, 6, 1)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 730 * 4 * Decimal("0.100")
    assert verdict.action.kind is ActionKind.CONFIGURE
    assert "5.7.44" in verdict.evidence[0].statement


def test_a_standby_is_charged_too_and_the_third_year_costs_more():
    assert monthly(at(2025, 6, 1, database(multi_az=True))) == 730 * 8 * Decimal("0.100")
    assert monthly(at(2026, 2, 28)) == 730 * 4 * Decimal("0.100")
    third = at(2026, 3, 1)
    assert monthly(third) == 730 * 4 * Decimal("0.200")
    assert "year 3" in third.evidence[0].statement


@pytest.mark.parametrize(
    ("day", "outcome", "saving"),
    [
        ((2024, 3, 1), Outcome.FLAGGED, 292),
        ((2024, 2, 29), Outcome.FLAGGED, 0),
        ((2024, 1, 2), Outcome.FLAGGED, 0),
        ((2024, 1, 1), Outcome.CLEAR, None),
    ],
)
def test_before_the_first_charge_it_warns_for_sixty_days_and_saves_nothing_yet(day, outcome, saving):
    verdict = at(*day)
    assert verdict.outcome is outcome
    assert (monthly(verdict) if saving is not None else None) == saving


def test_warnings_can_be_turned_off():
    assert at(2024, 2, 29, warn_days=0).outcome is Outcome.CLEAR


def test_a_version_without_a_known_date_is_unknown():
    verdict = at(2026, 6, 1, database(engine_version="8.4.4"))
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "end of standard support unknown")


def test_missing_prices_and_sizes_are_gaps():
    no_price = at(2025, 6, 1, book=prices({}))
    assert (no_price.outcome, no_price.saving) == (Outcome.FLAGGED, None)
    assert "extended_support" in no_price.price_gap
    no_size = at(2025, 6, 1, database(instance_class="db.x9.large"))
    assert no_size.saving is None
    assert "db.x9.large" in no_size.price_gap


@pytest.mark.parametrize(
    "fields",
    [{"engine": "mariadb"}, {"engine": "oracle-se2"}, {"status": "stopped"}, {"instance_class": "db.serverless"}],
)
def test_other_engines_stopped_and_serverless_are_not_concerned(fields):
    assert at(2025, 6, 1, database(**fields)).outcome is Outcome.NOT_APPLICABLE
