"""Google's prices as any source gives them: rows of each region, and what was passed over."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from costopt.economics.gce.machines import SERVICE
from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.tally import HOURLY_STEP, UNIT_STEP, Rejected, Rows
from costopt.prices.rows import HourlyRow, UnitRow

ITEM_UNITS: Final = {"vcpu": "vCPU-hour", "memory": "GiB-hour"}
"""Resources of a series, and what one costs its price for."""


_REGION: Final = re.compile(r"[a-z]{2,20}-[a-z]{2,20}[0-9]{1,2}")


def is_region(name: str) -> bool:
    """Whether a name is that of one region, such as `europe-west4`, and not `us`, `asia-multi` or something else.

    Regions name folders of the cache, so that nothing else may pass.
    """
    return _REGION.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GooglePrices:
    """What a source gave."""

    url: str
    """Where it was read."""
    rows: Mapping[str, Rows]
    """By region, such as `europe-west4`."""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    """How many prices are of no use to this program, by what they are of. They are not wrong: they are not known."""


class GoogleSource(Protocol):
    """A place that Google's prices come from."""

    def read(self) -> GooglePrices:
        """All prices there.

        Raises:
            CatalogError: it cannot be read, or holds no prices.
        """
        ...


class GoogleTally:
    """Collects the rows of all regions; two different prices of one thing reject both: which is right is unknown."""

    def __init__(self, *, source: str, as_of: date) -> None:
        self._source = source
        self._as_of = as_of
        self._units: dict[str, dict[str, UnitRow]] = defaultdict(dict)
        self._hourly: dict[str, dict[tuple[str, Purchase], HourlyRow]] = defaultdict(dict)
        self._rejected: dict[str, list[Rejected]] = defaultdict(list)
        self._contradicted: set[tuple[str, str]] = set()

    def unit(self, item: str, region: str, usd: Decimal, unit: str, quality: Quality = Quality.LIST) -> None:
        """Note the price of a unit."""
        price = usd.quantize(UNIT_STEP)
        before = self._units[region].get(item)
        if before is not None and before.usd != price:
            self._contradict(item, region, before.usd, price)
        self._units[region][item] = UnitRow(SERVICE, item, region, price, unit, self._source, self._as_of, quality)

    def machine(self, name: str, region: str, purchase: Purchase, usd: Decimal) -> None:
        """Note the price of an hour of a whole machine with Linux."""
        self._hourly[region][name, purchase] = HourlyRow(
            SERVICE, name, region, "linux", purchase, usd.quantize(HOURLY_STEP), self._source, self._as_of, Quality.LIST
        )

    def reject(self, what: str, region: str, reason: str) -> None:
        """Note a price that cannot be used."""
        self._rejected[region].append(Rejected(what=f"{SERVICE} {what} {region}", reason=reason))

    def rows(self) -> dict[str, Rows]:
        """Everything noted, by region."""
        regions = sorted({*self._units, *self._hourly, *self._rejected})
        return {region: self._of(region) for region in regions}

    def _of(self, region: str) -> Rows:
        kept = (row for item, row in self._units[region].items() if (item, region) not in self._contradicted)
        return Rows(
            units=tuple(kept),
            hourly=tuple(self._hourly[region].values()),
            rejected=tuple(self._rejected[region]),
            as_of=self._as_of,
        )

    def _contradict(self, item: str, region: str, one: Decimal, other: Decimal) -> None:
        if (item, region) not in self._contradicted:
            self._contradicted.add((item, region))
            self.reject(item, region, f"stands twice, once at {one.normalize():f}, once at {other.normalize():f}")
