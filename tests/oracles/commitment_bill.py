"""A second, naive biller of a small estate: machine by machine, slot by slot, with its own tables.

It shares nothing with the code under test: no pools, no layers, no monthly hours. A month is a number of equal slots;
in each slot every machine is on or off, and reservations and plans that are not used in a slot are lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ON_DEMAND = {
    "m5.large": Decimal("0.096"),
    "m5.xlarge": Decimal("0.192"),
    "c5.large": Decimal("0.085"),
    "m7g.large": Decimal("0.0816"),
}
"""Dollars an hour, us-east-1, Linux."""
UNITS = {"large": 4, "xlarge": 8}
FAMILY_PLAN = {"m5": Decimal("0.6"), "c5": Decimal("0.6"), "m7g": Decimal("0.6")}
COMPUTE_PLAN = {"m5": Decimal("0.72"), "c5": Decimal("0.70"), "m7g": Decimal("0.75")}
"""Plan rate over on-demand rate."""


@dataclass(frozen=True)
class Machine:
    """One instance and the slots in which it is off."""

    instance_type: str
    off: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Owned:
    """What was bought."""

    reserved: Sequence[str] = ()
    """Types of regional Linux reservations, one each."""
    family_plans: dict[str, Decimal] = field(default_factory=dict)
    """Dollars an hour of EC2 Instance Savings Plans by family."""
    compute_plan: Decimal = Decimal(0)
    """Dollars an hour of a Compute Savings Plan."""


def family(instance_type: str) -> str:
    return instance_type.split(".", maxsplit=1)[0]


def hourly(types: Sequence[str], owned: Owned) -> Decimal:
    """On-demand dollars of one hour in which `types` run."""
    # Smallest first, as reservations that flex are applied.
    rest = [[name, Decimal(1)] for name in sorted(types, key=lambda name: (UNITS[name.split(".")[1]], name))]
    for reserved in owned.reserved:
        units = Decimal(UNITS[reserved.split(".")[1]])
        for machine in rest:
            if family(machine[0]) == family(reserved):
                size = UNITS[machine[0].split(".")[1]]
                taken = min(machine[1], units / size)
                machine[1] -= taken
                units -= taken * size
    for plan_family, dollars in owned.family_plans.items():
        _plan(rest, dollars, {plan_family: FAMILY_PLAN[plan_family]})
    _plan(rest, owned.compute_plan, COMPUTE_PLAN)
    return sum((ON_DEMAND[name] * share for name, share in rest), Decimal(0))


def _plan(rest: list[list], dollars: Decimal, ratios: dict[str, Decimal]) -> None:
    for machine in sorted(rest, key=lambda one: ratios.get(family(one[0]), Decimal(9))):
        ratio = ratios.get(family(machine[0]))
        if ratio is not None:
            rate = ON_DEMAND[machine[0]] * ratio
            taken = min(machine[1], dollars / rate)
            machine[1] -= taken
            dollars -= taken * rate


def monthly(machines: Sequence[Machine], owned: Owned, slots: int) -> Decimal:
    """On-demand dollars of a month of 730 hours in `slots` equal parts; what was committed is fixed and left out."""
    on = ([one.instance_type for one in machines if slot not in one.off] for slot in range(slots))
    return sum((hourly(types, owned) for types in on), Decimal(0)) * 730 / slots
