"""Extract the facts of gcosts' price list that the embedded catalog holds: `python tools/build_google_facts.py [LIST]`.

Reads a `pricing.yml` (by default the one in the folder of real data beside the checkout) as `costopt prices import
gcosts` does, so that prices of machines become prices of vCPUs and memory, and writes two tables into tools/facts:
prices of units, and of machines that are not put together of units. A line is one price in all places, a cell that is
empty is not known.
"""

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from costopt.prices.refresh.google.gcosts import Gcosts
from costopt.prices.refresh.google.prices import GooglePrices

DATA = ROOT.parent / "shared" / "data" / "gcp-prices" / "pricing-2026-07-30.yml.gz"
FACTS = ROOT / "tools" / "facts"
MACHINE_SERIES = frozenset({"a2", "a3", "c2", "g2", "g4", "h3", "t2a", "t2d"})
"""Series kept as machines: those with accelerators in them, and those of one shape, whose vCPUs and memory cannot be
told apart. Types with local SSD and bare metal of other series are left to a refresh or an import."""

Line = tuple[str, ...]
Table = Mapping[Line, Mapping[str, Decimal]]


def unit_table(prices: GooglePrices) -> Table:
    """Dollars by service, item and unit, and place."""
    table: dict[Line, dict[str, Decimal]] = defaultdict(dict)
    for place, rows in prices.rows.items():
        for row in rows.units:
            table[row.service, row.item, row.unit][place] = row.usd
    return table


def machine_table(prices: GooglePrices) -> Table:
    """Dollars an hour by machine type and purchase, and region."""
    table: dict[Line, dict[str, Decimal]] = defaultdict(dict)
    for place, rows in prices.rows.items():
        for row in rows.hourly:
            if row.instance_type.partition("-")[0] in MACHINE_SERIES:
                table[row.instance_type, row.purchase.value][place] = row.usd_per_hour
    return table


def write(path: Path, names: Line, table: Table, places: Iterable[str]) -> None:
    """Write a table; the same list gives the same bytes."""
    columns = list(places)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*names, *columns])
        for line, cells in sorted(table.items()):
            writer.writerow([*line, *(_text(cells.get(place)) for place in columns)])


def _text(usd: Decimal | None) -> str:
    return "" if usd is None else f"{usd.normalize():f}"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Extract facts of a gcosts price list.")
    parser.add_argument("list", type=Path, nargs="?", default=DATA, help="pricing.yml, plain or packed")
    options = parser.parse_args()
    prices = Gcosts(path=options.list).read()
    units, machines = unit_table(prices), machine_table(prices)
    places = sorted(prices.rows)
    write(FACTS / "google_units.csv", ("service", "item", "unit"), units, places)
    write(FACTS / "google_machines.csv", ("machine", "purchase"), machines, places)
    days = {row.as_of for rows in prices.rows.values() for row in rows.units}
    print(f"{len(units)} units and {len(machines)} machines in {len(places)} places, of {', '.join(map(str, days))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
