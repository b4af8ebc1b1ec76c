"""What planning fleets takes, how near to the bound they are, and what first-fit decreasing costs; made catalogs."""

import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from costopt.model.shape import Shape
from costopt.optimizer.fleets.packing import pack
from costopt.optimizer.fleets.pods import NodeType, PodKind, node_type
from costopt.optimizer.fleets.provisioning import plan_fleet
from costopt.optimizer.fleets.service import Market, Pool, Service

Row = Sequence[str]

SEEDS = range(3)
_SIZES = (2, 4, 8, 16, 32, 48, 64, 96)
_DOLLARS = {"c": 0.0425, "m": 0.048, "r": 0.063}
"""An hour of one vCPU, about AWS's prices; 2, 4 and 8 GiB come with it."""
_CORES = (0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12)


def made_shapes(seed: int) -> list[tuple[Shape, float]]:
    """384 types of 48 families, and dollars an hour of each."""
    rng, found = np.random.default_rng(seed), []
    for generation in (4, 5, 6, 7):
        for kind, dollars in _DOLLARS.items():
            for suffix, factor in (("", 1.0), ("a", 0.9), ("g", 0.8), ("n", 1.25)):
                family = f"{kind}{generation}{suffix}"
                price = dollars * (1 + 0.03 * (generation - 5)) * factor * rng.uniform(0.98, 1.02)
                for vcpu in _SIZES:
                    memory = vcpu * {"c": 2, "m": 4, "r": 8}[kind]
                    found.append((_shape(f"{family}.v{vcpu}", family, vcpu, memory), round(price * vcpu, 4)))
    return found


def made_pods(kinds: int, pods: int, seed: int) -> tuple[list[PodKind], list[NodeType]]:
    """Pods of so many kinds, and 64 types of nodes on offer."""
    rng = np.random.default_rng(seed)
    shapes = [one for one in made_shapes(seed) if not one[0].family.endswith("g")]
    chosen = [shapes[place] for place in rng.choice(len(shapes), 64, replace=False)]
    cores = rng.choice(_CORES, kinds)
    memory = np.ceil(cores * rng.choice([1, 2, 3, 4, 6, 8, 12], kinds) * rng.uniform(0.8, 1.2, kinds))
    counts = rng.multinomial(pods, rng.dirichlet(np.ones(kinds)))
    made = [
        PodKind(name=f"kind{place}", cpu=float(cores[place]), memory_gib=float(memory[place]), count=int(count))
        for place, count in enumerate(counts)
        if count
    ]
    return made, [node_type(shape, Decimal(str(price)), most_pods=250) for shape, price in chosen]


def packing(kinds: int = 20, pods: int = 600) -> list[Row]:
    """Gap of packings and what first-fit decreasing costs more, the worst of three instances."""
    found = []
    for seed in SEEDS:
        made, types = made_pods(kinds, pods, seed)
        begin = time.process_time()
        plan = pack(made, types)
        found.append((time.process_time() - begin, plan.gap, float(plan.first_fit_cost / plan.bound - 1)))
    seconds, gaps, excess = zip(*found, strict=True)
    return [
        (
            f"{pods} pods of {kinds} kinds onto 64 node types, {len(found)} instances",
            f"{max(seconds):.1f} CPU s, gap {max(gaps):.2%}",
            f"first-fit decreasing {min(excess):.1%} to {max(excess):.1%} above the bound",
            "within 2 % of the bound",
        )
    ]


def covering(seed: int = 0) -> list[Row]:
    """The fleet of one service over 384 types, three zones and two markets."""
    rng, pools = np.random.default_rng(seed), []
    for shape, price in made_shapes(seed):
        speed = 1 + 0.12 * (int(shape.family[1]) - 5)
        rate, discount = float(rng.choice([0.03, 0.08, 0.12, 0.18, 0.25])), rng.uniform(0.28, 0.6)
        for zone in "abc":
            dollars = Decimal(str(price)), Decimal(str(round(price * discount * rng.uniform(0.9, 1.15), 4)))
            fields = {"shape": shape, "zone": zone, "performance": speed}
            pools.append(Pool(**fields, market=Market.ON_DEMAND, hourly_price=dollars[0]))
            pools.append(Pool(**fields, market=Market.SPOT, hourly_price=dollars[1], interruption_rate=rate))
    asked = Service(name="web", cpu=600.0, memory_gib=2400.0, largest_pool_share=0.15, most_pools=8)
    begin = time.process_time()
    fleet = plan_fleet(asked, pools)
    spent = time.process_time() - begin
    return [
        (
            f"fleet of 600 vCPUs from {len(pools):,} pools (types, zones, markets)",
            f"{spent:.1f} CPU s",
            f"proven gap {fleet.gap:.2%}",
            "at most 0.1 %",
        )
    ]


def fleets() -> list[Row]:
    """All rows of the bench that are about fleets."""
    return [*packing(10, 100), *packing(20, 600), *covering()]


def _shape(name: str, family: str, vcpu: int, memory_gib: float) -> Shape:
    return Shape(
        instance_type=name,
        family=family,
        vcpu=vcpu,
        memory_gib=float(memory_gib),
        architectures=("x86_64",),
        current_generation=True,
        burstable=False,
        bare_metal=False,
    )


if __name__ == "__main__":
    for row in fleets():
        print(" | ".join(row))
