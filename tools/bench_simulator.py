"""What a settlement costs: a year of hours in the provider's order, and the totals that a search compares."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.simulator.cost_function import CostFunction
from costopt.economics.simulator.settlement import settle

HOURS, FAMILIES, SYSTEMS = 8760, 20, ("linux", "windows", "rhel")
START = datetime(2026, 1, 1, tzinfo=UTC)
RUNS = 5

Row = Sequence[str]


def simulator() -> list[Row]:
    """All rows of the bench that are about the simulator."""
    demand, holdings = estate()
    few = holdings[: FAMILIES + 2]
    quantities = [float(holding.quantity) for holding in few]
    cost = CostFunction(demand, few)
    settled, searched = (
        _cpu_seconds(lambda: settle(demand, holdings).bill),
        _cpu_seconds(lambda: cost(quantities)),
    )
    return [
        (
            f"settlement and bill of {HOURS:,} h x {len(demand.items)} items x {len(holdings)} commitments",
            f"{settled:.2f} CPU s",
            f"{HOURS * len(demand.items) * len(holdings) / settled / 1e6:,.0f} million cells a second",
            "well under 1 CPU s",
        ),
        (
            f"  total only, again, {len(few)} commitments",
            f"{searched * 1000:.1f} CPU ms",
            f"{1 / searched:,.0f} a second",
            "400 evaluations in 4 CPU s",
        ),
    ]


def estate() -> tuple[HourlyDemand, list[Holding]]:
    """A made estate of three accounts: an Instance plan for each family and as many Compute plans."""
    random = np.random.default_rng(0)
    items = tuple(
        UsageItem(
            provider="aws", account=str(place % 3), region="eu-west-1", service="ec2", family=f"f{place}",
            variant=system, dollars_per_unit=0.1,
        )
        for place in range(FAMILIES)
        for system in SYSTEMS
    )  # fmt: skip
    demand = HourlyDemand(items=items, dollars=random.lognormal(0, 1, (HOURS, len(items))), start=START)
    place = np.arange(len(items)) // len(SYSTEMS)
    scopes = [(InstrumentKind.EC2_INSTANCE_SP, place == family, 1.5) for family in range(FAMILIES)]
    scopes += [(InstrumentKind.COMPUTE_SP, place >= 0, 2.0)] * FAMILIES
    return demand, [
        Holding(
            instrument=Instrument(
                id=f"{kind} {number}", kind=kind, scope="", term_months=12, payment="no_upfront",
                hourly_cost=Decimal(1), upfront=Decimal(0), account=str(number % 3),
                take=np.where(covers, random.uniform(0.5, 0.8, len(items)), np.inf),
            ),
            quantity=Decimal(str(quantity)), start=START, end=START + timedelta(days=365),
        )
        for number, (kind, covers, quantity) in enumerate(scopes)
    ]  # fmt: skip


def _cpu_seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return median(times)


if __name__ == "__main__":
    for row in simulator():
        print(" | ".join(row))
