"""Build the embedded price catalog: `python tools/build_catalog.py`. The same inputs give the same bytes.

Reads pinned wheels from PyPI (downloaded once into a cache) and the typed facts in tools/facts; writes
costopt/prices/data. Prints what the guards quarantined. Exits with 1, and changes nothing, where that is more than 1
% of the rows.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
sys.path[:0] = [str(TOOLS), str(TOOLS.parent)]

from catalog_ec2 import filled_rows, on_demand_rows, reserved_rows, spot_rows
from catalog_facts import elasticache_rows, rds_rows, sagemaker_rows, unit_rows
from catalog_google import google_machine_rows, google_unit_rows
from catalog_shapes import accelerated_families, offering_rows, shape_rows, unlisted_offerings
from catalog_sources import SourceError, Sources

from costopt.errors import CatalogError
from costopt.prices.guards import Checked, Reference, Row, accept, check_hourly, check_units
from costopt.prices.writer import write_catalog

BUILT_AT = date(2026, 11, 30)
"""Day on which the inputs were last changed. It is a constant, so that the same inputs give the same bytes."""

VERSION = BUILT_AT.isoformat()


def build(folder: Path, cache: Path) -> list[str]:
    """Write the catalog to `folder` and return lines that say what was built.

    Raises:
        CatalogError: the guards caught too much.
        SourceError: a download is not what was pinned.
    """
    sources = Sources(cache=cache)
    shapes = shape_rows(sources)
    offerings = offering_rows(sources)
    accelerated = accelerated_families(shapes)
    hourly = on_demand_rows(sources)
    offerings += unlisted_offerings(hourly, offerings, shapes)
    hourly += filled_rows(hourly, offerings, accelerated)
    hourly += [*reserved_rows(sources), *spot_rows(sources)]
    hourly += [*rds_rows(sources), *elasticache_rows(), *sagemaker_rows(), *google_machine_rows()]
    prices = check_hourly(hourly, Reference(accelerated_families=accelerated))
    units = check_units([*unit_rows(), *google_unit_rows(sources)])
    tables: dict[str, Sequence[Sequence[object]]] = {
        "shapes": shapes,
        "offerings": offerings,
        "hourly": accept(prices, origin="hourly prices"),
        "units": accept(units, origin="unit prices"),
    }
    quarantined = len(prices.quarantined) + len(units.quarantined)
    write_catalog(folder, tables, version=VERSION, built_at=BUILT_AT, quarantined_rows=quarantined)
    lines = [f"{name}: {len(rows)} rows" for name, rows in tables.items()]
    return [*lines, *_quarantine(prices), *_quarantine(units)]


def _quarantine(checked: Checked[Row]) -> list[str]:
    return [
        f"quarantined by {entry.guard}: {' '.join(str(field) for field in entry.row)}" for entry in checked.quarantined
    ]


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the embedded price catalog.")
    data = TOOLS.parent / "costopt" / "prices" / "data"
    parser.add_argument("--out", type=Path, default=data, help="folder to write, default costopt/prices/data")
    cache = Path(tempfile.gettempdir()) / "costopt-catalog-sources"
    parser.add_argument("--cache", type=Path, default=cache, help="folder of downloaded wheels")
    options = parser.parse_args()
    try:
        lines = build(options.out, options.cache)
    except (CatalogError, SourceError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
