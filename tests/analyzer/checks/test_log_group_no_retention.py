import pytest

from costopt.analyzer.checks.log_group_no_retention import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.storage import LogGroup
from tests.oracles.judging import StaticPrices, ago, judge, resource

PRICES = StaticPrices(units={("logs", "standard_storage"): "0.03"})
GIB = 1024**3


def group(stored=500 * GIB, retention_days=None, **fields):
    return resource(LogGroup(stored_bytes=stored, retention_days=retention_days, **fields), "/app/orders")


def test_the_cost_is_shown_but_no_saving_is_promised_because_ages_are_unknown():
    verdict = judge(CHECK, group(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap is None
    assert "15.00 USD a month" in verdict.evidence[0].statement  # 500 GiB x 0.03
    assert verdict.action.kind is ActionKind.CONFIGURE


def test_without_a_price_it_is_flagged_all_the_same():
    verdict = judge(CHECK, group())
    assert verdict.outcome is Outcome.FLAGGED
    assert "USD" not in verdict.evidence[0].statement


@pytest.mark.parametrize(("stored", "outcome"), [(GIB, Outcome.FLAGGED), (GIB - 1, Outcome.CLEAR), (0, Outcome.CLEAR)])
def test_one_gib_is_the_boundary(stored, outcome):
    assert judge(CHECK, group(stored), prices=PRICES).outcome is outcome


def test_any_retention_is_a_decision():
    assert judge(CHECK, group(retention_days=3653), prices=PRICES).outcome is Outcome.CLEAR


def test_young_groups_and_the_delivery_class():
    young = resource(group().spec, "/app/new", created_at=ago(2))
    assert judge(CHECK, young, prices=PRICES).outcome is Outcome.NO_DATA
    assert judge(CHECK, group(log_class="DELIVERY"), prices=PRICES).outcome is Outcome.NOT_APPLICABLE


def test_ninety_days_are_proposed():
    assert judge(CHECK, group(), prices=PRICES).action.target == "90 days"
