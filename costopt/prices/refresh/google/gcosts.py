"""Prices from gcosts' `pricing.yml`, which states what whole machines cost in each region.

Google bills vCPUs and memory, so their prices are worked back from those of machines: two sizes with different shares
of memory give both, and all other sizes of the series must agree. Where they do not, or all sizes have the same share,
the machines' own prices are kept. Source of the format: https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NamedTuple

from costopt.economics.gce.machines import MachineType, machine_type
from costopt.errors import CatalogError, PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Purchase, Quality
from costopt.prices.places import is_region, place
from costopt.prices.refresh.google.licences import note_licences
from costopt.prices.refresh.google.prices import ITEM_UNITS, GooglePrices, GoogleTally
from costopt.prices.refresh.yaml_events import Tree, read_tree

ORIGIN: Final = "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator"
AGREEMENT: Final = Decimal("0.001")
"""How far a size may be from what the two that prices are worked back from say; rounding stays far below."""

_SECONDS: Final = re.compile(r"[0-9]{1,10}")
_NAME: Final = re.compile(r"[a-z0-9-]{1,60}")
_STEP: Final = Decimal("1e-8")
_CUSTOM: Final = "custom-"
_DISKS: Final = {
    "hdd": "pd_standard",
    "hdd-replicated": "pd_standard_regional",
    "balanced": "pd_balanced",
    "balanced-replicated": "pd_balanced_regional",
    "ssd": "pd_ssd",
    "ssd-replicated": "pd_ssd_regional",
    "extreme": "pd_extreme",
    "hyperdisk-extreme": "hyperdisk_extreme",
    "local": "local_ssd",
    "snapshot": "snapshot",
}
_ADDRESSES: Final = {"vm": "address_in_use", "unused": "address_unused"}
_GATEWAY_MACHINES: Final = 32
"""Source: https://cloud.google.com/nat/pricing."""
_BUCKETS: Final = {"standard": "standard", "nearline": "nearline", "coldline": "coldline", "archiv": "archive"}
"""Classes of Cloud Storage by the list's names, which end in `-dual` and `-multi` for several regions."""
_DISK_KEYS: Final = {"month": "", "month_spot": "_spot", "month_1y": "_cud_1y", "month_3y": "_cud_3y"}


class Offer(NamedTuple):
    """A type at a price."""

    machine: MachineType
    """The type."""
    usd: Decimal
    """Dollars an hour, bought in one way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gcosts:
    """A `pricing.yml`, plain or compressed."""

    path: Path
    """The file."""

    def read(self) -> GooglePrices:
        """See `GoogleSource.read`.

        Raises:
            CatalogError: it cannot be read, or is no such file.
        """
        tree = read_tree(self.path)
        compute = _branch(tree, "compute")
        day = _day(tree)
        if day is None:
            raise self._no_list()
        tally = GoogleTally(source=f"gcosts pricing.yml ({ORIGIN})", as_of=day)
        passed_over = _note_machines(_branch(compute, "instance"), tally)
        if not tally.rows():
            raise self._no_list()
        regions = [region for region in tally.rows() if is_region(region)]
        note_licences(_licensed(_branch(compute, "license")), regions, tally)
        _note_disks(_branch(compute, "storage"), tally)
        network = _branch(compute, "network")
        _note_addresses(_branch(network, "ip"), tally)
        _note_gateways(_branch(network, "nat"), tally)
        _note_buckets(_branch(_branch(tree, "storage"), "bucket"), tally)
        return GooglePrices(url=self.path.name, rows=tally.rows(), passed_over=passed_over)

    def _no_list(self) -> CatalogError:
        return CatalogError(
            f"{self.path}: holds no prices of machines with a date, as gcosts' pricing.yml does",
            hint=f"Download it from {ORIGIN}.",
        )


def hourly_prices(cost: Tree) -> Mapping[Purchase, Decimal]:
    """What a machine costs an hour in one region, by how it is bought; what the file leaves out or repeats is left out.

    Where no commitment is sold, gcosts repeats the month on demand.
    """
    hour, month = _number(cost, "hour"), _number(cost, "month")
    if hour is None or month is None:
        return {}
    found = {Purchase.ON_DEMAND: hour}
    spot = _number(cost, "hour_spot")
    if spot is not None:
        found[Purchase.SPOT] = spot
    for key, purchase in (("month_1y", Purchase.CUD_1Y), ("month_3y", Purchase.CUD_3Y)):
        committed = _number(cost, key)
        if committed is not None and committed < month:
            found[purchase] = committed / HOURS_PER_MONTH
    return found


def _note_machines(machines: Mapping[str, Tree], tally: GoogleTally) -> dict[str, int]:
    """Note every machine; returns how many types were passed over: custom ones cost what their units do."""
    series: dict[tuple[str, str, Purchase], list[Offer]] = defaultdict(list)
    passed_over: Counter[str] = Counter()
    for name, entry in machines.items():
        if _CUSTOM in name or not _NAME.fullmatch(name):
            passed_over["custom machine types" if _CUSTOM in name else "names that are no machine types"] += 1
            continue
        machine = _known(name)
        for region, cost in _regions(_branch(entry, "cost")):
            for purchase, usd in hourly_prices(cost).items():
                if machine is None or machine.gpus:
                    tally.machine(name, region, purchase, usd)
                else:
                    series[machine.series, region, purchase].append(Offer(machine, usd))
    for (name, region, purchase), offers in series.items():
        _note_series(name, region, purchase, offers, tally)
    return passed_over


def _note_series(series: str, region: str, purchase: Purchase, offers: Sequence[Offer], tally: GoogleTally) -> None:
    """Note unit prices where all sizes agree on them, else the machines."""
    try:
        names = [item for item, _ in offers[0].machine.units(purchase)]
    except PriceNotFound as error:
        tally.reject(f"{series} {purchase.value}", region, str(error))
        return
    units = worked_back(offers)
    if units is None:
        for offer in offers:
            if len(names) == 1:
                tally.unit(names[0], region, offer.usd, "hour")
            else:
                tally.machine(offer.machine.name, region, purchase, offer.usd)
        return
    for (resource, unit), item, usd in zip(ITEM_UNITS.items(), names, units, strict=True):
        if usd > 0:
            tally.unit(item, region, usd, unit, Quality.DERIVED)
        else:
            tally.reject(f"{series} {resource} {purchase.value}", region, f"comes out at {usd}")


def worked_back(offers: Sequence[Offer]) -> tuple[Decimal, Decimal] | None:
    """Dollars an hour of a vCPU and of a GiB that give the price of every size, None where there are none."""
    # At either end the dearest size: it is rounded least.
    lean = max(offers, key=lambda one: (-_memory_share(one), one.usd))
    rich = max(offers, key=lambda one: (_memory_share(one), one.usd))
    below, above = lean.machine, rich.machine
    determinant = below.billed_vcpu * above.memory_gib - above.billed_vcpu * below.memory_gib
    if not determinant:
        return None
    vcpu = ((lean.usd * above.memory_gib - rich.usd * below.memory_gib) / determinant).quantize(_STEP)
    memory = ((below.billed_vcpu * rich.usd - above.billed_vcpu * lean.usd) / determinant).quantize(_STEP)
    for machine, usd in offers:
        if abs(machine.billed_vcpu * vcpu + machine.memory_gib * memory - usd) > AGREEMENT * usd:
            return None
    return vcpu, memory


def _memory_share(offer: Offer) -> Decimal:
    return offer.machine.memory_gib / offer.machine.billed_vcpu


def _licensed(machines: Mapping[str, Tree]) -> Iterator[tuple[MachineType, Mapping[str, Decimal]]]:
    """Known machine types with dollars an hour of each licence, the same in all regions."""
    for name, entry in machines.items():
        machine = _known(name) if _NAME.fullmatch(name) and _CUSTOM not in name else None
        if machine is not None:
            costs = {system: _number(cost, "hour") for system, cost in _branch(entry, "cost").items()}
            yield machine, {system: usd for system, usd in costs.items() if usd is not None}


def _note_disks(disks: Mapping[str, Tree], tally: GoogleTally) -> None:
    for name, item in _DISKS.items():
        for region, cost in _places(_branch(disks.get(name, ""), "cost")):
            for key, suffix in _DISK_KEYS.items():
                usd = _number(cost, key)
                if usd is not None:
                    tally.unit(f"{item}{suffix}", region, usd, "GiB-month")


def _note_addresses(addresses: Mapping[str, Tree], tally: GoogleTally) -> None:
    for name, item in _ADDRESSES.items():
        for region, cost in _regions(_branch(addresses.get(name, ""), "cost")):
            usd = _number(cost, "hour")
            if usd is not None:
                tally.unit(item, region, usd, "hour")


def _note_gateways(nat: Mapping[str, Tree], tally: GoogleTally) -> None:
    """Cloud NAT: the list has the hour of a gateway with the most machines that are charged."""
    for name, key, item, share, unit in (
        ("gateway", "hour", "vm_hour", _GATEWAY_MACHINES, "hour"),
        ("data", "month", "data", 1, "GiB"),
    ):
        for region, cost in _regions(_branch(nat.get(name, ""), "cost")):
            usd = _number(cost, key)
            if usd is not None:
                tally.unit(item, region, usd / share, unit, service="cloud_nat")


def _note_buckets(buckets: Mapping[str, Tree], tally: GoogleTally) -> None:
    for name, storage_class in _BUCKETS.items():
        for suffix in ("", "-dual", "-multi"):
            for region, cost in _places(_branch(buckets.get(f"{name}{suffix}", ""), "cost")):
                usd = _number(cost, "month")
                if usd is not None:
                    tally.unit(f"{storage_class}_storage", region, usd, "GiB-month", service="gcs")


def _regions(costs: Mapping[str, Tree]) -> Iterator[tuple[str, Tree]]:
    """Single regions, which alone have machines and addresses."""
    return ((region, cost) for region, cost in costs.items() if is_region(region))


def _places(costs: Mapping[str, Tree]) -> Iterator[tuple[str, Tree]]:
    """Regions, and groups of them, which hold snapshots and buckets."""
    return ((known, cost) for region, cost in costs.items() if (known := place(region)) is not None)


def _known(name: str) -> MachineType | None:
    try:
        return machine_type(name)
    except PriceNotFound:
        return None


def _branch(tree: "Tree | Mapping[str, Tree]", name: str) -> Mapping[str, Tree]:
    """A mapping within one, empty where it is not there."""
    found = tree.get(name) if isinstance(tree, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _number(tree: Tree, key: str) -> Decimal | None:
    """A price above nothing, None where there is none."""
    text = tree.get(key) if isinstance(tree, dict) else None
    try:
        value = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and 0 < value < 10**6 else None


def _day(tree: Tree) -> date | None:
    seconds = _branch(tree, "about").get("timestamp")
    if not isinstance(seconds, str) or not _SECONDS.fullmatch(seconds):
        return None
    return datetime.fromtimestamp(int(seconds), UTC).date()
