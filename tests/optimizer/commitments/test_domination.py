"""Offers that no plan needs are left out, and only those."""

from decimal import Decimal

from costopt.optimizer.commitments.domination import drop_dominated
from tests.oracles.offers import offer


def names(found):
    return [one.id for one in found]


def same_scope(take, name, **more):
    return offer(take, name=name, scope="all", **more)


def test_the_cheapest_way_to_pay_is_kept():
    slow, fast = same_scope([0.7, 0.8], "no upfront"), same_scope([0.68, 0.78], "all upfront", upfront=Decimal(8760))
    for offers in ((slow, fast), (fast, slow)):
        kept, dropped = drop_dominated(offers, upfront_matters=False)
        assert names(kept) == ["all upfront"]
        assert [(one.instrument.id, one.by.id) for one in dropped] == [("no upfront", "all upfront")]


def test_with_an_upfront_budget_the_one_that_takes_less_upfront_stays_too():
    slow, fast = same_scope([0.7, 0.8], "no upfront"), same_scope([0.68, 0.78], "all upfront", upfront=Decimal(8760))
    assert len(drop_dominated((slow, fast), upfront_matters=True)[0]) == 2


def test_the_effective_cost_decides_not_the_rate():
    """A rate of 0.5 at 1.5 effective dollars is dearer than 0.7 at 1."""
    cheap, dear = same_scope([0.7], "cheap"), same_scope([0.5], "dear", cost="1.5")
    assert names(drop_dominated((dear, cheap), upfront_matters=False)[0]) == ["cheap"]


def test_terms_scopes_and_accounts_are_not_compared():
    offers = (
        same_scope([0.7], "one"),
        same_scope([0.5], "three", term_months=36),
        offer([0.4], name="other", scope="other"),
        same_scope([0.3], "account", account="7"),
    )
    assert len(drop_dominated(offers, upfront_matters=False)[0]) == 4


def test_each_may_be_cheaper_for_something():
    offers = (same_scope([0.7, 0.8], "a"), same_scope([0.8, 0.7], "b"))
    assert len(drop_dominated(offers, upfront_matters=False)[0]) == 2


def test_what_is_never_below_on_demand_is_dropped():
    kept, (dropped,) = drop_dominated((same_scope([1.0, None], "useless"),), upfront_matters=False)
    assert (kept, dropped.by) == ((), None)
