"""Relational databases: RDS instances, Aurora clusters, their snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from costopt.collectors.made import metrics, people
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsCluster, RdsInstance, RdsSnapshot

_GIB = 1024**3
_LIVE = Place(people.PROD, people.VIRGINIA)
_LIVE_EU = Place(people.PROD, people.IRELAND)
_MART = Place(people.DATA, people.VIRGINIA)
_TEST = Place(people.DEV, people.VIRGINIA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What is fixed of a database before it is placed."""

    instance_class: str = "db.m6g.large"
    """Such as `db.m6g.large`."""
    engine: str = "postgres"
    """Engine."""
    version: str = "17.6"
    """Its version; in standard support unless planted."""
    memory_gib: float = 8
    """Memory of the class."""
    fields: dict[str, Any] = field(default_factory=dict)
    """Further fields of its specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseLoad:
    """What is measured of it."""

    connections: Sequence[float | None]
    """Daily greatest number of connections."""
    cpu: Sequence[float | None]
    """Hourly peak CPU in percent."""
    free_share: tuple[float, float]
    """Range of the free part of the memory, 0..1."""
    operations: tuple[float, float] = (20.0, 900.0)
    """Range of the daily mean of reads (and of writes) a second."""


def draw(plan: Plan) -> None:
    """Add the databases."""
    _healthy(plan)
    _wasteful(plan)
    _clusters(plan)
    _snapshots(plan)


def _database(
    plan: Plan,
    place: Place,
    database: Database,
    load: DatabaseLoad,
    flags: Sequence[str] = (),
    age_days: float | None = None,
) -> Resource:
    who = people.own(plan, place, "db")
    name = f"{who.name}-{plan.hex_id('d', 5)[2:]}"
    spec = RdsInstance(
        **{
            "instance_class": database.instance_class,
            "engine": database.engine,
            "engine_version": database.version,
            "status": "available",
            "multi_az": False,
            "storage_type": "gp3",
            "storage_gib": plan.rng.choice((100, 200, 400)),
            "license_model": "postgresql-license" if "postgres" in database.engine else "general-public-license",
            **database.fields,
        }
    )
    arn = f"arn:aws:rds:{place.region}:{place.account}:db:{name}"
    age = plan.between(60, 900) if age_days is None else age_days
    resource = plan.add(place, name, spec, Identity(name=name, tags=who.tags), age_days=age, arn=arn, flags=flags)
    free = [share * database.memory_gib * _GIB for share in load.free_share]
    plan.measure(resource, "db_connections_max", DAY, load.connections)
    plan.measure(resource, "db_cpu_max_percent", HOUR, load.cpu)
    plan.measure(resource, "db_freeable_memory_min_bytes", HOUR, metrics.counts(plan, free[0], free[1], HOUR))
    plan.measure(resource, "db_read_ops_per_second", DAY, metrics.steady(plan, *load.operations, DAY))
    plan.measure(resource, "db_write_ops_per_second", DAY, metrics.steady(plan, *load.operations, DAY))
    return resource


def _busy(plan: Plan) -> DatabaseLoad:
    return DatabaseLoad(
        connections=metrics.counts(plan, 20, 300),
        cpu=metrics.working_week(plan, 25, plan.between(78, 90)),
        free_share=(0.08, 0.14),
    )


def _quiet(plan: Plan, connections: Sequence[float | None]) -> DatabaseLoad:
    return DatabaseLoad(
        connections=connections,
        cpu=metrics.peaking(plan, 0.5, plan.under(3.5)),
        free_share=(0.08, 0.12),
        operations=(0.0, 0.3),
    )


def _healthy(plan: Plan) -> None:
    eight = Database(version="8.4.4", engine="mysql")
    for place, database in (
        (_LIVE, Database(fields={"multi_az": True})),
        (_LIVE, Database(instance_class="db.r6g.large", memory_gib=16, fields={"multi_az": True})),
        (_LIVE, eight),
        (_LIVE_EU, Database(instance_class="db.r6g.xlarge", memory_gib=32, fields={"multi_az": True})),
        (_LIVE_EU, eight),
        (_MART, Database(instance_class="db.m6g.xlarge", memory_gib=16)),
        (_TEST, Database(version="18.1")),
        (Place(people.PROD, people.FRANKFURT), Database(instance_class="db.m6g.large")),
    ):
        _database(plan, place, database, _busy(plan))
    source = _database(plan, _LIVE, Database(instance_class="db.r6g.large", memory_gib=16), _busy(plan))
    replica = Database(instance_class="db.r6g.large", memory_gib=16, fields={"replica_of": source.id})
    _database(plan, _LIVE, replica, _busy(plan))
    _nearly_idle(plan)
    _stand_by(plan)


def _nearly_idle(plan: Plan) -> None:
    """A few connections, a single one within the fortnight, or too young to be judged."""
    tiny = Database(instance_class="db.t4g.micro", memory_gib=1)
    _database(plan, _TEST, tiny, _quiet(plan, metrics.counts(plan, 1, 3)))
    _database(plan, _TEST, Database(), _quiet(plan, _one_connection(plan, plan.rng.randint(11, 13))))
    _database(plan, _TEST, Database(), _quiet(plan, metrics.flat(plan, 0.0, DAY)), age_days=plan.between(2, 6))


def _stand_by(plan: Plan) -> None:
    """Without connections and yet not idle: a replica, a stopped one, one that works for itself."""
    nobody = metrics.flat(plan, 0.0, DAY)
    source = _database(plan, _LIVE, Database(), _busy(plan))
    _database(plan, _LIVE, Database(fields={"replica_of": source.id}), _quiet(plan, nobody))
    gone = metrics.silent(plan)
    stopped = DatabaseLoad(connections=metrics.silent(plan, DAY), cpu=gone, free_share=(0.1, 0.2))
    _database(plan, _TEST, Database(fields={"status": "stopped"}), stopped)
    working = DatabaseLoad(
        connections=nobody, cpu=metrics.nightly_batch(plan, 2.0, plan.between(80, 95)), free_share=(0.08, 0.12)
    )
    _database(plan, _MART, Database(), working)


def _one_connection(plan: Plan, days_ago: int) -> list[float]:
    values = metrics.flat(plan, 0.0, DAY)
    values[-days_ago] = 1.0
    return values


def _wasteful(plan: Plan) -> None:
    _database(plan, _TEST, Database(), _quiet(plan, metrics.flat(plan, 0.0, DAY)), ("rds_idle",))
    _database(plan, _MART, Database(), _quiet(plan, _one_connection(plan, plan.rng.randint(15, 17))), ("rds_idle",))
    # Its price is not in the catalog: idle all the same.
    _database(plan, _LIVE_EU, Database(), _quiet(plan, metrics.flat(plan, 0.0, DAY)), ("rds_idle",))
    half_used = DatabaseLoad(
        connections=metrics.counts(plan, 5, 60),
        cpu=metrics.working_week(plan, 5, plan.between(18, 26)),
        free_share=(0.7, 0.8),
    )
    for instance_class, memory in (("db.r6g.2xlarge", 64), ("db.m6g.2xlarge", 32)):
        database = Database(instance_class=instance_class, memory_gib=memory)
        _database(plan, _LIVE, database, half_used, ("rds_rightsize",))
    _outdated(plan)


def _outdated(plan: Plan) -> None:
    """Old classes, which only old engines still run on, and old engines on newer classes."""
    both = ("rds_previous_generation", "rds_extended_support")
    for instance_class, engine, version, memory, flags in (
        ("db.m4.large", "postgres", "12.22", 8.0, both),
        ("db.r4.large", "mysql", "5.7.44", 15.25, both),
        ("db.m5.large", "mysql", "5.7.44", 8.0, both[1:]),
        ("db.m6g.large", "postgres", "12.22", 8.0, both[1:]),
    ):
        database = Database(instance_class=instance_class, engine=engine, version=version, memory_gib=memory)
        _database(plan, _LIVE, database, _busy(plan), flags)


def _clusters(plan: Plan) -> None:
    for place, engine, version in (
        (_LIVE, "aurora-postgresql", "17.5"),
        (_LIVE, "aurora-mysql", "8.0.mysql_aurora.3.08.0"),
        (_LIVE_EU, "aurora-postgresql", "17.5"),
        (_MART, "aurora-postgresql", "16.9"),
    ):
        who = people.own(plan, place, "cluster")
        name = f"{who.name}-{plan.hex_id('c', 5)[2:]}"
        member = Database(
            instance_class="db.r6g.large",
            engine=engine,
            version=version,
            memory_gib=16,
            fields={"cluster_id": name, "storage_type": "aurora", "storage_gib": 1},
        )
        members = [_database(plan, place, member, _busy(plan)).id for _ in range(plan.rng.randint(1, 2))]
        if engine == "aurora-mysql":
            # A reader that waits to take over; nobody reads from it.
            members.append(_database(plan, place, member, _quiet(plan, metrics.flat(plan, 0.0, DAY))).id)
        spec = RdsCluster(
            engine=engine,
            engine_version=version,
            status="available",
            member_ids=tuple(sorted(members)),
            storage_type="aurora",
        )
        arn = f"arn:aws:rds:{place.region}:{place.account}:cluster:{name}"
        plan.add(place, name, spec, Identity(name=name, tags=who.tags), age_days=plan.between(60, 900), arn=arn)


def _snapshots(plan: Plan) -> None:
    alive = [
        resource
        for resource in plan.resources
        if isinstance(resource.spec, RdsInstance) and not resource.spec.cluster_id
    ]
    for _ in range(6):
        source = plan.rng.choice(alive)
        place = Place(source.account, source.region)
        _snapshot(plan, place, source.id, plan.between(3, 85))
    for age_days in (plan.between(91, 100), plan.between(200, 900)):
        _snapshot(plan, _LIVE, f"decommissioned-{plan.hex_id('d', 5)[2:]}", age_days, ("rds_snapshot_orphan",))
    _snapshot(plan, _LIVE, f"decommissioned-{plan.hex_id('d', 5)[2:]}", plan.between(75, 89))


def _snapshot(plan: Plan, place: Place, source_id: str, age_days: float, flags: Sequence[str] = ()) -> None:
    spec = RdsSnapshot(
        source_id=source_id, source_kind="rds_instance", storage_gib=plan.rng.choice((100, 200, 400)), engine="postgres"
    )
    name = f"{source_id}-final-{plan.hex_id('s', 5)[2:]}"
    who = Identity(name=name, tags={"team": people.any_team(plan).name})
    plan.add(place, name, spec, who, age_days=age_days, flags=flags)
