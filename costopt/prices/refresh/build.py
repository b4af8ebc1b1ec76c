"""Writes a catalog from the parts of a refresh.

Instance hours are written a region at a time: those of every region at once would need gigabytes.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from costopt.prices.guards import Reference
from costopt.prices.refresh.assemble import advisor_part, checked_units, region_rows
from costopt.prices.refresh.tally import Rejected
from costopt.prices.rows import UnitRow
from costopt.prices.schema import HOURLY, MANIFEST_NAME
from costopt.prices.writer import to_table, write_catalog

_HOURLY_FILE: Final = "hourly.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A catalog that was written and is not yet in use."""

    rows: int
    """Rows with a price."""
    quarantined: tuple[Rejected, ...]
    """Prices kept out."""


def build_catalog(folder: Path, parts: Path, reference: Reference, *, version: str, now: datetime) -> Built:
    """Write every file of a catalog.

    Args:
        folder: where to; exists and holds no catalog.
        parts: folder with the parts.
        reference: prices of the catalog in use, for the guards that compare regions.
        version: the catalog's name.
        now: aware time of the refresh.

    Raises:
        OSError: the folder cannot be written.
    """
    advisor = advisor_part(parts)
    advice = advisor.rows.advice if advisor else ()
    quarantined = list(advisor.rows.rejected if advisor else ())
    units: list[UnitRow] = []
    offerings: list[tuple[str, str]] = []
    oldest: list[date] = []
    hourly_rows = 0
    aside = folder / f".{_HOURLY_FILE}"
    with pq.ParquetWriter(aside, HOURLY, compression="zstd", write_statistics=False, version="2.6") as writer:
        for region in region_rows(parts, reference, advice):
            writer.write_table(to_table("hourly", region.hourly))
            hourly_rows += len(region.hourly)
            oldest.extend({row.as_of for row in region.hourly})
            offerings.extend(region.offerings)
            units.extend(region.units)
            quarantined.extend(region.quarantined)
    kept, wrong = checked_units(units)
    quarantined.extend(wrong)
    write_catalog(
        folder,
        {"units": kept, "offerings": offerings, "spot_advice": [entry.fields() for entry in advice]},
        version=version,
        built_at=now.astimezone(UTC).date(),
        quarantined_rows=len(quarantined),
    )
    _put_hourly(folder, aside, hourly_rows, oldest)
    return Built(rows=hourly_rows + len(kept), quarantined=tuple(quarantined))


def _put_hourly(folder: Path, aside: Path, rows: int, oldest: list[date]) -> None:
    """Put the instance hours in the place of the empty table of `write_catalog`, and tell the manifest."""
    path = aside.replace(folder / _HOURLY_FILE)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest_path = folder / MANIFEST_NAME
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    manifest["files"][_HOURLY_FILE] = {"sha256": digest, "rows": rows}
    others = sum(entry["rows"] for entry in manifest["files"].values()) - rows
    days = [*oldest, *([date.fromisoformat(manifest["as_of"])] if others else [])]
    manifest["as_of"] = min(days, default=date.fromisoformat(manifest["as_of"])).isoformat()
    manifest_path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
