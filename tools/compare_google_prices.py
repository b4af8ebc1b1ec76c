"""Compare costopt's prices of Compute Engine with gcosts' list, and write docs/gcp-prices.md with every miss.

`python tools/compare_google_prices.py`; the list is read from the folder of real data beside the checkout.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from costopt.economics.gce.costs import machine_costs, month_of
from costopt.economics.gce.machines import MachineType, machine_type
from costopt.errors import PriceNotFound
from costopt.model.price import Quality
from costopt.prices.catalog import Catalog, embedded_catalog_path, open_catalog, open_user_catalog
from costopt.prices.refresh.google.gcosts import Gcosts
from costopt.prices.refresh.refresh import refresh_google
from costopt.prices.refresh.yaml_events import read_tree

DATA = ROOT.parent / "shared" / "data" / "gcp-prices" / "pricing-2026-07-30.yml.gz"
TOLERANCE = Decimal("0.005")
"""How far a figure may be from the list's."""
GOOGLE_SERVICES = ("bigquery", "cloud_lb", "cloud_nat", "cloud_run", "cloud_sql", "gce", "gcs", "gke", "tpu")
CONFIRMED_SERIES = ("e2", "m1", "n1", "n2", "n2d")
"""Series of which another reading of Google's prices is at hand."""
FIGURES = ("hour", "month", "month_1y", "month_3y")
"""The list's names: an hour on demand; a month after sustained use discounts, or under a commitment of that term."""

_PAGE = """# Prices of Google Cloud, compared

Written by `python tools/compare_google_prices.py`.

## What is built in

{known}

Compute Engine, Cloud NAT and buckets are of gcosts' price list of 2026-07-30
(https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator, Apache-2.0), multi-regions and the predefined
dual-regions included. Prices of vCPUs and memory are worked back from those of machines: two sizes with different
shares of memory give both, and every size must come out of them again. Series of one shape only (C2, H3, T2A, T2D)
and types with accelerators keep the prices of machines. Left out are buckets in africa-south1, and local SSD there
and in europe-west10, where another reading of Google's has other prices. Spot prices are those of the list's day, and
estimates: Google changes them up to once a month. That a price is published says nothing about where a machine can be
started.

Licences of Windows Server, RHEL, RHEL for SAP, SLES and SLES for SAP are worked back from the same list, which states
them for each machine type: all machines of one size must agree, and do. Of shared cores it takes a part of a vCPU,
which Google does not say; so only what costs the same for every machine, or has a SKU of its own, is known there.

TPUs, V100, and all of T4 but its price on demand in the three regions below are in
`tools/facts/google_accelerators.csv`: a chip's price from whole slices in SkyPilot's reading of Google's price catalog
(https://github.com/skypilot-org/skypilot-catalog, Apache-2.0). That file has no day; its spot prices of N4D are those
of the list of 2026-07-30. What a transcription of Google's page confirms is `list`, all else an estimate. Left out are
TPU v5e in us-south1 and slices of v2 in europe-west4, where the two differ, and slices of v3 in us-east1, which are
assumed there. Commitments for TPUs are bought from Google's sales, and no plan offers them.

Typed, with source and day in `tools/facts/google_services.csv`: GKE's fee; global forwarding rules, and of load
balancers in us-central1 the traffic and the rules beyond five; T4 in us-central1, us-east1 and us-west1; provisioned
operations, images, archived snapshots and hyperdisks in us-central1 or its neighbours; Cloud SQL there, in Belgium and
Montreal; idle instances of Cloud Run by its two tiers, without asia-south1, which changed its own; slots of BigQuery
in the US. Machines of Vertex AI endpoints cost what Compute Engine asks and 15 %.

Not known without a refresh: Cloud SQL and slots elsewhere, Cloud Run with the CPU always allocated in tier 2, images
outside of us-central1, load balancers of other regions and the first five forwarding rules of any, types with local
SSD in their name. Not known at all: SQL Server and Ubuntu Pro, TPU7x, requests and traffic, pods of Autopilot. A
refresh knows extended support of Cloud SQL where all versions cost the same, and does not know TPUs.

A finding without a price says which one is missing. Of the 28 checks that find something in the made projects ten
lacked one before all this was built in: slots, idle instances of Cloud Run, accelerators of machines and of
notebooks, images, extended support, TPUs, endpoints, the licence of Windows, and the fee of an empty cluster. Three
still do: images in other regions, extended support, and that fee, which the free tier may pay.

## Machines

The yardstick is the same list: 531 machine types in 43 regions. A row is a machine type in a region; it agrees where
the hour, the month after sustained use discounts and the month under a resource-based commitment of one and three
years are all within 0.5 % of the list's. A commitment that the list does not sell and costopt prices is a miss too,
and so is one that the list sells and costopt does not know. Sustained use discounts are computed, never read.

The table shows that nothing is lost in working back. That the list is right is shown by another reading:
apache-libcloud 3.9.1, which took its prices from Google in 2025-03, states {confirmed:,} of {stated:,} prices on
demand of vCPUs and memory of E2, M1, N1, N2 and N2D to the last digit; the others are mostly of regions that it does
not know. These are `list`, the others `derived`.

{built_in}

{imported}

Not compared: {left_out} types with accelerators, local SSD, bare metal or more memory than their series' rate is for,
whose prices are kept as the list states them, and three custom types, for which the list does not price extended
memory apart.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A figure that differs by more than it may."""

    machine: str
    """Machine type."""
    region: str
    """Region."""
    figure: str
    """Of `FIGURES`."""
    listed: Decimal | None
    """What the list says, None where it sells no such commitment."""
    computed: Decimal | None
    """What costopt says, None where it knows none."""


@dataclass(slots=True, kw_only=True)
class Agreement:
    """Comparison of a series."""

    rows: int = 0
    """Types in regions of which costopt has a price."""
    unpriced: int = 0
    """Types in regions that only the list knows."""
    agreeing: int = 0
    """Rows of which all figures agree."""
    figures: int = 0
    """Figures compared."""
    misses: list[Miss] = field(default_factory=list)
    """Figures that do not agree."""


def compare(tree: Any, catalog: Catalog) -> dict[str, Agreement]:
    """How the prices of a catalog agree with a list, by series."""
    found: dict[str, Agreement] = defaultdict(Agreement)
    for name, entry in tree["compute"]["instance"].items():
        machine = _comparable(name)
        for region, listed in (entry.get("cost") or {}).items() if machine else ():
            if "hour" in listed and machine:
                _compare(machine, region, _listed(listed), catalog, found[machine.series])
    return dict(sorted(found.items()))


def _comparable(name: str) -> MachineType | None:
    try:
        machine = machine_type(name)
    except PriceNotFound:
        return None
    return None if machine.custom or machine.gpus else machine


def _listed(cost: Mapping[str, str]) -> dict[str, Decimal]:
    """Figures of the list, without commitments that it does not sell: there it repeats the month."""
    figures = {name: Decimal(cost[name]) for name in FIGURES if name in cost}
    return {name: usd for name, usd in figures.items() if not name.endswith("y") or usd < figures["month"]}


def _compare(
    machine: MachineType,
    region: str,
    listed: Mapping[str, Decimal],
    catalog: Catalog,
    into: Agreement,
) -> None:
    try:
        costs = machine_costs(machine, region, catalog)
    except PriceNotFound:
        into.unpriced += 1
        return
    amounts = (costs.on_demand.amount, costs.month, month_of(costs.cud_1y), month_of(costs.cud_3y))
    computed = dict(zip(FIGURES, amounts, strict=True))
    misses = [
        Miss(machine=machine.name, region=region, figure=name, listed=listed.get(name), computed=computed[name])
        for name in FIGURES
        if not _agree(listed.get(name), computed[name])
    ]
    into.rows += 1
    into.figures += sum(name in listed for name in FIGURES)
    into.agreeing += not misses
    into.misses += misses


def _agree(listed: Decimal | None, computed: Decimal | None) -> bool:
    if listed is None or computed is None:
        return listed is computed
    return abs(computed - listed) <= TOLERANCE * listed


def imported(path: Path, cache: Path) -> Catalog:
    """The catalog of a user who imported the list."""
    refresh_google(cache, source=Gcosts(path=path), now=datetime(2026, 11, 30, tzinfo=UTC))
    return open_user_catalog(cache)


def page(tree: Any, built_in: Mapping[str, Agreement], after_import: Mapping[str, Agreement]) -> str:
    """The document."""
    types = list(tree["compute"]["instance"])
    left_out = sum(_comparable(name) is None and not name.startswith("custom") for name in types)
    same = (
        "After `costopt prices import gcosts` of the same list the table is the same."
        if after_import == built_in
        else "\n".join(("After the import:", "", *_table(after_import)))
    )
    rows = google_rows()
    units = [row for row in rows if row[0] == "gce" and row[1].endswith(("_vcpu", "_memory"))]
    confirming = [quality for _, item, _, quality in units if item.partition("_")[0] in CONFIRMED_SERIES]
    return _PAGE.format(
        known="\n".join(_known(rows)),
        confirmed=confirming.count(Quality.LIST),
        stated=len(confirming),
        built_in="\n".join(_table(built_in)),
        imported=same,
        left_out=left_out,
    )


def google_rows() -> list[tuple[str, str, str, str]]:
    """Service, item, place and quality of every price of Google that is built in; machines are items too."""
    found = []
    for name, item in (("units", "item"), ("hourly", "instance_type")):
        table = pq.read_table(
            embedded_catalog_path() / f"{name}.parquet", columns=["service", item, "region", "quality"]
        )
        found += [tuple(row.values()) for row in table.to_pylist() if row["service"] in GOOGLE_SERVICES]
    return found


def _known(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    yield "| service | prices | places | list | derived | estimate |"
    yield "|---|---:|---:|---:|---:|---:|"
    for service in GOOGLE_SERVICES:
        own = [row for row in rows if row[0] == service]
        kinds = Counter(quality for _, _, _, quality in own)
        counted = " | ".join(f"{kinds[quality]:,}" for quality in Quality)
        yield f"| {service} | {len(own):,} | {len({place for _, _, place, _ in own})} | {counted} |"


def _table(found: Mapping[str, Agreement]) -> Iterator[str]:
    yield "| series | rows | agree | share | figures | misses | no price |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    total = Agreement()
    for series, one in found.items():
        yield _line(series, one)
        for name in ("rows", "unpriced", "agreeing", "figures"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.misses += one.misses
    yield _line("all", total)
    yield ""
    yield "Misses:" if total.misses else "There is no miss."
    for miss in total.misses:
        said = f"{miss.computed or 'none'}, listed {miss.listed or 'none'}"
        yield f"- `{miss.machine}` in {miss.region}, {miss.figure}: {said}"


def _line(name: str, one: Agreement) -> str:
    share = f"{one.agreeing / one.rows:.2%}" if one.rows else "-"
    figures = f"{one.figures:,} | {len(one.misses):,} | {one.unpriced:,}"
    return f"| {name} | {one.rows:,} | {one.agreeing:,} | {share} | {figures} |"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Compare prices of Compute Engine with gcosts' list.")
    parser.add_argument("--data", type=Path, default=DATA, help="gcosts' pricing.yml, .gz or not")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "gcp-prices.md", help="page to write")
    options = parser.parse_args()
    tree = read_tree(options.data)
    with tempfile.TemporaryDirectory() as folder:
        after_import = compare(tree, imported(options.data, Path(folder)))
        built_in = compare(tree, open_catalog())
        options.out.write_text(page(tree, built_in, after_import), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
