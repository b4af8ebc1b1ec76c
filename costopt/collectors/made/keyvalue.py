"""Caches and tables: ElastiCache and DynamoDB."""

from collections.abc import Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster

_LIVE = Place(people.PROD, people.VIRGINIA)
_LIVE_EU = Place(people.PROD, people.IRELAND)


def draw(plan: Plan) -> None:
    """Add caches and tables."""
    _caches(plan)
    _tables(plan)


def _caches(plan: Plan) -> None:
    for index in range(8):
        engine = ("redis", "valkey", "memcached")[index % 3]
        _cache(plan, plan.rng.choice((_LIVE, _LIVE_EU)), engine, metrics.counts(plan, 12, 400), (15.0, 75.0))
    # Up to six connections to a Redis node are the service's own.
    _cache(plan, _LIVE, "redis", metrics.counts(plan, 7, 12), (1.0, 4.0))
    _cache(plan, _LIVE, "redis", metrics.counts(plan, 1, 6.9), (0.1, 0.9), ("elasticache_idle",))
    _pair(plan)
    nobody = metrics.flat(plan, 0.0, DAY)
    for place, engine in ((_LIVE_EU, "valkey"), (_LIVE, "memcached")):
        _cache(plan, place, engine, nobody, (0.1, 0.9), ("elasticache_idle",))


def _pair(plan: Plan) -> None:
    """Two nodes of one group: a replica without clients waits for its turn."""
    group = f"sessions-{plan.hex_id('g', 5)[2:]}"
    _cache(plan, _LIVE, "redis", metrics.counts(plan, 20, 90), (20.0, 60.0), group=group)
    _cache(plan, _LIVE, "redis", metrics.counts(plan, 1, 6.9), (0.1, 0.9), group=group)


def _cache(
    plan: Plan,
    place: Place,
    engine: str,
    connections: Sequence[float],
    cpu: tuple[float, float],
    flags: Sequence[str] = (),
    *,
    group: str | None = None,
) -> None:
    who = people.own(plan, place, "cache")
    name = f"{who.name}-{plan.hex_id('c', 5)[2:]}"
    spec = ElasticacheCluster(
        node_type="cache.m6g.large", nodes=1, engine=engine, status="available", replication_group_id=group
    )
    arn = f"arn:aws:elasticache:{place.region}:{place.account}:cluster:{name}"
    cache = plan.add(
        place, name, spec, Identity(name=name, tags=who.tags), age_days=plan.between(60, 700), arn=arn, flags=flags
    )
    plan.measure(cache, "cache_connections_max", DAY, connections)
    plan.measure(cache, "cache_cpu_max_percent", DAY, metrics.steady(plan, *cpu, DAY))
    if engine == "memcached":
        hits = metrics.flat(plan, 0.0, DAY) if flags else metrics.counts(plan, 1e5, 1e7)
        plan.measure(cache, "cache_commands", DAY, hits)


def _tables(plan: Plan) -> None:
    for _ in range(8):
        _table(plan, people.any_place(plan), 0, 0, (metrics.counts(plan, 1e4, 9e6), metrics.counts(plan, 1e4, 9e6)))
    for _ in range(3):
        # Between 40 and 75 % of the capacity all day.
        used = metrics.counts(plan, 0.4 * 200 * DAY, 0.75 * 200 * DAY)
        _table(plan, people.any_place(plan), 200, 200, (used, metrics.share(used, plan.between(0.7, 1.0))))
    nothing = metrics.silent(plan, DAY)
    for units in (100, 0):
        _table(plan, _LIVE, units, units, (nothing, nothing), ("dynamodb_unused",))
    late = metrics.once(plan, plan.rng.randint(20, 28), 40.0)
    _table(plan, _LIVE, 0, 0, (late, nothing))
    _table(plan, _LIVE, 0, 0, (nothing, nothing), replicas=(people.IRELAND,))
    for share, flags in ((0.097, ("dynamodb_overprovisioned",)), (0.05, ("dynamodb_overprovisioned",)), (0.13, ())):
        full_day = 400 * DAY
        used = metrics.counts(plan, 0.02 * full_day, share * full_day)
        used[-plan.rng.randint(1, 6)] = float(int(share * full_day))  # the busiest day of the last week
        _table(plan, _LIVE, 400, 400, (used, metrics.share(used, 0.85)), flags)


def _table(
    plan: Plan,
    place: Place,
    read_units: int,
    write_units: int,
    used: tuple[Sequence[float | None], Sequence[float | None]],
    flags: Sequence[str] = (),
    *,
    replicas: tuple[str, ...] = (),
) -> None:
    owner = people.any_team(plan)
    content = plan.rng.choice(("state", "events", "locks", "sessions"))
    name = f"{plan.rng.choice(owner.services)}-{content}-{plan.hex_id('t', 5)[2:]}"
    spec = DynamoDbTable(
        billing_mode="provisioned" if read_units else "on_demand",
        status="ACTIVE",
        size_bytes=int(plan.between(40, 400) * 1024**3),
        items=plan.rng.randint(10_000, 9_000_000),
        read_capacity_units=read_units,
        write_capacity_units=write_units,
        replica_regions=replicas,
    )
    who = Identity(name=name, tags={"team": owner.name, "env": people.ACCOUNTS[place.account]})
    arn = f"arn:aws:dynamodb:{place.region}:{place.account}:table/{name}"
    table = plan.add(place, name, spec, who, age_days=plan.between(60, 900), arn=arn, flags=flags)
    for metric, values in zip(("dynamodb_read_units", "dynamodb_write_units"), used, strict=True):
        plan.measure(table, metric, DAY, values)
