"""Small estates for tests of sizing, and answers that are found by trying everything."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.feasibility import Load
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.model.shape import Shape
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.optimizer.sizing.candidates import find_candidates
from costopt.optimizer.sizing.coupling import Coupling, OptionTable
from costopt.optimizer.sizing.joint.columns import usage_items
from costopt.optimizer.sizing.joint.problem import JointOptions, JointProblem
from costopt.optimizer.sizing.machines import Machine, tabulate
from costopt.optimizer.sizing.workload import Workload

ACCOUNT = "111122223333"
REGION = "eu-west-1"
START = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = {"large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16}
GIB_PER_VCPU = {"c": 2, "m": 4, "r": 8, "t": 4, "g": 4}


def made_shape(name: str, **fields) -> Shape:
    family, _, size = name.partition(".")
    given = {
        "instance_type": name,
        "family": family,
        "vcpu": SIZES[size],
        "memory_gib": float(SIZES[size] * GIB_PER_VCPU[family[0]]),
        "architectures": ("arm64",) if family.endswith("g") else ("x86_64",),
        "current_generation": True,
        "burstable": family.startswith("t"),
        "bare_metal": False,
        "hypervisor": "nitro",
        **fields,
    }
    return Shape(**given)


def machine(name: str, hourly: str, *, region: str = REGION, platform: str = "linux", **fields) -> Machine:
    cores, sockets = fields.pop("cores", None), fields.pop("sockets", None)
    return Machine(
        shape=made_shape(name, **fields),
        region=region,
        hourly=Decimal(hourly),
        platform=platform,
        cores=cores,
        sockets=sockets,
    )


def load(vcpu: float = 1.0, memory: float = 1.0, **fields) -> Load:
    given = {"peak_vcpu": vcpu, "mean_vcpu": vcpu / 2, "memory_gib": memory, **fields}
    return Load(**({"network_gbps": None, "ebs_mibps": None, "ebs_iops": None} | given))


def workload(name: str = "w", **fields) -> Workload:
    given = {"name": name, "account": ACCOUNT, "regions": frozenset({REGION}), "load": load(), **fields}
    return Workload(**given)


def everything(table: OptionTable) -> Iterator[np.ndarray]:
    """Every choice of one row for each workload."""
    rows = [np.flatnonzero(table.workload == place).tolist() for place in range(len(table.workloads))]
    return (np.array(choice) for choice in itertools.product(*rows))


def cheapest_by_trying(table: OptionTable, coupling: Coupling) -> float | None:
    """Least cost of all choices that keep the limits, None where none does; worked out apart from the solver."""
    costs = [_cost(table, coupling, choice) for choice in everything(table)]
    kept = [cost for cost in costs if cost is not None]
    return min(kept, default=None)


def _cost(table: OptionTable, coupling: Coupling, choice: np.ndarray) -> float | None:
    if coupling.max_families is not None and len(set(table.family[choice].tolist())) > coupling.max_families:
        return None
    for quota, cells in zip(coupling.quotas, table.in_quota, strict=True):
        if sum(table.vcpu[row] for row in choice if cells[table.cell[row]]) > quota.vcpus + 1e-9:
            return None
    cost = sum(table.on_demand[row] + table.licence[row] for row in choice)
    for pool, cells in zip(coupling.pools, table.in_pool, strict=True):
        cost -= min(float(pool.hourly), sum(table.on_demand[row] for row in choice if cells[table.cell[row]]))
    return float(cost)


def plan(name: str, items, families: Sequence[str] | None, ratio: float, *, months: int = 12) -> Instrument:
    """A plan without upfront at one rate for all, or for the families given."""
    take = [ratio if families is None or item.family in families else np.inf for item in items]
    kind = InstrumentKind.COMPUTE_SP if families is None else InstrumentKind.EC2_INSTANCE_SP
    scope = "everything" if families is None else " ".join((*families, "linux", REGION))
    return Instrument(
        id=name,
        kind=kind,
        scope=scope,
        term_months=months,
        payment="no_upfront",
        hourly_cost=Decimal(1),
        upfront=Decimal(0),
        take=np.array(take),
        step=Decimal("0.001"),
    )


def owned(instrument: Instrument, quantity: str, hours: int) -> Holding:
    """Bought a while ago, ending so many hours after the start."""
    start, end = START - timedelta(days=100), START + timedelta(hours=hours)
    return Holding(instrument=instrument, quantity=Decimal(quantity), start=start, end=end, owned=True)


def estate(
    machines: Sequence[Machine],
    workloads: Sequence[Workload],
    *,
    hours: int = 48,
    profiles: np.ndarray | None = None,
    base: dict[str, np.ndarray] | None = None,
    offers=(),
    held=(),
    terms: PlanTerms | None = None,
) -> JointProblem:
    """A joint problem. `offers` and `held` are functions of the items."""
    catalog = tabulate(machines)
    candidates = find_candidates(workloads, catalog)
    items = usage_items(candidates, catalog)
    dollars = np.zeros((hours, len(items)))
    for family, column in (base or {}).items():
        dollars[:, [item.family for item in items].index(family)] += column
    return JointProblem(
        candidates=candidates,
        catalog=catalog,
        base=HourlyDemand(items=items, dollars=dollars, start=START),
        profiles=np.ones((hours, 1)) if profiles is None else profiles,
        offers=tuple(make(items) for make in offers),
        owned=tuple(make(items) for make in held),
        terms=terms or PlanTerms(family_bound_share=None),
    )


def best_by_trying(options: JointOptions) -> Decimal:
    """Cost of the best choice of sizes with the commitments planned for each, owned ones and licences included."""
    problem = options.problem
    rows = [np.flatnonzero(options.workload == place).tolist() for place in range(len(problem.candidates))]
    costs = []
    for choice in itertools.product(*rows):
        chosen = np.array(choice)
        found = plan_commitments(options.demand(chosen), problem.offers, problem.owned, problem.terms)
        costs.append(found.bill.total + options.licence_cost(chosen))
    return min(costs)
