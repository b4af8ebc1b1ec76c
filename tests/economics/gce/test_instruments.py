"""Commitments on offer for usage of Compute Engine, and what the best of them are, beside every other quantity."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.offers import find_offers
from costopt.economics.simulator.settlement import settle
from costopt.economics.usage_items import ItemisedUsage, Place, itemise
from costopt.model.finding import ComputeUsage
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.pipeline.pricing import OnDemand
from tests.oracles.google_prices import UnitBook

REGION = "us-central1"
START = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = 31 * 24
PRICES = {
    "n2_vcpu": "0.03",
    "n2_memory": "0.004",
    "n2_custom_vcpu": "0.0315",
    "n2_vcpu_cud_1y": "0.0189",
    "n2_memory_cud_1y": "0.00252",
    "n2_vcpu_cud_3y": "0.0135",
    "n1_vcpu": "0.03",
    "e2_vcpu": "0.02",
    "t2a_vcpu": "0.04",
}
BOOK = UnitBook(PRICES)


def place(item: str, resource: str = "vcpu", project: str = "p") -> Place:
    return project, (REGION, ComputeUsage(service="gce", instance_type=item, variant=resource))


def itemised(usages: Mapping[Place, int]) -> ItemisedUsage:
    return itemise({one: Decimal(count) for one, count in usages.items()}, OnDemand(BOOK), ())


def demand(hours: Mapping[Place, list[int]]) -> tuple[HourlyDemand, list[Instrument]]:
    """Units of each usage in each hour, and what is on offer for them."""
    found = itemised({one: sum(units) for one, units in hours.items()})
    dollars = np.zeros((len(next(iter(hours.values()))), len(found.items)))
    for one, units in hours.items():
        price = OnDemand(BOOK)(one[1])
        assert price is not None
        dollars[:, found.index[one]] += np.array(units) * float(price)
    usage = HourlyDemand(items=tuple(one.item for one in found.items), dollars=dollars, start=START)
    return usage, [offer.instrument for offer in find_offers(found.items, BOOK).found]


def held(instrument: Instrument, quantity: object) -> Holding:
    return Holding(instrument=instrument, quantity=Decimal(str(quantity)), start=START, end=START + timedelta(days=365))


def test_an_item_is_a_resource_of_a_series_in_a_project_and_region() -> None:
    (found,) = itemised({place("n2_vcpu"): 4}).items
    item = found.item
    assert (item.provider, item.account, item.region, item.service) == ("gcp", "p", REGION, "gce")
    assert (item.family, item.variant, item.dollars_per_unit) == ("n2", "vcpu", 0.03)


def test_a_custom_type_under_a_commitment_costs_its_premium_beside_it() -> None:
    """Ten custom vCPUs under a commitment of eight: 8 x 0.0189, the premium of 8 while they run, and 2 on demand."""
    prices = PRICES | {"n2_custom_vcpu_cud_1y": "0.019575", "n2_custom_vcpu_cud_3y": "0.014175"}
    custom, usual = place("n2_custom_vcpu"), place("n2_vcpu")
    found = itemise({custom: Decimal(10), usual: Decimal(1)}, OnDemand(UnitBook(prices)), ())
    one_year = next(one.instrument for one in find_offers(found.items, UnitBook(prices)).found)
    assert one_year.id == "resource_cud n2 vcpu us-central1 1y monthly"
    runs = np.array([10, 0, 10, 0])
    dollars = np.zeros((4, 2))
    dollars[:, found.index[custom]] = runs * 0.0315
    usage = HourlyDemand(items=tuple(one.item for one in found.items), dollars=dollars, start=START)
    settled = settle(usage, [held(one_year, 8)], sustained_use=False)
    # 5 % of the price under three years, 0.0135
    premium = 2 * 8 * Decimal("0.000675")
    assert settled.bill.commitment_cost == 4 * 8 * Decimal("0.0189")
    assert float(settled.bill.on_demand_cost) == pytest.approx(float(2 * 2 * Decimal("0.0315") + premium))
    assert settled.bill.total == settled.bill.commitment_cost + settled.bill.on_demand_cost


def test_without_custom_types_or_their_prices_there_is_no_premium() -> None:
    for usage in ({place("n2_vcpu"): 4}, {place("n2_custom_vcpu"): 4}):
        assert {offer.instrument.premium for offer in find_offers(itemised(usage).items, BOOK).found} == {None}


def test_custom_types_have_a_price_and_an_item_of_their_own() -> None:
    found = itemised({place("n2_vcpu"): 4, place("n2_custom_vcpu"): 4})
    assert sorted((one.item.family, one.item.dollars_per_unit) for one in found.items) == [("n2", 0.03), ("n2", 0.0315)]


def test_usage_without_a_price_is_named() -> None:
    assert itemised({place("n2_vcpu"): 1, place("z9_vcpu"): 1}).unpriced == (place("z9_vcpu"),)


def test_a_resource_commitment_pays_for_predefined_and_custom_types_by_the_vcpu() -> None:
    """4 vCPUs of each run; 6 committed pay for the custom ones first, and for 2 of the predefined ones."""
    usage, offers = demand({place("n2_vcpu"): [4], place("n2_custom_vcpu"): [4]})
    (one_year,) = [one for one in offers if one.id == "resource_cud n2 vcpu us-central1 1y monthly"]
    assert (one_year.hourly_cost, one_year.step, one_year.payment) == (Decimal("0.0189"), 1, "monthly")
    settled = settle(usage, [held(one_year, 6)], sustained_use=False)
    assert sum(settled.bill.on_demand) == Decimal("0.06")
    assert settled.bill.commitment_cost == Decimal("0.1134")


def test_a_flexible_commitment_pays_for_every_series_that_has_a_rate() -> None:
    _, offers = demand({place("n2_vcpu"): [1], place("e2_vcpu"): [1], place("t2a_vcpu"): [1]})
    flexible = {one.term_months: one for one in offers if one.kind is InstrumentKind.FLEXIBLE_CUD}
    assert sorted(flexible[12].take.tolist()) == [0.72, 0.72, np.inf]
    assert sorted(flexible[36].take.tolist()) == [0.54, 0.54, np.inf]
    assert {one.hourly_cost for one in flexible.values()} == {Decimal(1)}


def test_what_has_no_committed_price_is_named_and_not_offered() -> None:
    found = find_offers(itemised({place("e2_vcpu"): 1, place("n2_vcpu"): 1}).items, BOOK)
    kinds = {(offer.instrument.kind, offer.instrument.scope) for offer in found.found}
    assert (InstrumentKind.RESOURCE_CUD, "e2 vcpu us-central1") not in kinds
    assert found.missing == (
        "resource-based commitments are not considered for want of a price of e2 vcpu us-central1",
    )


def test_usage_that_a_commitment_pays_for_loses_its_sustained_use_discount() -> None:
    """10 vCPUs of N2 all January. Without: 0.3 x 744 x 0.8002. With 4 committed for a year: 4 x 0.0189 an hour, and the
    discount on 6."""
    usage, offers = demand({place("n2_vcpu"): [10] * MONTH})
    one_year = next(one for one in offers if one.id == "resource_cud n2 vcpu us-central1 1y monthly")
    alone, with_four = settle(usage, []).bill.total, settle(usage, [held(one_year, 4)]).bill.total
    near = Decimal("1e-6")
    assert alone == pytest.approx(Decimal("0.3") * MONTH * Decimal("0.8002"), rel=near)
    expected = MONTH * (4 * Decimal("0.0189") + Decimal("0.18") * Decimal("0.8002"))
    assert with_four == pytest.approx(expected, rel=near)


def test_n1_never_breaks_even_under_a_flexible_commitment_of_a_year() -> None:
    """28 % off against the 30 % that come by themselves."""
    usage, offers = demand({place("n1_vcpu"): [10] * MONTH})
    short = [one for one in offers if one.term_months == 12]
    plan = plan_commitments(usage, short, terms=PlanTerms(family_bound_share=None))
    assert plan.purchases == ()


def test_a_plan_is_the_best_of_all_whole_quantities() -> None:
    """Two resources of N2 by day and night, E2 beside them, sustained use discounts on what is left; brute force."""
    day = [8] * 12 + [3] * 12
    usage, offers = demand(
        {
            place("n2_vcpu"): day * 31,
            place("n2_memory", "memory"): [units * 4 for units in day] * 31,
            place("e2_vcpu"): [2] * MONTH,
        }
    )
    names = ("resource_cud n2 vcpu us-central1 1y monthly", "resource_cud n2 memory us-central1 1y monthly")
    chosen = [one for one in offers if one.term_months == 12]
    plan = plan_commitments(usage, chosen, terms=PlanTerms(family_bound_share=None, tolerance=1e-4))
    by_id = {one.id: one for one in chosen}
    flexible = next(one for one in chosen if one.kind is InstrumentKind.FLEXIBLE_CUD)
    quantities = product((0, 2, 3, 4, 8), (0, 11, 12, 13, 32), ("0", "0.02", "0.028", "0.029", "0.03", "0.1"))
    bought = [by_id[names[0]], by_id[names[1]], flexible]
    best = min(settle(usage, list(map(held, bought, counts))).bill.total for counts in quantities)
    assert plan.bill.total <= best * Decimal("1.0001")
    assert plan.bound <= plan.bill.total
    assert plan.gap < 0.01  # the bound lets the flexible one pay for E2 first, whose series Google's order leaves open
    found = {one.instrument.id: one.quantity for one in plan.purchases}
    assert [found[name] for name in names] == [3, 12]
