"""SKUs of Google as any of its lists gives them, sorted into rows of the catalog."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from costopt.prices.places import is_region, place
from costopt.prices.refresh.google.meters import CONVERSIONS, CatalogService, Meter
from costopt.prices.refresh.google.prices import GooglePrices, GoogleTally

GLOBAL: Final = "global"
"""Region of what costs the same everywhere."""
_WORD: Final = re.compile(r"[A-Za-z0-9-]{1,40}")

Tier = tuple[Decimal, Decimal | None]
"""Amount of usage that a price begins at, and the price; None where none is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSku:
    """A SKU with its list price."""

    id: str
    """Such as `2E27-4F75-95CD`."""
    description: str
    """Free text of Google's, which tells what it is for."""
    kind: str = ""
    """Sort of thing that it is for, in words, for a count of those that are not known."""
    usage_type: str | None = None
    """Such as `Preemptible`; None where the list does not say."""
    regions: Sequence[str]
    """Such as `europe-west4`, or `global`."""
    unit: str | None
    """Unit of the price by Google's shorthand; None where there is no price."""
    tiers: Sequence[Tier]
    """Dollars of a unit."""


class SkuSorter:
    """Sorts SKUs into rows."""

    def __init__(self, *, source: str, as_of: date) -> None:
        """Begin.

        Args:
            source: where the prices are read, for every row.
            as_of: day of the prices.
        """
        self._source = source
        self._tally = GoogleTally(source=source, as_of=as_of)
        self._unknown: Counter[str] = Counter()
        self._everywhere: list[tuple[Meter, Decimal]] = []

    def add(self, service: CatalogService, sku: ListedSku) -> None:
        """Note a SKU: its price, that it is not known, or why it cannot be used."""
        meter = service.meter(sku.description)
        if meter is None:
            self._unknown[f"{service.name}: {sku.kind}" if sku.kind else service.name] += 1
            return
        fault = _fault(sku, meter)
        usd = None if fault else _usd(sku, meter)
        for region in sku.regions or ("",):
            self._note(sku, meter, region, usd, fault or "its price has steps or no dollars")

    def _note(self, sku: ListedSku, meter: Meter, region: str, usd: Decimal | None, fault: str) -> None:
        where = place(region)
        if region != GLOBAL and where is None:
            self._unknown["of no region"] += 1
        elif usd is None and region == GLOBAL:
            self._unknown["global, with steps"] += 1
        elif usd is None:
            self._tally.reject(f"{meter.item} {word(sku.id)}", str(where), fault, service=meter.service)
        elif usd == 0:
            self._unknown["free"] += 1
        elif where is None:
            self._everywhere.append((meter, usd))
        else:
            self._tally.unit(meter.item, where, usd, meter.unit, service=meter.service)

    def prices(self) -> GooglePrices:
        """All that was noted; what is the same everywhere in each region that anything else is in."""
        for region in filter(is_region, self._tally.rows()):
            for meter, usd in self._everywhere:
                self._tally.unit(meter.item, region, usd, meter.unit, service=meter.service)
        return GooglePrices(url=self._source, rows=self._tally.rows(), passed_over=self._unknown)


def word(text: str) -> str:
    """A text of others that is to be shown: a word, or that it is none."""
    return text if _WORD.fullmatch(text) else "?"


def beyond_allowance(tiers: Sequence[Tier]) -> Decimal | None:
    """The one price of a unit, or the one beyond a free allowance; None where amounts have different prices."""
    amounts = [amount for _, amount in sorted(tiers, key=lambda tier: tier[0])]
    return amounts[-1] if amounts and None not in amounts and not any(amounts[:-1]) else None


def _fault(sku: ListedSku, meter: Meter) -> str | None:
    """Why a SKU is not what its description says."""
    if sku.usage_type not in (None, meter.usage_type):
        return f"it is {word(sku.usage_type or '')}, not {meter.usage_type} as it is called"
    if sku.unit is None:
        return "it has no price"
    known = CONVERSIONS[meter.unit]
    return None if sku.unit in known else f"its price is for {sku.unit[:40]!r}, not {next(iter(known))!r}"


def _usd(sku: ListedSku, meter: Meter) -> Decimal | None:
    """Exact dollars of a unit of the catalog."""
    usd = beyond_allowance(sku.tiers)
    return None if usd is None or sku.unit is None else usd * CONVERSIONS[meter.unit][sku.unit]
