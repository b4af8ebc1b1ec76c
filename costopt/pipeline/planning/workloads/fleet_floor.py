"""What a fleet costs at least, whatever commitments pay for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from costopt.errors import InfeasiblePlan, SolverFailed
from costopt.optimizer.commitments.worth_of_hours import Factor, Mix, Proof
from costopt.optimizer.fleets.provisioning import plan_fleet
from costopt.optimizer.fleets.service import Market, Placement, Pool, Service
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.fleet_question import FleetQuestion


class FleetFloor:
    """Dollars an hour of a fleet at one level of its load."""

    def __init__(self, service: Service, question: FleetQuestion, conditions: Conditions) -> None:
        self._service, self._question, self._conditions = service, question, conditions

    def __call__(self, factor: Factor) -> Proof:
        """Where dollars on demand are multiplied with the factor; nothing is proved where the time is too short."""
        rates = {one.rate for one in self._question.types.values()}
        pools = self._priced({rate: Decimal(repr(factor(rate))) for rate in rates})
        try:
            fleet = plan_fleet(
                self._service, pools, time_limit=self._conditions.solve_seconds, gap=self._conditions.gap
            )
        except (InfeasiblePlan, SolverFailed):
            # Where a low level cannot keep the rules the fleet of the peak stays: it is not bounded here.
            return Proof(0.0, None)
        return Proof(float(fleet.bound), self._mix(fleet.placements))

    def _priced(self, factors: Mapping[float, Decimal]) -> Sequence[Pool]:
        types = self._question.types
        found = []
        for pool in self._question.pools:
            one = types[pool.shape.instance_type]
            firm = pool.market is Market.ON_DEMAND
            found.append(replace(pool, hourly_price=one.on_demand * factors[one.rate]) if firm else pool)
        return found

    def _mix(self, placements: Sequence[Placement]) -> Mix:
        dollars: dict[float, float] = defaultdict(float)
        fixed = 0.0
        for one in placements:
            type_ = self._question.types[one.pool.shape.instance_type]
            if one.pool.market is Market.ON_DEMAND:
                dollars[type_.rate] += float(type_.on_demand) * one.count
            else:
                fixed += float(one.pool.hourly_price) * one.count
        return Mix(dollars=dict(dollars), fixed=fixed)
