"""From the price dimensions of a term to one figure in the catalog's unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from costopt.model.price import Purchase, Quality

HOURS_PER_YEAR: Final = Decimal(8760)
"""Hours that an upfront fee is spread over, per year of the term, as AWS does for its effective hourly rates.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/concepts-reserved-instances-application.html."""

_DIVISORS: Final = {
    "hour": {"hrs": 1, "hours": 1, "vcpu-hour": 1, "vcpu-hours": 1},
    "GiB-month": {"gb-mo": 1, "gb-month": 1},
    "IOPS-month": {"iops-mo": 1, "iops-month": 1},
    "MiBps-month": {"mibps-mo": 1, "gibps-mo": 1024},
    "GiB": {"gb": 1, "gigabytes": 1},
}
"""Our unit, the file's unit in small letters, and how many of ours are one of the file's. AWS's GB are 2^30 bytes.
Source: https://aws.amazon.com/ebs/pricing/ (gp3 throughput is published per GiB/s, billed per MiB/s)."""

_PAYMENTS: Final = {"No Upfront": "no_upfront", "Partial Upfront": "partial_upfront", "All Upfront": "all_upfront"}
_PURCHASES: Final = {purchase.value: purchase for purchase in Purchase}
_CLASSES: Final = {"standard": "ri", "convertible": "convertible_ri"}


class UnusablePriceError(ValueError):
    """A price that cannot be read: listed as quarantined, never guessed."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure ready for the catalog."""

    usd: Decimal
    """Dollars per unit, unrounded."""
    quality: Quality
    """LIST as published; DERIVED where an upfront fee was spread over the term."""


def on_demand_rate(term: Mapping[str, Any], unit: str) -> Rate:
    """Price of an on-demand term.

    Of tiered prices it is the first above zero: what the first paid unit costs.

    Args:
        term: a value of `terms.OnDemand.<sku>`.
        unit: unit that the catalog wants.

    Raises:
        UnusablePriceError: no price, another currency, or an unknown unit.
    """
    tiers = sorted(term["priceDimensions"].values(), key=lambda tier: _decimal(tier.get("beginRange", "0")))
    if not tiers:
        raise UnusablePriceError("a term without a price")
    amounts = [dollars(tier["pricePerUnit"]) / _divisor(tier["unit"], unit) for tier in tiers]
    return Rate(next((amount for amount in amounts if amount > 0), amounts[0]), Quality.LIST)


def reserved_rate(term: Mapping[str, Any]) -> tuple[Purchase, Rate] | None:
    """Effective hourly price of a reservation.

    Args:
        term: a value of `terms.Reserved.<sku>`.

    Returns:
        None for a purchase option that the catalog has no place for (convertible with upfront fees).

    Raises:
        UnusablePriceError: the upfront fee or the hourly price is missing, or is in another currency.
    """
    bought = term["termAttributes"]
    years = bought["LeaseContractLength"].removesuffix("yr").strip()
    kind = _CLASSES.get(bought.get("OfferingClass") or "standard")
    purchase = purchase_of(kind or "", years, bought["PurchaseOption"])
    if purchase is None:
        return None
    fee, hourly = _parts(term["priceDimensions"].values())
    if hourly is None and bought["PurchaseOption"] == "All Upfront":
        hourly = Decimal(0)
    if hourly is None or (fee is None and bought["PurchaseOption"] != "No Upfront"):
        raise UnusablePriceError("a reservation without its upfront fee or its hourly price")
    spread = (fee or Decimal(0)) / (HOURS_PER_YEAR * int(years))
    return purchase, Rate(hourly + spread, Quality.DERIVED if spread else Quality.LIST)


def purchase_of(kind: str, years: str, payment: str) -> Purchase | None:
    """The purchase option named by its parts, such as `ri`, `3`, `No Upfront`; None where the catalog has none."""
    return _PURCHASES.get(f"{kind}_{years}y_{_PAYMENTS.get(payment, '')}")


def dollars(amounts: Mapping[str, Any]) -> Decimal:
    """Dollars of a `pricePerUnit`.

    Raises:
        UnusablePriceError: not in dollars, or not a number.
    """
    if "USD" not in amounts:
        raise UnusablePriceError(f"a price in {', '.join(amounts) or 'no currency'}, not in USD")
    return _decimal(amounts["USD"])


def _parts(dimensions: Iterable[Mapping[str, Any]]) -> tuple[Decimal | None, Decimal | None]:
    """Upfront fee and hourly price, None where the term does not state one."""
    fee: Decimal | None = None
    hourly: Decimal | None = None
    for dimension in dimensions:
        if dimension["unit"].lower() == "quantity":
            fee = dollars(dimension["pricePerUnit"])
        else:
            hourly = dollars(dimension["pricePerUnit"]) / _divisor(dimension["unit"], "hour")
    return fee, hourly


def _divisor(published: str, unit: str) -> int:
    divisor = _DIVISORS[unit].get(published.lower())
    if divisor is None:
        raise UnusablePriceError(f"a price per {published!r} where one per {unit} was expected")
    return divisor


def _decimal(text: Any) -> Decimal:
    try:
        number = Decimal(str(text))
    except InvalidOperation as error:
        raise UnusablePriceError(f"{text!r} is not a number") from error
    if not number.is_finite():
        raise UnusablePriceError(f"{text!r} is not a number")
    return number
