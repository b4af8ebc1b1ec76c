"""What choosing sizes costs, with what is proved of the choice, in a process of its own."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.feasibility import Load
from costopt.economics.instruments import Instrument, InstrumentKind
from costopt.model.shape import Shape
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.coupling import Coupling, OptionTable, Pool, Quota, Scope, list_options, prune_all
from costopt.optimizer.sizing.joint.decision import plan_sizes_and_commitments
from costopt.optimizer.sizing.joint.problem import JointProblem, usage_items
from costopt.optimizer.sizing.machines import Catalog, Machine, tabulate
from costopt.optimizer.sizing.relax_and_fix import assign
from costopt.optimizer.sizing.workload import Workload

Row = Sequence[str]

SIZES = (2, 4, 8, 16, 32, 48, 64, 96)
KINDS = {"c": (2, 0.0425), "m": (4, 0.048), "r": (8, 0.063)}
"""GiB a vCPU, and dollars an hour of a vCPU about which prices are drawn."""
MAKES = {"": (1.0, 1.0), "a": (0.9, 0.97), "g": (0.8, 0.95), "n": (1.25, 1.0)}
"""Price and performance over that of the plain family."""
MAX_FAMILIES = 10
HOURS = 8760


def made_catalog(seed: int = 0) -> Catalog:
    """About 400 types in 50 families, with prices and performance drawn like a provider's."""
    rng = np.random.default_rng(seed)
    machines, performance = [], {}
    families = [(kind, make, generation) for generation in (4, 5, 6, 7) for kind in KINDS for make in MAKES]
    families += [("m", "i", 7), ("c", "i", 7)]
    for kind, make, generation in families:
        family = f"{kind}{generation}{make}"
        gib, price = KINDS[kind]
        dearer, faster = MAKES.get(make, (1.02, 1.05))
        price *= (1 + 0.03 * (generation - 5)) * dearer * rng.uniform(0.98, 1.02)
        performance[family] = (1 + 0.12 * (generation - 5)) * faster
        machines += [_machine(family, vcpu, gib * vcpu, price * vcpu, arm=make == "g") for vcpu in SIZES]
    return tabulate(machines, performance=performance)


def _machine(family: str, vcpu: int, memory: float, price: float, *, arm: bool) -> Machine:
    shape = Shape(
        instance_type=f"{family}.{vcpu}",
        family=family,
        vcpu=vcpu,
        memory_gib=memory,
        architectures=("arm64",) if arm else ("x86_64",),
        current_generation=True,
        burstable=False,
        bare_metal=False,
    )
    return Machine(shape=shape, region="eu-west-1", hourly=Decimal(f"{price:.4f}"))


def made_workloads(number: int, seed: int = 1) -> tuple[Workload, ...]:
    """Workloads of log-normal size, 60 % of which scale out and 45 % of which also run on Arm."""
    rng = np.random.default_rng(seed)
    found = []
    for place in range(number):
        scales = rng.random() < 0.6
        cpu = rng.lognormal(2.2, 1.0) if scales else min(88.0, rng.lognormal(1.4, 0.9))
        memory = cpu * rng.choice([1.5, 3, 4, 6, 8], p=[0.2, 0.2, 0.3, 0.2, 0.1])
        memory = memory if scales else min(memory, 700.0)
        load = Load(
            peak_vcpu=cpu, mean_vcpu=cpu / 3, memory_gib=memory, network_gbps=None, ebs_mibps=None, ebs_iops=None
        )
        found.append(
            Workload(
                name=f"w{place}",
                account="111122223333",
                load=load,
                regions=frozenset({"eu-west-1"}),
                architectures=frozenset({"x86_64", "arm64"} if rng.random() < 0.45 else {"x86_64"}),
                min_replicas=int(rng.integers(1, 4)) if scales else 1,
                max_replicas=200 if scales else 1,
            )
        )
    return tuple(found)


def made_coupling(table: OptionTable, catalog: Catalog, seed: int = 3) -> Coupling:
    """Quotas below the largest family's unlimited use, reserved pools in four families, at most ten families."""
    rng = np.random.default_rng(seed)
    first = np.unique(table.workload, return_index=True)[1]
    cheapest = [rows[np.argmin(table.hourly[rows])] for rows in np.split(np.arange(len(table.workload)), first[1:])]
    vcpu = np.bincount(table.family[cheapest], table.vcpu[cheapest], len(catalog.families))
    limit = max(0.45 * vcpu.max(), 1.2 * vcpu.sum() / MAX_FAMILIES)
    quotas = [Quota(name=f"vcpu {f}", vcpus=limit, scope=Scope(families=frozenset({f}))) for f in catalog.families]
    reserved = rng.choice(catalog.families, 4, replace=False)
    hourly = Decimal(f"{0.05 * table.hourly[cheapest].sum():.4f}")
    pools = [Pool(name=f"reserved {f}", hourly=hourly, scope=Scope(families=frozenset({f}))) for f in reserved.tolist()]
    return Coupling(quotas=tuple(quotas), pools=tuple(pools), max_families=MAX_FAMILIES)


def place(number: int) -> dict[str, float]:
    """Find, prune and assign so many workloads over the catalog; CPU seconds, options, gap."""
    catalog, workloads = made_catalog(), made_workloads(number)
    begun = time.process_time()
    found = find_candidates(workloads, catalog)
    listed = time.process_time()
    rough = list_options(found, catalog, Coupling())
    coupling = made_coupling(rough, catalog)
    pruning = time.process_time()
    pruned = prune_all(found, catalog, coupling)
    table = list_options(pruned, catalog, coupling)
    chosen = assign(table, coupling)
    ended = time.process_time()
    return {
        "seconds": ended - pruning + listed - begun,
        "finding": listed - begun,
        "options": float(sum(len(one.machine) for one in found)),
        "kept": float(len(table.workload)),
        "gap": chosen.gap,
        "cost": chosen.cost,
        "bound": chosen.bound,
    }


def decide(number: int, hours: int = HOURS) -> dict[str, float]:
    """Sizes of so many workloads and commitments together; CPU seconds, gap, and the saving over either order."""
    catalog, workloads = made_catalog(), made_profiles(made_workloads(number))
    profiles = np.stack([_daily(hours, share, np.random.default_rng(n)) for n, share in enumerate((1.0, 0.7, 0.4))], 1)
    found = find_candidates(workloads, catalog)
    items = usage_items(found, catalog)
    base = HourlyDemand(items=items, dollars=np.zeros((hours, len(items))), start=datetime(2026, 1, 1, tzinfo=UTC))
    problem = JointProblem(
        candidates=found,
        catalog=catalog,
        base=base,
        profiles=profiles,
        offers=made_offers(items),
        terms=PlanTerms(family_bound_share=None, trials=100),
    )
    begun = time.process_time()
    planned = plan_sizes_and_commitments(problem)
    return {
        "seconds": time.process_time() - begun,
        "gap": planned.gap,
        "cost": float(planned.cost),
        "sizes first": float(planned.orders["sizes, then commitments"]),
        "iterations": planned.iterations,
    }


def made_profiles(workloads: Sequence[Workload]) -> tuple[Workload, ...]:
    """Every third workload follows the same profile."""
    return tuple(replace(one, profile=place % 3) for place, one in enumerate(workloads))


def made_offers(items: Sequence[UsageItem], seed: int = 4) -> tuple[Instrument, ...]:
    """A plan for each family at 0.58 to 0.67 of on demand, and one for all at 0.70 to 0.80, one year, no upfront."""
    rng = np.random.default_rng(seed)
    wide, bound = rng.uniform(0.70, 0.80, len(items)), rng.uniform(0.58, 0.67, len(items))
    one = [_offer("compute_sp", InstrumentKind.COMPUTE_SP, wide)]
    for place, item in enumerate(items):
        take = np.where(np.arange(len(items)) == place, bound, np.inf)
        one.append(_offer(f"ec2_instance_sp {item.family}", InstrumentKind.EC2_INSTANCE_SP, take))
    return tuple(one)


def _offer(name: str, kind: InstrumentKind, take: np.ndarray) -> Instrument:
    return Instrument(
        id=name,
        kind=kind,
        scope=name,
        term_months=12,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=take,
    )


def _daily(hours: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Up by day, down to a share by night, with noise; 0..1, [hours]."""
    wave = share + (1 - share) * (0.5 + 0.5 * np.cos(2 * np.pi * (np.arange(hours) % 24 - 14) / 24))
    return np.clip(wave * rng.uniform(0.95, 1.0, hours), 0.0, 1.0)


def sizes() -> list[Row]:
    """All rows of the bench that are about sizes."""
    rows: list[Row] = []
    for number, claim in ((500, "gap at most 0.25 % in 15 CPU s"), (5000, "15 CPU s")):
        found = place(number)
        rows.append(
            (
                f"sizes of {number:,} workloads over 400 types, quotas, pools, at most {MAX_FAMILIES} families",
                f"{found['seconds']:.1f} CPU s, {found['options']:,.0f} options, {found['kept']:,.0f} after pruning",
                f"proven gap {100 * found['gap']:.2f} %",
                claim,
            )
        )
    found = decide(100)
    rows.append(
        (
            "sizes of 100 workloads and commitments together, 50 families x 8,760 h",
            f"{found['seconds']:.1f} CPU s, {found['iterations']:.0f} points tried",
            f"proven gap {100 * found['gap']:.2f} %, {100 * (1 - found['cost'] / found['sizes first']):.2f} % below one"
            " after the other",
            "never above one after the other",
        )
    )
    return rows


if __name__ == "__main__":
    for number in map(int, sys.argv[1:]):
        print(number, place(number))
