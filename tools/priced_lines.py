"""Compares our estimates with lines that others priced: the cases of ../shared/data/iac-priced-lines.

Quantities and prices are compared apart. Where we differ on purpose, the reason is here, with what it rests on.
"""

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.config.plain_yaml import read_yaml
from costopt.economics.lookups import PriceBook
from costopt.economics.offers import UPFRONT_FRACTION
from costopt.model.terraform import Engine
from costopt.model.terraform_cost import CostEstimate, CostLine, InstanceRate
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.cost.configured_references import with_references
from costopt.terraform.cost.estate import Setting
from costopt.terraform.cost.estimate import estimate
from costopt.terraform.cost.local_references import local_references
from costopt.terraform.cost.usage import UsageFile
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request

DAY = date(2025, 10, 1)
"""A day on which the lines hold: PostgreSQL 12 was in extended support, MySQL 5.7 not yet in its third year."""

OUT_OF_SCOPE = ("efs_file_system_test", "opensearch_domain_test", "redshift_cluster_test", "vpc_endpoint_test")
"""Families that are estimated beside what was asked for."""

_POOLS = "with_node_pools", "with_unsupported_node_pool"
_TOLERANCE, _CENT = Decimal("0.01"), Decimal("0.006")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One line of the reference with ours."""

    row: Mapping[str, str]
    """The line of the reference."""
    ours: CostLine | None
    """Our line of the same name and quantity; None where there is none."""
    region: str = ""
    """Region of its price."""
    why: str = ""
    """Why there is none, where that is on purpose."""

    @property
    def costs(self) -> bool:
        """Whether the reference shows a cost: not where it was paid upfront, or is less than half a cent."""
        return Decimal(self.row["monthly_cost_usd"]) > 0

    @property
    def within(self) -> bool | None:
        """Whether our price is within 1 %, or the rounding of a cent; None where we have none."""
        if self.ours is None or self.ours.monthly is None:
            return None
        wanted = Decimal(self.row["monthly_cost_usd"])
        return abs(_cash(self.ours) - wanted) <= max(wanted * _TOLERANCE, _CENT)


def _cash(line: CostLine) -> Decimal:
    """What is paid in the month: the reference leaves out what was paid upfront, and we spread it over the term."""
    assert line.monthly is not None
    rate = line.component.rate
    if isinstance(rate, InstanceRate) and "upfront" in rate.purchase.value:
        payment = "_".join(rate.purchase.value.rsplit("_", 2)[-2:])
        return line.monthly * (1 - UPFRONT_FRACTION[payment])
    return line.monthly


def build_tree(data: Path, folder: Path) -> UsageFile:
    """Write one configuration with a module for each case, so that a single plan evaluates all.

    Args:
        data: the folder iac-priced-lines.
        folder: where to write.

    Returns:
        The usage files of all cases.
    """
    usage: dict[str, Mapping[str, Any]] = {}
    calls = []
    for case in cases(data):
        shutil.copytree(data / "cases" / case, folder / case, ignore=shutil.ignore_patterns("*.golden", "*.yml"))
        calls.append(f'module "{case}" {{\n  source = "./{case}"\n}}\n')
        path = data / "cases" / case / f"{case}.usage.yml"
        if path.is_file():
            found = read_yaml(path)["resource_usage"]
            usage.update({f"module.{case}.{address}": values or {} for address, values in found.items()})
    (folder / "main.tf").write_text("\n".join(calls))
    return UsageFile(resources=usage)


def cases(data: Path) -> list[str]:
    """Cases that have their inputs, sorted."""
    return sorted(path.name for path in (data / "cases").iterdir())


def estimate_tree(folder: Path, usage: UsageFile, prices: PriceBook, *, engine: Engine = Engine.STUB) -> CostEstimate:
    """Our estimate of the configuration that `build_tree` wrote."""
    configuration = read_configuration(folder)
    evaluation = with_references(evaluate(Request(folder=folder, engines=(engine,))), configuration)
    setting = Setting(
        engine=evaluation.engine,
        day=DAY,
        prices=prices,
        usage=usage,
        providers=evaluation.provider_settings,
        locals=local_references(configuration),
        region="us-east-1" if engine is not Engine.STUB else None,
    )
    return estimate(evaluation, setting)


def compare(data: Path, ours: CostEstimate) -> tuple[list[Compared], list[str]]:
    """Every line of the reference that has a quantity, with ours; and lines that only we have.

    Args:
        data: the folder iac-priced-lines.
        ours: what `estimate_tree` gave.
    """
    wanted: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in _rows(data):
        wanted[f"module.{row['test']}.{row['resource']}"].append(row)
    found = {one.address: one for one in ours.resources}
    compared: list[Compared] = []
    extra: list[str] = []
    for address, rows in wanted.items():
        resource = found.get(address)
        left = [line for line in resource.lines if line.component.quantity] if resource else []
        for place, row in enumerate(rows):
            line = next((one for one in left if _same(one, row)), None) if row["monthly_qty"] else None
            if line is not None:
                left.remove(line)
                region = line.component.region or (resource.region if resource else None) or ""
                compared.append(Compared(row=row, ours=line, region=region))
            elif row["monthly_qty"]:
                compared.append(Compared(row=row, ours=None, why=difference(rows, place)))
        extra.extend(f"{address}: {one.component.name} {one.component.quantity:f}" for one in left)
    return compared, extra


def _rows(data: Path) -> Iterator[Mapping[str, str]]:
    known = set(cases(data))
    with (data / "priced_lines.csv").open(newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["test"] in known)


def _same(line: CostLine, row: Mapping[str, str]) -> bool:
    component = line.component
    if component.quantity is None or (component.name, component.unit) != (row["component"], row["unit"]):
        return False
    # The reference shows four decimals at most.
    return abs(component.quantity - Decimal(row["monthly_qty"])) <= Decimal("0.0006")


def difference(rows: list[Mapping[str, str]], place: int) -> str:
    """Why we give another quantity for a line on purpose; "" where there is no such reason."""
    row = rows[place]
    if row["resource"].startswith("module."):
        return "its module is in a registry, and not in the case's files"
    if row["component"] == "EBS-optimized usage" and Decimal(row["monthly_cost_usd"]) == 0:
        return "the type is optimized by default and nothing is charged; the reference shows a line of 0"
    if row["unit"] == "rWRU":
        return "the reference shows a month's requests divided by 730, at a price times 730; we show requests"
    if row["component"].startswith("Backup storage (") and row["test"] == "redshift_cluster_test":
        return "the reference makes the tier `next 450 TB` 500 TB long"
    own_pools = any(pool in row["resource"] for pool in _POOLS)
    if own_pools and _is_default_pool(rows, place):
        return (
            "the reference adds a default pool to a cluster that describes its node pools; the provider creates those"
            " alone (resource_container_cluster.go sets NodePools where there are any, else NodeConfig)"
        )
    if row["test"].startswith("container_") and "pd-standard" in row["component"]:
        return (
            "the reference takes standard disks where nodes name no type; since version 1.24 of GKE they are balanced"
            " ones (kubernetes-engine/docs/how-to/custom-boot-disks)"
        )
    return ""


def _is_default_pool(rows: list[Mapping[str, str]], place: int) -> bool:
    """Whether a line, or the one before it that it belongs to, is of the pool that nobody described."""
    names = [row["component"] for row in rows]
    return "e2-medium" in names[place] or (place > 0 and "e2-medium" in names[place - 1])


def tally(compared: list[Compared]) -> Counter[str]:
    """How many lines are the same, differ on purpose, and differ."""
    return Counter("same" if one.ours else "on purpose" if one.why else "different" for one in compared)
