"""Which limits are told with a purchase."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.model.money import Money
from costopt.model.plan import ScenarioUse
from costopt.model.price import Quality
from costopt.pipeline.planning.purchases import list_purchases

START = datetime(2026, 12, 1, tzinfo=UTC)
RESERVED = Instrument(
    id="one",
    kind=InstrumentKind.REGIONAL_RI,
    scope="m5 linux eu-west-1",
    term_months=12,
    payment="no_upfront",
    hourly_cost=Decimal("0.1"),
    upfront=Decimal(0),
    take=np.array([5.0]),
)


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("m5 linux eu-west-1", "[m5 eu-west-1"),
        ("m5.large windows eu-west-1", "[m5 eu-west-1"),
        ("db.r5 mysql eu-west-1", "[db.r5 eu-west-1"),
        ("db.r5.large mysql:multi_az eu-west-1", "[db.r5 eu-west-1"),
        ("cache.r6g redis eu-west-1", "[cache.r6g eu-west-1"),
    ],
)
def test_a_limit_on_a_family_is_told_with_what_is_bound_to_it(scope: str, named: str) -> None:
    bought = Holding(
        instrument=replace(RESERVED, scope=scope), quantity=Decimal(1), start=START, end=START.replace(year=2027)
    )
    use = ScenarioUse(scenario="as planned", utilisation_fraction=1.0, net_saving=Money(amount=Decimal(1)))
    limits = [named, "[r5 eu-west-1", "[db.m5 eu-west-1", "[db eu-west-1"]
    (purchase,) = list_purchases([bought], [[use]], {"one": Quality.LIST}, 12, limits)
    assert purchase.binding == (named,)
