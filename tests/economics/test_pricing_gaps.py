"""Waste without a price is reported without a figure, never with a part of one."""

from decimal import Decimal

from costopt.economics.pricing_gaps import priced
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.resource import ResourceKey
from tests.oracles.judging import price

KEY = ResourceKey("aws", "1", "us-east-1", "ebs_volume", "vol-1")


def test_known_terms_are_summed():
    term = Term(label="storage", subject=KEY, quantity=Decimal(100), price=price("0.08"))
    saving, gap = priced(lambda: (term, term))
    assert saving.monthly.amount == Decimal("16.00")
    assert gap is None


def test_no_term_is_exactly_zero():
    saving, gap = priced(tuple)
    assert (saving.monthly.amount, gap) == (0, None)


def test_a_missing_price_says_which():
    def terms():
        raise PriceNotFound("no price of ebs io9_storage in mars-1")

    assert priced(terms) == (None, "no price of ebs io9_storage in mars-1")
