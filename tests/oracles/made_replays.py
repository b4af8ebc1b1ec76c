"""Small pasts to replay, and plain ways to work out what they cost."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Instrument, InstrumentKind

START = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = 730


def item(family: str = "m5", region: str = "eu-west-1") -> UsageItem:
    return UsageItem(provider="aws", account="all", region=region, service="ec2", family=family, variant="linux")


def demand(dollars: NDArray[np.float64] | list[list[float]], start: datetime = START) -> HourlyDemand:
    """Columns are the families f0, f1, ..."""
    values = np.asarray(dollars, dtype=float)
    return HourlyDemand(items=tuple(item(f"f{index}") for index in range(values.shape[1])), dollars=values, start=start)


def steps(*levels: float) -> HourlyDemand:
    """One family, one level for each month of 730 hours."""
    return demand(np.repeat(np.array(levels, dtype=float), MONTH)[:, None])


def wide_plan(*ratios: float, months: int = 12) -> Instrument:
    """A Compute Savings Plan at one ratio for each family."""
    return Instrument(
        id=f"compute_sp {months}",
        kind=InstrumentKind.COMPUTE_SP,
        scope="all",
        term_months=months,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=np.array(ratios),
    )


def family_plan(family: int, ratio: float, families: int, months: int = 12) -> Instrument:
    """An EC2 Instance Savings Plan for one of the families."""
    take = np.full(families, np.inf)
    take[family] = ratio
    return Instrument(
        id=f"ec2_instance_sp f{family} {months}",
        kind=InstrumentKind.EC2_INSTANCE_SP,
        scope=f"f{family}",
        term_months=months,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=take,
    )


def left_on_demand(dollars: NDArray[np.float64], take: NDArray[np.float64], quantity: float) -> float:
    """Dollars that one plan leaves, hour by hour and item by item, largest saving first."""
    left = 0.0
    for hour in dollars:
        units = quantity
        for place in sorted(range(len(take)), key=lambda index: take[index]):
            paid = min(hour[place], units / take[place]) if np.isfinite(take[place]) else 0.0
            left += hour[place] - paid
            units -= paid * take[place] if paid else 0.0
    return left
