from datetime import UTC, datetime
from decimal import Decimal

import pytest

from costopt.analyzer.checks.sql_extended_support import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.google_estate import REGION, database
from tests.oracles.judging import StaticPrices, context, judge, monthly

PRICES = StaticPrices(units={("cloud_sql", "extended_support_vcpu"): "0.05"}, region=REGION)


def verdict_on(day, version="MYSQL_5_7", prices=PRICES, **fields):
    one = database(database_version=version, **fields)
    year, month, date = day
    return judge(CHECK, one, context=context([one], prices, now=datetime(year, month, date, 12, tzinfo=UTC)))


TODAY = (2026, 8, 31)


def test_an_old_version_saves_its_surcharge_for_each_vcpu():
    verdict = verdict_on(TODAY)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 730 * 4 * Decimal("0.05")
    assert verdict.action.kind is ActionKind.CONFIGURE
    assert "charged since 2025-05-01" in verdict.evidence[0].statement


def test_a_standby_is_charged_too():
    assert monthly(verdict_on(TODAY, availability="REGIONAL")) == 730 * 8 * Decimal("0.05")


@pytest.mark.parametrize(
    ("day", "outcome", "saves"),
    [
        ((2026, 5, 2), Outcome.CLEAR, None),
        ((2026, 5, 3), Outcome.FLAGGED, False),
        ((2026, 6, 30), Outcome.FLAGGED, False),
        ((2026, 7, 1), Outcome.FLAGGED, True),
    ],
)
def test_the_first_charged_day_is_announced_sixty_days_before(day, outcome, saves):
    verdict = verdict_on(day, "MYSQL_8_0_31")
    assert verdict.outcome is outcome
    if saves is not None:
        assert (monthly(verdict) > 0) is saves


@pytest.mark.parametrize(
    ("version", "outcome"),
    [
        ("POSTGRES_16", Outcome.CLEAR),
        ("MYSQL_8_4", Outcome.CLEAR),
        ("POSTGRES_13", Outcome.NO_DATA),
        ("POSTGRES_99", Outcome.NO_DATA),
        ("POSTGRES_9_6", Outcome.FLAGGED),
    ],
)
def test_a_version_without_a_date_is_not_taken_to_be_free(version, outcome):
    assert verdict_on(TODAY, version, engine="postgres").outcome is outcome


@pytest.mark.parametrize("fields", [{"engine": "sqlserver"}, {"activation_policy": "NEVER"}])
def test_other_engines_and_stopped_instances_are_not_concerned(fields):
    assert verdict_on(TODAY, **fields).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("more", [{"prices": StaticPrices(region=REGION)}, {"tier": "db-g1-small"}])
def test_an_unknown_price_or_size_is_a_gap(more):
    verdict = verdict_on(TODAY, **more)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
