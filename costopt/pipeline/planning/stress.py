"""Scenarios by name: what a plan of commitments is held against, and what each purchase would do in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from costopt.config.scenario_file import WrittenScenario
from costopt.economics.demand import Dollars, HourlyDemand
from costopt.economics.instruments import Holding
from costopt.economics.simulator.cost_function import CostFunction
from costopt.economics.simulator.settlement import settle
from costopt.errors import UsageError
from costopt.model.money import HOURS_PER_MONTH, Money
from costopt.model.plan import ScenarioUse
from costopt.optimizer.risk.scenarios import MIGRATED, with_migrated

_AS_PLANNED = "as planned"
_DECLINE = 1 / 3
_CLIFF = 1 / 2
_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenario:
    """Demand of the horizon as it may come. Its last item is what has moved to a new family."""

    name: str
    """In words."""
    demand: HourlyDemand
    """Hour by hour."""


def scenarios_of(planned: HourlyDemand, written: Sequence[WrittenScenario] = ()) -> tuple[Scenario, ...]:
    """The planned demand, a slow decline, a cliff, the largest family moving to a new one, and the user's own.

    Growth is none of them: what grows can be bought when it is there, so that no purchase of today loses by it.

    Args:
        planned: demand of the horizon.
        written: the user's own scenarios.

    Raises:
        UsageError: one of the user's changes nothing.
    """
    hour = np.arange(planned.hours)[:, None]
    # A decline goes from day to day: hours of a day that are the same stay so, and are settled once.
    ahead = hour // _DAY * _DAY / planned.hours
    late = (hour >= planned.hours / 2).astype(np.float64)
    largest = _largest_family(planned)
    family, moving = planned.items[int(largest.argmax())].family, largest * late
    kept: Sequence[tuple[str, Dollars]] = (
        (_AS_PLANNED, np.ones_like(planned.dollars)),
        ("a third less by the end", 1 - _DECLINE * ahead * np.ones_like(planned.dollars)),
        ("half of it gone from mid-term on", 1 - _CLIFF * late * np.ones_like(planned.dollars)),
    )
    found = [Scenario(name=name, demand=_scaled(planned, share)) for name, share in kept]
    migrated = (planned.dollars * moving).sum(axis=1, keepdims=True)
    moved = _with_new_family(planned, planned.dollars * (1 - moving), migrated)
    own = [Scenario(name=one.name, demand=_scaled(planned, _factors(planned, one))) for one in written]
    return (*found, *own, Scenario(name=f"{family} replaced by a new family from mid-term on", demand=moved))


def _factors(planned: HourlyDemand, written: WrittenScenario) -> Dollars:
    """What a scenario of the user makes of each dollar, [hours, items]."""
    by_item = np.array(
        [
            written.scale
            * written.families.get(item.family, 1.0)
            * written.accounts.get(item.account, 1.0)
            * written.regions.get(item.region, 1.0)
            for item in planned.items
        ]
    )
    first = written.from_month * int(HOURS_PER_MONTH)
    if (by_item == 1).all() or first >= planned.hours:
        raise UsageError(
            f"the scenario {written.name!r} changes nothing of the planned demand",
            hint="Name families, accounts or regions that are in use, and a month within the horizon.",
        )
    factors = np.ones_like(planned.dollars)
    factors[first:] *= by_item
    return factors


def _scaled(planned: HourlyDemand, share: Dollars) -> HourlyDemand:
    return _with_new_family(planned, planned.dollars * share, np.zeros((planned.hours, 1)))


def _with_new_family(planned: HourlyDemand, dollars: Dollars, migrated: Dollars) -> HourlyDemand:
    like = planned.items[int(_largest_family(planned).argmax())]
    new = replace(like, family=MIGRATED, instance_type=None, zone=None, dollars_per_unit=None)
    return HourlyDemand(
        items=(*planned.items, new), dollars=np.concatenate([dollars, migrated], axis=1), start=planned.start
    )


def _largest_family(planned: HourlyDemand) -> NDArray[np.bool_]:
    """Items of the family that costs most, [items]. Families of two clouds may have one name."""
    families = [(item.provider, item.family) for item in planned.items]
    spent = dict.fromkeys(sorted(families), 0.0)
    for family, dollars in zip(families, planned.dollars.sum(axis=0).tolist(), strict=True):
        spent[family] += dollars
    largest = max(spent, key=lambda family: spent[family])
    return np.array([family == largest for family in families])


class StressTest:
    """Bills of one set of holdings in every scenario, with and without single purchases."""

    def __init__(
        self, planned: HourlyDemand, scenarios: Sequence[Scenario], owned: Sequence[Holding], bought: Sequence[Holding]
    ) -> None:
        self._owned, self._bought = len(owned), tuple(bought)
        holdings = [*owned, *bought]
        # What moves stays with its cloud and service: what did not pay for the old family does not for the new one.
        moving = planned.dollars * _largest_family(planned)
        instruments = with_migrated([one.instrument for one in holdings], moving)
        self._holdings = [
            replace(one, instrument=instrument) for one, instrument in zip(holdings, instruments, strict=True)
        ]
        self._quantities = np.array([float(one.quantity) for one in holdings])
        self._scenarios = tuple(scenarios)
        self._cost: list[Callable[[NDArray[np.float64]], float]] = [
            CostFunction(one.demand, self._holdings) for one in scenarios
        ]

    def savings(self) -> tuple[Decimal, ...]:
        """Dollars that all purchases together save in each scenario, over the horizon; negative is a loss."""
        without = self._quantities.copy()
        without[self._owned :] = 0
        return tuple(_dollars(cost(without) - cost(self._quantities)) for cost in self._cost)

    def uses(self, currency: str) -> tuple[tuple[ScenarioUse, ...], ...]:
        """What each purchase does in each scenario, all others made: its use, and what it saves over the horizon."""
        utilisation = [settle(one.demand, self._holdings).utilisation for one in self._scenarios]
        return tuple(
            tuple(
                ScenarioUse(
                    scenario=scenario.name,
                    utilisation_fraction=float(utilisation[number][self._owned + place] or 0.0),
                    net_saving=Money(amount=self._saved_by(number, place), currency=currency),
                )
                for number, scenario in enumerate(self._scenarios)
            )
            for place in range(len(self._bought))
        )

    def _saved_by(self, scenario: int, place: int) -> Decimal:
        without = self._quantities.copy()
        without[self._owned + place] = 0
        cost = self._cost[scenario]
        return _dollars(cost(without) - cost(self._quantities))


def _dollars(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2)))
