"""`find_offers`: what meets the demand, cheapest first, and what is not known."""

from decimal import Decimal

import pytest

from costopt.errors import PriceNotFound, UsageError
from costopt.model.price import Purchase
from costopt.prices.catalog import Catalog, open_catalog
from costopt.prices.find import Demand, find_offers


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


def test_four_vcpu_and_sixteen_gib_in_ireland(catalog: Catalog) -> None:
    found = find_offers(catalog, Demand(vcpu=4, memory_gib=16), region="eu-west-1", regions=catalog.regions)
    best = found.offers[0]
    assert (best.shape.instance_type, best.price.amount) == ("t4g.xlarge", Decimal("0.1472"))
    assert best.monthly.amount == Decimal("107.456")
    amounts = [offer.price.amount for offer in found.offers]
    assert amounts == sorted(amounts)
    assert all(offer.shape.vcpu >= 4 and offer.shape.memory_gib >= 16 for offer in found.offers)
    assert "m5.xlarge" in {offer.shape.instance_type for offer in found.offers}
    assert "m5.large" not in {offer.shape.instance_type for offer in found.offers}


def test_nothing_cheaper_that_fits_was_left_out(catalog: Catalog) -> None:
    found = find_offers(catalog, Demand(vcpu=8, memory_gib=32), region="us-east-1", regions=catalog.regions)
    cheapest = min(
        (price, shape.instance_type)
        for shape in catalog.offered("us-east-1")
        if shape.vcpu >= 8 and shape.memory_gib >= 32 and not shape.gpu_count and not shape.bare_metal
        for price in [_price(catalog, shape.instance_type)]
        if price is not None
    )
    assert (found.offers[0].price.amount, found.offers[0].shape.instance_type) == cheapest


def _price(catalog: Catalog, name: str) -> Decimal | None:
    try:
        return catalog.instance("ec2", name, "us-east-1", variant="linux").amount
    except PriceNotFound:
        return None


@pytest.mark.parametrize(
    ("demand", "first"),
    [
        (Demand(vcpu=4, memory_gib=16, architecture="x86_64"), "t3a.xlarge"),
        (Demand(vcpu=4, memory_gib=16, burstable=False), "m6g.xlarge"),
        (Demand(vcpu=4, memory_gib=16, burstable=False, architecture="x86_64"), "m5a.xlarge"),
        (Demand(vcpu=4, memory_gib=16, gpus=1), "inf1.2xlarge"),
        (Demand(vcpu=4, memory_gib=16, gpus=1, gpu_name="t4"), "g4dn.xlarge"),
    ],
)
def test_wishes_narrow_the_choice(catalog: Catalog, demand: Demand, first: str) -> None:
    found = find_offers(catalog, demand, region="eu-west-1", regions=catalog.regions)
    assert found.offers[0].shape.instance_type == first


def test_types_without_a_price_are_listed_and_not_ranked(catalog: Catalog) -> None:
    found = find_offers(catalog, Demand(), region="eu-west-1", regions=catalog.regions, operating_system="windows")
    assert found.offers == ()
    assert "m5.large" in found.unpriced


def test_offers_by_reservation(catalog: Catalog) -> None:
    found = find_offers(
        catalog,
        Demand(vcpu=2, memory_gib=8, burstable=False, architecture="x86_64"),
        region="us-east-1",
        regions=catalog.regions,
        purchase=Purchase.RI_3Y_ALL_UPFRONT,
    )
    m5 = next(offer for offer in found.offers if offer.shape.instance_type == "m5.large")
    assert m5.price.amount < Decimal("0.04")


def test_an_unknown_region_names_near_ones(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="'eu-wst-1'") as error:
        find_offers(catalog, Demand(), region="eu-wst-1", regions=catalog.regions)
    assert error.value.hint.startswith("Did you mean eu-west-1")


def test_a_name_like_nothing_gets_examples(catalog: Catalog) -> None:
    with pytest.raises(UsageError) as error:
        find_offers(catalog, Demand(), region="???", regions=catalog.regions)
    assert "af-south-1" in error.value.hint
