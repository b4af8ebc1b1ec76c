"""Reads a region's Savings Plans rates (`/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/<version>/<region>/index.json`).

Compute Savings Plans and EC2 Instance Savings Plans stand in one file and are kept apart: the first are far dearer. A
rate is what an hour of an instance costs under the plan, with any upfront payment already in it.
Source of the structure: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-sp-price-list-files.html
"""

from collections.abc import Mapping
from sys import intern
from typing import Any, Final

from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.products import OPERATIONS, InstanceProduct, usage_without_region
from costopt.prices.refresh.pull import Events, elements, events, members, reading, skip, value
from costopt.prices.refresh.rates import Rate, UnusablePriceError, dollars, purchase_of
from costopt.prices.refresh.tally import Rows, Tally

_KINDS: Final = {"ComputeSavingsPlans": "compute_sp", "EC2InstanceSavingsPlans": "ec2_sp"}
"""`productFamily` of a plan, and its name in `Purchase`."""

_MALFORMED: Final = (KeyError, TypeError, AttributeError, ValueError)


def read_savings_plans(stream: Any, *, region: str, url: str) -> Rows:
    """Savings Plans prices of EC2 hours in one region.

    Args:
        stream: binary, decompressed.
        region: rates of its local zones are left out.
        url: where it came from; becomes the source of every row.

    Raises:
        FetchError: not JSON, cut short, not such a file, or nothing in it is of use.
    """
    with reading(url):
        left = events(stream)
        reader = _Reader(Tally(region=region, source=url))
        for key in members(left):
            reader.take(key, left)
        rows = reader.tally.rows()
        if not rows.hourly:
            raise ValueError("none of its rates is of an EC2 instance")
        return rows


class _Reader:
    """State of reading one file."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self._plans: dict[str, tuple[str, str]] = {}

    def take(self, key: str, left: Events) -> None:
        if key == "publicationDate":
            self.tally.published(value(left))
        elif key == "products":
            for item in elements(left):
                self._take_product(value(item))
        elif key == "terms":
            self._take_terms(left)
        else:
            skip(left)

    def _take_product(self, product: Mapping[str, Any]) -> None:
        kind = _KINDS.get(product.get("productFamily", ""))
        if kind is not None:
            self._plans[product["sku"]] = (kind, product["attributes"]["purchaseOption"])

    def _take_terms(self, left: Events) -> None:
        if not self._plans:
            raise ValueError("it has no known plan, or its terms stand before its products")
        for key in members(left):
            if key != "savingsPlan":
                skip(left)
                continue
            for term in elements(left):
                self._take_term(term)

    def _take_term(self, term: Events) -> None:
        """Rates are read one by one: a plan has tens of thousands. What names the plan stands before them."""
        plan: dict[str, Any] = {}
        for key in members(term):
            if key != "rates":
                plan[key] = value(term)
                continue
            purchase = self._purchase(plan)
            if purchase is None:
                skip(term)
                continue
            for item in elements(term):
                self._take_rate(purchase, value(item))

    def _purchase(self, plan: Mapping[str, Any]) -> Purchase | None:
        known = self._plans.get(plan["sku"])
        if known is None:
            return None
        length = plan["leaseContractLength"]
        if length["unit"] != "year":
            raise ValueError(f"a plan for {length['duration']} {length['unit']}")
        return purchase_of(known[0], str(length["duration"]), known[1])

    def _take_rate(self, purchase: Purchase, rate: Mapping[str, Any]) -> None:
        product = self._product(rate)
        if product is None:
            return
        try:
            offered = rate["discountedRate"]
            if rate["unit"].lower() not in {"hrs", "hours"}:
                raise UnusablePriceError(f"a price per {rate['unit']!r} where one per hour was expected")
            usd = dollars({offered["currency"]: offered["price"]})
        except _MALFORMED as error:
            self.tally.reject(product, purchase.value, str(error) or type(error).__name__)
            return
        self.tally.add(product, purchase, Rate(usd, Quality.LIST))

    def _product(self, rate: Mapping[str, Any]) -> InstanceProduct | None:
        """Shared-tenancy hours of an EC2 type in the file's region, else None."""
        if rate.get("discountedServiceCode") != "AmazonEC2":
            return None
        if rate.get("discountedRegionCode", self.tally.region) != self.tally.region:
            return None
        kind, _, instance_type = usage_without_region(rate.get("discountedUsageType", "")).partition(":")
        system = OPERATIONS.get(rate.get("discountedOperation", ""))
        if kind != "BoxUsage" or "." not in instance_type or system is None:
            return None
        return InstanceProduct("ec2", intern(instance_type), system)
