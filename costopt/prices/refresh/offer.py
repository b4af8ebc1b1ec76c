"""Reads a region's price file of a service (`/offers/v1.0/aws/<service>/<version>/<region>/index.json`) as a stream.

The file lists products, then the terms they are sold under. Products that the catalog has a place for are remembered
by SKU, terms of other SKUs are passed over. Source of the structure:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file.html
"""

from typing import Any, Final

from costopt.model.price import Purchase
from costopt.prices.refresh.products import Product, UnitProduct, recognised
from costopt.prices.refresh.pull import Events, events, members, reading, skip, value
from costopt.prices.refresh.rates import Rate, on_demand_rate, reserved_rate
from costopt.prices.refresh.tally import Rows, Tally

_ACCELERATED: Final = (
    "GPU instance",
    "Machine Learning ASIC Instances",
    "FPGA Instances",
    "Media Accelerator Instances",
)
"""`instanceFamily` of types with accelerators."""

_MALFORMED: Final = (KeyError, TypeError, AttributeError, ValueError)
"""What a term of another structure raises; one such term is rejected, not the file."""


def read_offer(stream: Any, *, region: str, url: str) -> Rows:
    """Prices of one region of one service.

    Args:
        stream: binary, decompressed.
        region: prices of other regions and of local zones are left out.
        url: where it came from; becomes the source of every row.

    Raises:
        FetchError: not JSON, cut short, not a price file, or nothing in it is of use.
    """
    with reading(url):
        left = events(stream)
        reader = _Reader(Tally(region=region, source=url))
        for key in members(left):
            reader.take(key, left)
        return reader.rows()


class _Reader:
    """State of reading one file."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._products: dict[str, Product] = {}
        self._accelerated: set[str] = set()

    def take(self, key: str, left: Events) -> None:
        if key == "publicationDate":
            self._tally.published(value(left))
        elif key == "products":
            self._take_products(left)
        elif key == "terms":
            self._take_terms(left)
        else:
            skip(left)

    def rows(self) -> Rows:
        if not self._products:
            raise ValueError("none of its products is known here")
        rows = self._tally.rows(accelerated_families=frozenset(self._accelerated))
        if not rows.hourly and not rows.units:
            reason = rows.rejected[0].reason if rows.rejected else "none of its products has a price"
            raise ValueError(f"no price can be used: {reason}")
        return rows

    def _take_products(self, left: Events) -> None:
        for sku in members(left):
            product = value(left)
            attributes = product.get("attributes", {})
            found = recognised(product.get("productFamily", ""), attributes, region=self._tally.region)
            if found is not None:
                self._products[sku] = found
            if str(attributes.get("instanceFamily", "")).startswith(_ACCELERATED):
                self._accelerated.add(str(attributes.get("instanceType", "")).partition(".")[0])

    def _take_terms(self, left: Events) -> None:
        if not self._products:
            raise ValueError("its terms stand before its products, or it has no known product")
        for kind in members(left):
            if kind not in {"OnDemand", "Reserved"}:
                skip(left)
                continue
            for sku in members(left):
                product = self._products.get(sku)
                if product is None:
                    skip(left)
                    continue
                for term in value(left).values():
                    self._take_term(kind, product, term)

    def _take_term(self, kind: str, product: Product, term: Any) -> None:
        try:
            priced = self._priced(kind, product, term)
        except _MALFORMED as error:
            self._tally.reject(product, kind, str(error) or type(error).__name__)
            return
        if priced is not None:
            self._tally.add(product, *priced)

    @staticmethod
    def _priced(kind: str, product: Product, term: Any) -> tuple[Purchase, Rate] | None:
        if kind == "Reserved":
            return reserved_rate(term)
        unit = product.unit if isinstance(product, UnitProduct) else "hour"
        return Purchase.ON_DEMAND, on_demand_rate(term, unit)
