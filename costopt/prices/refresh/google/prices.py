"""Google's prices as any source gives them: rows of each place, and what was passed over."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GooglePrices:
    """What a source gave."""

    url: str
    """Where it was read."""
    rows: Mapping[str, Rows]
    """By place, such as `europe-west4` or `us`."""
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
    """Collects the rows of all places; two different prices of one thing reject both: which is right is unknown."""

    def __init__(self, *, source: str, as_of: date) -> None:
        self._source = source
        self._as_of = as_of
        self._units: dict[str, dict[tuple[str, str], UnitRow]] = defaultdict(dict)
        self._hourly: dict[str, dict[tuple[str, Purchase], HourlyRow]] = defaultdict(dict)
        self._rejected: dict[str, list[Rejected]] = defaultdict(list)
        self._contradicted: set[tuple[str, str, str]] = set()

    def unit(
        self,
        item: str,
        region: str,
        usd: Decimal,
        unit: str,
        quality: Quality = Quality.LIST,
        *,
        service: str = SERVICE,
    ) -> None:
        """Note the price of a unit."""
        price, name = usd.quantize(UNIT_STEP), (service, item)
        before = self._units[region].get(name)
        if before is not None and before.usd != price:
            self._contradict(name, region, before.usd, price)
        self._units[region][name] = UnitRow(service, item, region, price, unit, self._source, self._as_of, quality)

    def machine(self, name: str, region: str, purchase: Purchase, usd: Decimal) -> None:
        """Note the price of an hour of a whole machine with Linux."""
        self._hourly[region][name, purchase] = HourlyRow(
            SERVICE, name, region, "linux", purchase, usd.quantize(HOURLY_STEP), self._source, self._as_of, Quality.LIST
        )

    def reject(self, what: str, region: str, reason: str, *, service: str = SERVICE) -> None:
        """Note a price that cannot be used."""
        self._rejected[region].append(Rejected(what=f"{service} {what} {region}", reason=reason))

    def rows(self) -> dict[str, Rows]:
        """Everything noted, by place."""
        regions = sorted({*self._units, *self._hourly, *self._rejected})
        return {region: self._of(region) for region in regions}

    def _of(self, region: str) -> Rows:
        kept = (row for name, row in self._units[region].items() if (*name, region) not in self._contradicted)
        return Rows(
            units=tuple(kept),
            hourly=tuple(self._hourly[region].values()),
            rejected=tuple(self._rejected[region]),
            as_of=self._as_of,
        )

    def _contradict(self, name: tuple[str, str], region: str, one: Decimal, other: Decimal) -> None:
        service, item = name
        if (service, item, region) not in self._contradicted:
            self._contradicted.add((service, item, region))
            reason = f"stands twice, once at {one.normalize():f}, once at {other.normalize():f}"
            self.reject(item, region, reason, service=service)
