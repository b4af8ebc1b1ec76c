"""One catalog folder in memory, read table by table and region by region as it is asked for."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from costopt.model.price import Price, Quality
from costopt.model.shape import Shape
from costopt.prices.manifest import Manifest, read_manifest, read_table
from costopt.prices.schema import SHAPES


class RegionPrices:
    """The prices of one table in one region. A `Price` is made only of what someone asks for: most rows nobody does."""

    def __init__(self, table: pa.Table, *, names: tuple[str, ...], amount: str, unit: str | None) -> None:
        """Index the rows by name.

        Args:
            table: rows of one region.
            names: columns that name a row within the region.
            amount: column of the price.
            unit: column of the unit; None where all are hours.
        """
        self._table = table
        self._amount = amount
        self._unit = unit
        self._rows = {
            name: row for row, name in enumerate(zip(*(_texts(table, column) for column in names), strict=True))
        }

    def get(self, name: tuple[str, ...]) -> Price | None:
        """The price of that name, None where there is none."""
        row = self._rows.get(name)
        if row is None:
            return None
        return Price(
            amount=self._value(self._amount, row).normalize(),
            unit=self._value(self._unit, row) if self._unit else "hour",
            source=self._value("source", row),
            as_of=self._value("as_of", row),
            quality=Quality(self._value("quality", row)),
        )

    def _value(self, column: str, row: int) -> Any:
        return self._table.column(column)[row].as_py()


class Layer:
    """The rows of one catalog folder. The embedded catalog is one layer, the user's refreshed one another above it."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest only.

        Raises:
            CatalogError: there is no usable catalog in `folder`.
        """
        self._folder = folder
        self.manifest: Manifest = read_manifest(folder)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """Instance type to its size."""
        columns = [name for name in SHAPES.names if name not in ("source", "as_of")]
        rows = self._table("shapes").select(columns).to_pylist()
        return {row["instance_type"]: _shape(row) for row in rows}

    @cached_property
    def offerings(self) -> Mapping[str, tuple[str, ...]]:
        """Region to the types that can be started there."""
        offered: dict[str, list[str]] = defaultdict(list)
        table = self._table("offerings")
        for name, region in zip(_texts(table, "instance_type"), _texts(table, "region"), strict=True):
            offered[region].append(name)
        return {region: tuple(names) for region, names in offered.items()}

    def hourly_regions(self, *, without: str) -> frozenset[str]:
        """Regions with at least one hourly price of another service."""
        rows = self._hourly.filter(pc.not_equal(self._hourly.column("service"), without))
        return frozenset(str(region) for region in pc.unique(rows.column("region")).to_pylist())

    def unit_regions(self, service: str) -> frozenset[str]:
        """Regions with a unit price of a service."""
        rows = self._units.filter(pc.equal(self._units.column("service"), service))
        return frozenset(str(region) for region in pc.unique(rows.column("region")).to_pylist())

    def hourly(self, region: str) -> RegionPrices:
        """Prices of instance hours in one region, named by service, instance type, variant and purchase."""
        names = ("service", "instance_type", "variant", "purchase")
        return RegionPrices(_of_region(self._hourly, region), names=names, amount="usd_per_hour", unit=None)

    def units(self, region: str) -> RegionPrices:
        """Prices of units in one region, named by service and item."""
        return RegionPrices(_of_region(self._units, region), names=("service", "item"), amount="usd", unit="unit")

    @cached_property
    def _hourly(self) -> pa.Table:
        return self._table("hourly")

    @cached_property
    def _units(self) -> pa.Table:
        return self._table("units")

    def _table(self, name: str) -> pa.Table:
        return read_table(self._folder, name, self.manifest)


def _of_region(table: pa.Table, region: str) -> pa.Table:
    return table.filter(pc.equal(table.column("region"), region)).combine_chunks()


def _texts(table: pa.Table, column: str) -> list[str]:
    """The words of a dictionary column; each word is made once, which a hundred thousand rows notice."""
    words: list[str] = []
    for chunk in table.column(column).chunks:
        known = chunk.dictionary.to_pylist()
        words += [known[index] for index in chunk.indices.to_pylist()]
    return words


def _shape(row: dict[str, Any]) -> Shape:
    return Shape(**{**row, "architectures": tuple(row["architectures"].split(","))})
