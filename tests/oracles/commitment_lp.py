"""The commitment plan as one linear model of every hour, and as a search over every mix: slow, and written apart."""

from itertools import product

import numpy as np
import pulp


def solve_monolith(demand, instruments, *, windows=None, owned=None, budget=None, on_demand=None):
    """Least dollars (purchases and on demand) of one PuLP model.

    Args:
        demand: [hours, items].
        instruments: what can be bought.
        windows: hours of each; None for all.
        owned: pairs of an instrument and its units in each hour, [hours].
        budget: largest sum of upfront x quantity.
        on_demand: dollars that a dollar costs, [hours, items].
    """
    hours, items = demand.shape
    windows = windows or [range(hours)] * len(instruments)
    model = pulp.LpProblem("all", pulp.LpMinimize)
    bought = [model.add_variable(f"x{k}", 0) for k in range(len(instruments))]
    objective = [
        float(one.hourly_cost) * len(window) * x for one, window, x in zip(instruments, windows, bought, strict=True)
    ]
    for t in range(hours):
        given = [(one.take, x) for one, window, x in zip(instruments, windows, bought, strict=True) if t in window]
        given += [(one.take, float(units[t])) for one, units in owned or ()]
        pays = {}
        for k, (take, units) in enumerate(given):
            mine = [u for u in range(items) if np.isfinite(take[u])]
            pays.update({(k, u): model.add_variable(f"y{t}_{k}_{u}", 0) for u in mine})
            if mine:
                model += pulp.lpSum(float(take[u]) * pays[k, u] for u in mine) <= units
        for u in range(items):
            left = model.add_variable(f"o{t}_{u}", 0)
            objective.append((1.0 if on_demand is None else float(on_demand[t, u])) * left)
            model += left + pulp.lpSum(pays[k, u] for k in range(len(given)) if (k, u) in pays) >= float(demand[t, u])
    if budget is not None:
        model += pulp.lpSum(float(one.upfront) * x for one, x in zip(instruments, bought, strict=True)) <= budget
    model += pulp.lpSum(objective)
    model.solve(pulp.HiGHS(msg=False))
    assert model.sol_status == pulp.LpSolutionOptimal
    return pulp.value(model.objective), np.array([x.value() for x in bought])


def cheapest_mix(bill, levels):
    """Least bill over every combination of levels, one sequence of levels for each instrument."""
    return min((bill(np.array(mix, dtype=float)), mix) for mix in product(*levels))
