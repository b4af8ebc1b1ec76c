"""Why no fleet keeps every requirement: the one that misses least says what is missing."""

from collections.abc import Sequence

from costopt.errors import InfeasiblePlan
from costopt.optimizer.fleets.covering import CoveringModel, Requirement, covering_model
from costopt.optimizer.fleets.service import Pool, Service
from costopt.optimizer.solver import solve, value

_MISSED = 1e-6
"""Part of a requirement from which it counts as missed."""

_MOST_NAMED = 3
"""Shortfalls that a message names; the largest first."""

_HINTS = {
    Requirement.COVERAGE: "Offer larger or more types, or raise the pools' limits.",
    Requirement.ZONE_LOSS: "Offer pools in more zones, raise their limits, or do without surviving the loss of a zone.",
    Requirement.ON_DEMAND_BASE: "Offer on-demand pools, or lower on_demand_fraction.",
    Requirement.POOL_SHARE: "Raise largest_pool_share, or offer smaller types or more spot pools.",
    Requirement.FEW_POOLS: "Raise most_pools, or largest_pool_share.",
    Requirement.MANY_POOLS: "Lower least_pools, or offer more spot pools.",
    Requirement.LEAST_INSTANCES: "Lower least_instances, or offer smaller types.",
    Requirement.MOST_INSTANCES: "Raise most_instances, or offer larger types.",
    Requirement.ZONE_SHARE: "Raise largest_zone_share, or offer pools in more zones.",
}


def explain_infeasible(service: Service, pools: Sequence[Pool], *, time_limit: float = 10.0) -> InfeasiblePlan:
    """The error for a service that no fleet can keep, found by a programme in which every row may be missed at a price.

    Args:
        service: what is asked for.
        pools: what is offered.
        time_limit: seconds.

    Returns:
        The error to raise: it names the service, the requirements that the least wrong fleet misses, and by how much.
    """
    model = covering_model(service, pools, elastic=True)
    solve(model.problem, time_limit=time_limit, gap=0.01)
    missed = sorted(_missed(model), key=lambda one: -one[0])
    texts = [text for _, _, text in missed[:_MOST_NAMED]]
    if len(missed) > _MOST_NAMED:
        texts.append(f"and {len(missed) - _MOST_NAMED} more")
    return InfeasiblePlan(
        f"service {service.name}: {len(model.pools)} pools in {len({pool.zone for pool in pools})} zones cannot"
        f" {'; '.join(texts) or 'keep every requirement'}",
        hint=_HINTS[missed[0][1]] if missed else "Relax one of the requirements.",
    )


def _missed(model: CoveringModel) -> list[tuple[float, Requirement, str]]:
    """Rows that are missed: by which part, which requirement, in words."""
    found = []
    for shortfall in model.shortfalls:
        part = value(shortfall.variable)
        if part > _MISSED:
            text = f"{shortfall.requirement} ({shortfall.where}: {part * shortfall.scale:.4g} {shortfall.unit} amiss)"
            found.append((part, shortfall.requirement, text))
    return found
