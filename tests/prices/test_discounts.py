"""Negotiated discounts: what is taken off, from what, and that the list price stays visible."""

from decimal import Decimal

import pytest

from costopt.errors import ConfigError, PriceNotFound
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import Catalog, open_catalog
from costopt.prices.discounts import Discounted
from tests.oracles.google_prices import UnitBook


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


def test_the_services_discount_is_taken_off_and_stated(catalog: Catalog) -> None:
    book = Discounted(catalog, {"ec2": Decimal("0.07")})
    price = book.instance("ec2", "m5.large", "us-east-1", variant="linux")
    assert (price.amount, price.discount_fraction) == (Decimal("0.08928"), Decimal("0.07"))
    assert price.amount / (1 - price.discount_fraction) == Decimal("0.096")
    assert price.quality is Quality.LIST


def test_commitments_are_discounted_and_spot_is_not(catalog: Catalog) -> None:
    book = Discounted(catalog, {"ec2": Decimal("0.5")})
    for how, factor in ((Purchase.RI_3Y_ALL_UPFRONT, Decimal("0.5")), (Purchase.SPOT, Decimal(1))):
        full = catalog.instance("ec2", "m5.large", "us-east-1", variant="linux", purchase=how)
        price = book.instance("ec2", "m5.large", "us-east-1", variant="linux", purchase=how)
        assert (price.amount, price.discount_fraction) == (full.amount * factor, 1 - factor)


def test_spot_units_of_google_are_not_discounted_and_machines_once() -> None:
    plain = UnitBook({"n2_vcpu": "0.03", "n2_memory": "0.004", "n2_vcpu_spot": "0.01"})
    book = Discounted(plain, {"gce": Decimal("0.1")})  # type: ignore[arg-type]
    assert book.unit("gce", "n2_vcpu_spot", "us-central1").amount == Decimal("0.01")
    assert book.unit("gce", "n2_vcpu", "us-central1").amount == Decimal("0.027")
    machine = book.instance("gce", "n2-standard-2", "us-central1", variant="linux")
    assert (machine.amount, machine.discount_fraction) == (Decimal("0.092") * Decimal("0.9"), Decimal("0.1"))


def test_other_services_stay_unless_all_are_discounted(catalog: Catalog) -> None:
    one = Discounted(catalog, {"ec2": Decimal("0.07")})
    assert one.unit("ebs", "gp3_storage", "us-east-1") == catalog.unit("ebs", "gp3_storage", "us-east-1")
    every = Discounted(catalog, {"*": Decimal("0.1"), "s3": Decimal(0)})
    assert every.unit("ebs", "gp3_storage", "us-east-1").amount == Decimal("0.072")
    assert every.unit("s3", "standard_storage", "us-east-1").amount == Decimal("0.023")


@pytest.mark.parametrize("fraction", ["7", "1", "-0.01"])
def test_a_fraction_that_cannot_be_meant_is_refused(catalog: Catalog, fraction: str) -> None:
    with pytest.raises(ConfigError, match=f"ec2: {fraction} is not a fraction"):
        Discounted(catalog, {"ec2": Decimal(fraction)})


def test_everything_else_is_passed_through(catalog: Catalog) -> None:
    book = Discounted(catalog, {"ec2": Decimal("0.07")})
    assert (book.version, book.as_of) == (catalog.version, catalog.as_of)
    assert book.shape("m5.large") == catalog.shape("m5.large")
    assert book.offered("eu-west-1") == catalog.offered("eu-west-1")
    assert book.extended_support("mysql", "5.7.44") == catalog.extended_support("mysql", "5.7.44")
    with pytest.raises(PriceNotFound):
        book.instance("ec2", "m5.large", "us-east-1", variant="windows")
