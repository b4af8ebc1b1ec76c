"""What a commitment plan costs to solve, beside the same linear program as one PuLP model in the same run.

CPU seconds, as machines are shared; each figure in a process of its own, so that memory is its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FAMILIES, YEAR = 20, 8760
MONOLITH_HOURS = tuple(int(hours) for hours in os.environ.get("COSTOPT_BENCH_MONOLITH_HOURS", "1460,2920").split(","))
"""Sizes at which the one model ends in a minute or two; a year of it took 147 CPU seconds and more."""

Row = Sequence[str]

_CALL = """
import json, sys
sys.path.insert(0, {root!r}); sys.path.insert(0, {tools!r})
import bench_optimizer
print(json.dumps(bench_optimizer.{function}(*map(int, sys.argv[1:]))))
"""


def run(function: str, *arguments: int) -> Any:
    """Result of one of the functions below, in a process of its own."""
    script = _CALL.format(root=str(ROOT), tools=str(ROOT / "tools"), function=function)
    command = [sys.executable, "-c", script, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if ended.returncode:
        raise SystemExit(f"{function}: {ended.stderr[-800:]}")
    return json.loads(ended.stdout)


def commitments(*, large: bool = True) -> list[Row]:
    """All rows of the bench that are about portfolios."""
    year = run("decomposed", FAMILIES, YEAR)
    sizes = [run("monolith", FAMILIES, hours) for hours in MONOLITH_HOURS]
    same = run("decomposed", FAMILIES, MONOLITH_HOURS[-1])
    first, last = sizes[0], sizes[-1]
    power = log(last["cpu"] / first["cpu"]) / log(MONOLITH_HOURS[-1] / MONOLITH_HOURS[0])
    extrapolated = last["cpu"] * (YEAR / MONOLITH_HOURS[-1]) ** power
    rows: list[Row] = [
        (
            f"commitment plan, {FAMILIES} families x {YEAR:,} h",
            f"{year['cpu']:.2f} CPU s, {year['peak_mib']:.0f} MiB",
            f"certified within {year['gap']:.1e}",
            "under 1 CPU s, 300 MiB and 1e-4",
        ),
        (
            f"  the same {MONOLITH_HOURS[-1]:,} h as one PuLP model with HiGHS",
            f"{last['cpu']:.1f} / {same['cpu']:.2f} CPU s, {last['peak_mib']:.0f} MiB",
            f"{last['cpu'] / same['cpu']:.0f}x the CPU, costs apart {abs(same['cost'] / last['cost'] - 1):.1e}",
            "within 1e-4",
        ),
        (
            f"  a year of it, extrapolated by hours^{power:.2f} from {MONOLITH_HOURS} h",
            f"{extrapolated:.0f} CPU s (not measured)",
            f"{extrapolated / year['cpu']:.0f}x the CPU",
            "at least 100x",
        ),
    ]
    if large:
        wide = run("decomposed", 200, YEAR)
        measured = f"{wide['cpu']:.1f} CPU s, {wide['peak_mib']:.0f} MiB"
        rows.append((f"200 families x {YEAR:,} h", measured, f"certified within {wide['gap']:.1e}", "under 40 CPU s"))
    return rows


def _case(families: int, hours: int) -> tuple[Any, list[Any]]:
    """A made estate and what is on offer: a plan for each family and one for all, at AWS-like rates."""
    from datetime import UTC, datetime
    from decimal import Decimal

    import numpy as np

    from costopt.economics.demand import HourlyDemand, UsageItem
    from costopt.economics.instruments import Instrument, InstrumentKind

    rng = np.random.default_rng(0)
    dollars = np.stack([_made_load(rng, hours) for _ in range(families)], axis=1)
    what = {"provider": "aws", "account": "1", "region": "eu-west-1", "service": "ec2", "variant": "linux"}
    items = tuple(UsageItem(family=f"f{number}", **what) for number in range(families))
    wide, narrow = rng.uniform(0.70, 0.80, families), rng.uniform(0.58, 0.67, families)
    common: dict[str, Any] = {
        "term_months": 12,
        "payment": "no_upfront",
        "hourly_cost": Decimal(1),
        "upfront": Decimal(0),
    }
    offers = [
        Instrument(
            id=f"family {number}",
            scope=items[number].label,
            kind=InstrumentKind.EC2_INSTANCE_SP,
            take=np.where(np.arange(families) == number, narrow, np.inf),
            **common,
        )
        for number in range(families)
    ]
    offers.append(Instrument(id="wide", scope="all", kind=InstrumentKind.COMPUTE_SP, take=wide, **common))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return HourlyDemand(items=items, dollars=dollars, start=start), offers


def _made_load(rng: Any, hours: int) -> Any:
    """Hourly dollars of one family: daily and weekly rhythm, growth, noise that lasts, batches and steps."""
    import numpy as np

    hour = np.arange(hours)
    daily = 1 + rng.uniform(0, 0.6) * np.cos(2 * np.pi * (hour - rng.integers(24)) / 24)
    weekly = np.where(hour // 24 % 7 >= 5, rng.uniform(0.5, 1), 1)
    load = rng.lognormal(2.0, 1.1) * daily * weekly * (1 + rng.uniform(-0.4, 0.8) * hour / hours)
    kind = rng.random()
    if kind < 0.25:
        load = load * (rng.random(hours) < rng.uniform(0.1, 0.6))
    elif kind > 0.8:
        load = load * np.where(hour > rng.integers(hours // 4, 3 * hours // 4), rng.uniform(0.2, 1.8), 1)
    noise = np.convolve(rng.normal(0, 0.05, hours), 0.9 ** np.arange(60))[:hours]
    return load * np.exp(noise)


def decomposed(families: int, hours: int) -> dict[str, float]:
    """The decomposition alone: bound and model cost, without rounding and simulation."""
    import resource

    from costopt.optimizer.bundle import minimise
    from costopt.optimizer.commitments.master import build_master
    from costopt.optimizer.commitments.options import good_start, largest_useful, list_options
    from costopt.optimizer.commitments.recourse import hourly_recourse
    from costopt.optimizer.commitments.terms import PlanTerms

    demand, offers = _case(families, hours)
    begin = _cpu()
    options = list_options(demand, offers, ())
    recourse = hourly_recourse(demand, options, (), PlanTerms())
    master, quantities = build_master(options, (), largest_useful(demand, options))
    start = good_start(demand, options, ())
    found = minimise(master, quantities, recourse, recourse.groups, start=start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": _cpu() - begin, "gap": found.gap, "cost": found.cost, "tries": found.iterations, "peak_mib": peak}


def monolith(families: int, hours: int) -> dict[str, float]:
    """The same as one PuLP model, handed to HiGHS in one call, which is the quickest way that is known."""
    import resource

    import pulp

    from costopt.optimizer.solver import expression, solve

    demand, offers = _case(families, hours)
    begin = _cpu()
    model = pulp.LpProblem("all", pulp.LpMinimize)
    bought = [model.add_variable(f"x{k}", 0) for k in range(len(offers))]
    costs = [(x, float(one.hourly_cost) * hours) for x, one in zip(bought, offers, strict=True)]
    rates = [float(one.take[k]) for k, one in enumerate(offers[:-1])]
    wide = offers[-1].take.tolist()
    for t, row in enumerate(demand.dollars.tolist()):
        left = [model.add_variable(f"o{t}_{u}", 0) for u in range(families)]
        paid = [model.add_variable(f"y{t}_{u}", 0) for u in range(families)]
        costs += [(one, 1.0) for one in left]
        for u, need in enumerate(row):
            cover = expression([(left[u], 1.0), (paid[u], 1.0), (bought[u], 1 / rates[u])])
            model.addConstraint(cover >= need, f"cover_{t}_{u}")
        use = expression([*zip(paid, wide, strict=True), (bought[-1], -1.0)])
        model.addConstraint(use <= 0.0, f"use_{t}")
    model.setObjective(expression(costs))
    found = solve(model)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": _cpu() - begin, "cost": found.objective, "peak_mib": peak}


def _cpu() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
