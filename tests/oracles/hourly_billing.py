"""A second, slow biller, written from AWS's and Google's pages: one hour after the other, in decimal fractions.

In every hour the commitments of one kind look again and again for the best usage that is left, until there is none.
It shares no order, no table and no arithmetic with the code under test. Where the pages leave the order open (equal
sizes, equal savings and rates) so does this one: cases must not depend on it.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from math import isinf

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding

SEQUENCE = (
    ("zonal_ri",),
    ("size_bound_ri",),
    ("regional_ri", "convertible_ri", "resource_cud"),
    ("ec2_instance_sp",),
    ("compute_sp", "sagemaker_sp", "database_sp", "flexible_cud"),
)
PLANS = ("ec2_instance_sp", "compute_sp", "sagemaker_sp", "database_sp", "flexible_cud")
UNITS = {"large": 4, "xlarge": 8, "2xlarge": 16, "4xlarge": 32}


def bill_hour(
    items: Sequence[UsageItem], dollars: Sequence[Decimal], active: Sequence[Holding], *, sharing: bool = True
) -> tuple[list[Decimal], list[Decimal]]:
    """On-demand dollars left of each item, and units left of each commitment."""
    owed = list(dollars)
    units = [holding.quantity for holding in active]
    for kinds in SEQUENCE:
        for own in (True, False):
            while best := _best(items, owed, active, units, kinds, own=own, sharing=sharing):
                _, who, what = best
                take = Decimal(float(active[who].instrument.take[what]))
                if owed[what] * take <= units[who]:
                    owed[what], units[who] = Decimal(0), units[who] - owed[what] * take
                else:
                    owed[what], units[who] = owed[what] - units[who] / take, Decimal(0)
    return owed, units


def _best(items, owed, active, units, kinds, *, own: bool, sharing: bool):
    found = []
    for who, holding in enumerate(active):
        for what, item in enumerate(items):
            take = float(holding.instrument.take[what])
            mine = holding.instrument.account == item.account
            allowed = mine or (not own and (sharing or holding.instrument.account is None))
            possible = holding.instrument.kind.value in kinds and allowed and not isinf(take)
            if possible and owed[what] > 0 and units[who] > 0:
                found.append((_preference(holding, item, take), who, what))
    return min(found, default=None)


def _preference(holding: Holding, item: UsageItem, take: float) -> tuple[float, float]:
    if holding.instrument.kind.value in PLANS:
        return -(1 - take), take * (item.dollars_per_unit or 0)
    return UNITS.get((item.instance_type or ".").split(".")[1], 0), 0


def bill(demand: HourlyDemand, holdings: Sequence[Holding], *, sharing: bool = True) -> list[list[Decimal]]:
    """On-demand dollars left, hour by hour and item by item."""
    left = []
    for hour, dollars in enumerate(demand.dollars.tolist()):
        moment = demand.start + timedelta(hours=hour)
        active = [holding for holding in holdings if holding.start <= moment < holding.end]
        owed, _ = bill_hour(demand.items, [Decimal(one) for one in dollars], active, sharing=sharing)
        left.append(owed)
    return left
