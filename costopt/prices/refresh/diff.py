"""What changed between two catalogs, largest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from costopt.prices.manifest import read_manifest, read_table
from costopt.prices.schema import KEYS

_PRICES: Final = {"hourly": "usd_per_hour", "units": "usd"}
"""Tables with prices and the column of the price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A price that both catalogs have and that differs."""

    table: str
    """`hourly` or `units`."""
    key: tuple[str, ...]
    """Columns that name the row, in the order of `schema.KEYS`."""
    old_usd: Decimal
    """Price before."""
    new_usd: Decimal
    """Price after."""

    @property
    def relative_change(self) -> Decimal:
        """Change as a fraction of the old price: -0.25 is a quarter cheaper."""
        return (self.new_usd - self.old_usd) / self.old_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogDiff:
    """How one catalog differs from another."""

    changes: tuple[PriceChange, ...]
    """The largest relative changes first, by size, then by name."""
    changed: int
    """Prices that differ, also those not in `changes`."""
    unchanged: int
    """Prices that are the same."""
    added: int
    """Prices that only the new catalog has."""
    removed: int
    """Prices that only the old catalog has."""


def diff(old: Path, new: Path, *, limit: int | None = 50) -> CatalogDiff:
    """Compare two catalogs.

    Args:
        old: folder of the one before.
        new: folder of the one after.
        limit: how many changes to name; None names all.

    Raises:
        CatalogError: one of them cannot be read.
    """
    changes: list[PriceChange] = []
    unchanged = added = removed = 0
    for table in _PRICES:
        tables = [read_table(folder, table, read_manifest(folder)) for folder in (old, new)]
        for region in sorted({region for content in tables for region in _regions(content)}):
            before, after = (_prices(content, table, region) for content in tables)
            found = list(_changes(table, before, after))
            changes.extend(found)
            shared = len(before.keys() & after.keys())
            unchanged += shared - len(found)
            added += len(after) - shared
            removed += len(before) - shared
    changes.sort(key=lambda change: (-abs(change.relative_change), change.table, change.key))
    return CatalogDiff(
        changes=tuple(changes[:limit]), changed=len(changes), unchanged=unchanged, added=added, removed=removed
    )


def _regions(content: pa.Table) -> list[str]:
    return [str(region) for region in pc.unique(content.column("region")).to_pylist()]


def _prices(content: pa.Table, table: str, region: str) -> dict[tuple[str, ...], Decimal]:
    """Prices of one region; those of all at once would need gigabytes."""
    rows = content.filter(pc.equal(content.column("region"), region))
    columns = [rows.column(name).to_pylist() for name in (*KEYS[table], _PRICES[table])]
    return {tuple(key): usd for *key, usd in zip(*columns, strict=True)}


def _changes(
    table: str, before: Mapping[tuple[str, ...], Decimal], after: Mapping[tuple[str, ...], Decimal]
) -> Iterator[PriceChange]:
    for key, old_usd in before.items():
        new_usd = after.get(key)
        if new_usd is not None and new_usd != old_usd:
            yield PriceChange(table=table, key=key, old_usd=old_usd, new_usd=new_usd)
