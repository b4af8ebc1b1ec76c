"""What can be bought, reckoned by hand from typed prices."""

from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.instruments import InstrumentKind
from costopt.economics.offers import Offers, find_offers
from costopt.economics.usage_items import itemise
from costopt.model.finding import ComputeUsage
from costopt.model.price import Purchase, Quality
from costopt.prices.discounts import Discounted
from tests.oracles.judging import StaticPrices

ON_DEMAND = Purchase.ON_DEMAND
M5 = {
    ("m5.large", "linux", ON_DEMAND): "0.096",
    ("m5.large", "windows", ON_DEMAND): "0.188",
    ("c5.large", "linux", ON_DEMAND): "0.085",
    ("m5.large", "linux", Purchase.RI_1Y_NO_UPFRONT): "0.060",
    ("m5.large", "linux", Purchase.RI_1Y_ALL_UPFRONT): "0.056",
    ("m5.large", "linux", Purchase.EC2_SP_1Y_NO_UPFRONT): "0.060",
    ("m5.large", "windows", Purchase.EC2_SP_1Y_NO_UPFRONT): "0.152",
    ("m5.large", "linux", Purchase.COMPUTE_SP_1Y_NO_UPFRONT): "0.070",
    ("c5.large", "linux", Purchase.COMPUTE_SP_1Y_NO_UPFRONT): "0.062",
    ("g4dn.xlarge", "linux", ON_DEMAND): "0.526",
    ("g4dn.2xlarge", "linux", ON_DEMAND): "0.752",
    ("g4dn.xlarge", "linux", Purchase.RI_1Y_NO_UPFRONT): "0.331",
    ("g4dn.2xlarge", "linux", Purchase.RI_1Y_NO_UPFRONT): "0.474",
}


def offers(*usages: ComputeUsage, rate: str = "0", quality: Quality = Quality.LIST) -> tuple[Offers, list[str]]:
    prices = StaticPrices({("ec2", *key): amount for key, amount in M5.items()}, region="us-east-1", quality=quality)
    places = {("1", ("us-east-1", usage)): Decimal(1) for usage in usages}

    def on_demand(place: tuple[str, ComputeUsage]) -> Decimal | None:
        return Decimal(M5[place[1].instance_type, place[1].variant, ON_DEMAND])

    items = itemise(places, on_demand, ()).items
    return find_offers(items, prices, discount_rate=Decimal(rate)), [one.item.label for one in items]


def ec2(instance_type: str, variant: str = "linux") -> ComputeUsage:
    return ComputeUsage(service="ec2", instance_type=instance_type, variant=variant)


def test_a_reservation_costs_its_rate_by_the_normalised_unit() -> None:
    found, _ = offers(ec2("m5.large"))
    ri = next(one.instrument for one in found.found if one.instrument.kind is InstrumentKind.REGIONAL_RI)
    assert ri.hourly_cost == Decimal("0.060") / 4
    assert ri.take == pytest.approx([4 / 0.096])
    assert ri.price_ratio == pytest.approx([0.060 / 0.096])
    assert ri.step == 4
    assert ri.upfront == 0


def test_where_sizes_of_a_family_differ_in_price_a_reservation_counts_in_machines_of_one_size() -> None:
    found, labels = offers(ec2("g4dn.xlarge"), ec2("g4dn.2xlarge"))
    by_scope = {one.instrument.scope: one.instrument for one in found.found}
    large = by_scope["g4dn.2xlarge linux us-east-1"]
    assert (large.kind, large.hourly_cost, large.step) == (InstrumentKind.SIZE_BOUND_RI, Decimal("0.474"), 1)
    assert dict(zip(labels, large.take, strict=True)) == pytest.approx(
        {"g4dn.2xlarge linux us-east-1": 1 / 0.752, "g4dn.xlarge linux us-east-1": np.inf}
    )


def test_a_standby_that_does_not_flex_is_reserved_apart_from_what_has_none() -> None:
    name, engine = "db.m5.large", "sqlserver-se"
    on_demand = {"single_az": "0.60", "multi_az": "1.30"}
    reserved = {"single_az": "0.40", "multi_az": "0.90"}
    usages = [ComputeUsage(service="rds", instance_type=name, variant=f"{engine}:{one}") for one in on_demand]
    purchases = ((ON_DEMAND, on_demand), (Purchase.RI_1Y_NO_UPFRONT, reserved))
    prices = StaticPrices(
        {
            ("rds", name, f"{engine}:{one}", purchase): amount
            for purchase, amounts in purchases
            for one, amount in amounts.items()
        },
        region="us-east-1",
    )
    places = {("1", ("us-east-1", usage)): Decimal(1) for usage in usages}
    items = itemise(places, lambda place: Decimal(on_demand[place[1].variant.partition(":")[2]]), ()).items
    found = find_offers(items, prices).found
    assert {one.instrument.hourly_cost for one in found} == {Decimal("0.40"), Decimal("0.90")}
    assert [one.instrument.covers.sum() for one in found] == [1, 1]
    assert len({one.instrument.id for one in found}) == 2


def test_all_upfront_is_paid_at_purchase_for_all_hours_of_the_year() -> None:
    found, _ = offers(ec2("m5.large"))
    ri = next(one.instrument for one in found.found if one.instrument.payment == "all_upfront")
    assert ri.upfront == Decimal("0.056") / 4 * 8760
    assert ri.hourly_cost == Decimal("0.056") / 4


def test_a_cost_of_capital_makes_what_is_paid_upfront_dearer_and_nothing_else() -> None:
    plain, dear = (
        {one.instrument.id: one.instrument for one in offers(ec2("m5.large"), rate=rate)[0].found}
        for rate in ("0", "0.08")
    )
    for name, instrument in plain.items():
        if instrument.upfront:
            # A fee is on average half a year ahead of its hours.
            assert float(dear[name].hourly_cost / instrument.hourly_cost) == pytest.approx(1.04, abs=0.002)
        else:
            assert dear[name].hourly_cost == instrument.hourly_cost


def test_an_ec2_instance_plan_pays_for_every_system_of_its_family_at_its_own_rate() -> None:
    found, labels = offers(ec2("m5.large"), ec2("m5.large", "windows"), ec2("c5.large"))
    plan = next(one.instrument for one in found.found if one.instrument.kind is InstrumentKind.EC2_INSTANCE_SP)
    ratios = dict(zip(labels, plan.take, strict=True))
    assert ratios["m5 linux us-east-1"] == pytest.approx(0.060 / 0.096)
    assert ratios["m5.large windows us-east-1"] == pytest.approx(0.152 / 0.188)
    assert np.isinf(ratios["c5 linux us-east-1"])
    assert plan.hourly_cost == 1


def test_a_plan_is_bought_at_public_rates_and_paid_less_the_negotiated_discount() -> None:
    usage = ec2("m5.large")
    book = Discounted(
        StaticPrices({("ec2", *key): amount for key, amount in M5.items()}, region="us-east-1"), {"ec2": Decimal("0.1")}
    )
    items = itemise({("1", ("us-east-1", usage)): Decimal(1)}, lambda _: Decimal("0.096") * Decimal("0.9"), ()).items
    found = find_offers(items, book)
    plan = next(one.instrument for one in found.found if one.instrument.kind is InstrumentKind.EC2_INSTANCE_SP)
    # One machine needs $0.060 an hour of commitment, as the console says, and that costs $0.054.
    assert plan.take[0] * 0.096 * 0.9 == pytest.approx(0.060)
    assert plan.hourly_cost == Decimal("0.9")
    assert plan.price_ratio[0] == pytest.approx(0.060 / 0.096)


def test_a_compute_plan_pays_only_where_its_rate_is_known() -> None:
    found, labels = offers(ec2("m5.large"), ec2("m5.large", "windows"), ec2("c5.large"))
    (plan,) = [one.instrument for one in found.found if one.instrument.kind is InstrumentKind.COMPUTE_SP]
    ratios = dict(zip(labels, plan.take, strict=True))
    assert ratios["m5 linux us-east-1"] == pytest.approx(0.070 / 0.096)
    assert ratios["c5 linux us-east-1"] == pytest.approx(0.062 / 0.085)
    assert np.isinf(ratios["m5.large windows us-east-1"])


def test_products_without_a_price_are_named() -> None:
    found, _ = offers(ec2("c5.large"), ec2("m5.large", "windows"))
    words = (
        "reservations are not considered for want of a price of ec2 c5 linux us-east-1, ec2 m5.large windows us-east-1"
    )
    assert words in found.missing


def test_an_offer_is_as_good_as_its_price() -> None:
    found, _ = offers(ec2("m5.large"), quality=Quality.ESTIMATE)
    assert {one.quality for one in found.found} == {Quality.ESTIMATE}


def test_no_two_offers_have_the_same_name() -> None:
    found, _ = offers(ec2("m5.large"), ec2("m5.large", "windows"), ec2("c5.large"))
    names = [one.instrument.id for one in found.found]
    assert len(names) == len(set(names))
