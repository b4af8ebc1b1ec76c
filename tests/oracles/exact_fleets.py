"""Fleets by trying everything: what small knapsacks, packings and coverings must come to."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import product

from costopt.model.shape import Shape
from costopt.optimizer.fleets.service import Market, Pool, Resource, Service

Size = tuple[int, int]
"""CPU and memory, in whole numbers."""


def shape(name: str, vcpu: int, memory_gib: float, gpus: int = 0) -> Shape:
    return Shape(
        instance_type=name,
        family=name.partition(".")[0],
        vcpu=vcpu,
        memory_gib=memory_gib,
        architectures=("x86_64",),
        current_generation=True,
        burstable=False,
        bare_metal=False,
        gpu_count=gpus,
    )


def contents(sizes: Sequence[Size], room: Size, pods: int, copies: Sequence[int]) -> list[tuple[int, ...]]:
    """All numbers of each kind that fit into a node."""
    return [
        counts
        for counts in product(*(range(most + 1) for most in copies))
        if sum(counts) <= pods
        and all(sum(n * size[axis] for n, size in zip(counts, sizes, strict=True)) <= room[axis] for axis in (0, 1))
    ]


def cheapest_nodes(
    sizes: Sequence[Size], rooms: Sequence[tuple[Size, int]], prices: Sequence[Decimal], demand: Sequence[int]
) -> Decimal:
    """The least price of nodes that carry the demand: in every way, a node for the first kind that is left."""

    @cache
    def rest(left: tuple[int, ...]) -> Decimal:
        if not any(left):
            return Decimal(0)
        first = next(kind for kind, count in enumerate(left) if count)
        ways = [
            price + rest(tuple(have - took for have, took in zip(left, content, strict=True)))
            for (room, pods), price in zip(rooms, prices, strict=True)
            for content in contents(sizes, room, pods, left)
            if content[first]
        ]
        return min(ways, default=Decimal("Infinity"))

    return rest(tuple(demand))


def keeps(service: Service, running: Sequence[tuple[Pool, int]]) -> bool:
    """Whether a fleet keeps all that its service asks for; each rule is looked at on its own."""
    running = [(pool, count) for pool, count in running if count]
    zones = {pool.zone for pool, _ in running}
    spot = [(pool, count) for pool, count in running if pool.market is Market.SPOT]
    by_market = {
        market: sum(pool.capacity(service.measure) * count for pool, count in running if pool.market is market)
        for market in Market
    }
    need, instances = service.need(service.measure), sum(count for _, count in running)
    share = service.largest_pool_share * need + 1e-9
    return (
        all(carries(service, running, lost) for lost in (zones | {""} if service.survives_zone_loss else {""}))
        and by_market[Market.ON_DEMAND] >= service.on_demand_fraction * need - 1e-9
        and (service.largest_pool_share == 1 or all(_dependable(service, *one) <= share for one in spot))
        and (not spot or len(spot) >= service.least_pools)
        and (service.most_pools is None or len(spot) <= service.most_pools)
        and service.least_instances <= instances
        and (service.most_instances is None or instances <= service.most_instances)
        and all(_zone(service, running, zone) for zone in zones)
        and all(pool.limit is None or count <= pool.limit for pool, count in running)
    )


def carries(service: Service, running: Sequence[tuple[Pool, int]], lost: str) -> bool:
    """Whether the need is met when one zone is gone, with spot counted without what interruptions take."""
    return all(
        sum(
            pool.capacity(resource) * (1 - pool.interruption_rate) * count
            for pool, count in running
            if pool.zone != lost
        )
        >= service.need(resource) - 1e-9
        for resource in Resource
    )


def cheapest_counts(service: Service, pools: Sequence[Pool], most: int) -> Decimal | None:
    """The least price of at most so many instances of each pool that keep the service, None where none do."""
    costs = [
        sum((pool.hourly_price * count for pool, count in zip(pools, counts, strict=True)), Decimal(0))
        for counts in product(range(most + 1), repeat=len(pools))
        if keeps(service, list(zip(pools, counts, strict=True)))
    ]
    return min(costs, default=None)


def _dependable(service: Service, pool: Pool, count: int) -> float:
    return pool.capacity(service.measure) * (1 - pool.interruption_rate) * count


def _zone(service: Service, running: Sequence[tuple[Pool, int]], zone: str) -> bool:
    capacity = [(pool.zone, pool.capacity(service.measure) * count) for pool, count in running]
    total = sum(amount for _, amount in capacity)
    return sum(amount for place, amount in capacity if place == zone) <= service.largest_zone_share * total + 1e-9
