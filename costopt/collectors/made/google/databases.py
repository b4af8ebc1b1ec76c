"""Cloud SQL: idle, oversized, of an old engine, and healthy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.google.projects import IOWA, NETHERLANDS, WEB, own
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.specs.cloud_sql import CloudSqlInstance

_SHOP, _SHOP_EU = Place(WEB, IOWA), Place(WEB, NETHERLANDS)
_MONTH = 30
_NOW = "POSTGRES_17"
_OWN_MEMORY = {"POSTGRES": 0.4}
"""Share of the memory that the server itself holds: PostgreSQL reads most from the cache of the file system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What is measured over 30 days: least and most, CPU and memory in percent."""

    cpu: tuple[float, float] = (20, 78)
    """Peak CPU of an hour."""
    memory: tuple[float, float] = (82, 90)
    """Memory with the cache; caches fill what there is."""
    connections: tuple[float, float] = (15, 60)
    """Most connections of a day."""


_BUSY = _Load()
_IDLE = _Load(cpu=(2, 7), connections=(0, 0))
_SMALL = _Load(cpu=(6, 28), memory=(24, 36))


def draw(plan: Plan) -> None:
    """Add the databases."""
    for version, tier in (("MYSQL_8_4", "db-custom-2-8192"), (_NOW, "db-custom-4-16384"), (_NOW, "db-custom-8-32768")):
        _database(plan, _SHOP_EU, version, tier, _BUSY)
    # With a fifth of the memory free or less no smaller tier fits, however quiet the CPU is.
    _database(plan, _SHOP, _NOW, "db-custom-4-16384", _Load(cpu=(8, 20)))
    _idle(plan)
    for availability, version in (("ZONAL", _NOW), ("REGIONAL", "MYSQL_8_4")):
        _database(plan, _SHOP, version, "db-custom-8-32768", _SMALL, ("sql_rightsize",), availability=availability)
    _old_engines(plan)


def _idle(plan: Plan) -> None:
    idle, tier = ("sql_idle",), "db-custom-2-8192"
    _database(plan, _SHOP, _NOW, tier, _IDLE, idle)
    _database(plan, _SHOP, "MYSQL_8_4", tier, _IDLE, idle, availability="REGIONAL")
    # One connection on one day; a replica that stands by, and its primary.
    _database(plan, _SHOP, _NOW, tier, _Load(cpu=(2, 7), connections=(0, 1.9)))
    primary = _database(plan, _SHOP_EU, _NOW, tier, _IDLE, replica_names=("standby",))
    _database(plan, _SHOP_EU, _NOW, tier, _IDLE, replica_of=primary.name)
    _database(plan, _SHOP_EU, _NOW, tier, None, activation_policy="NEVER")


def _old_engines(plan: Plan) -> None:
    """Charged for extended support; stopped; and of an engine that knows none."""
    old, tier = ("sql_extended_support",), "db-custom-2-8192"
    _database(plan, _SHOP, "MYSQL_5_7", tier, _BUSY, old)
    _database(plan, _SHOP_EU, "POSTGRES_11", tier, _BUSY, old)
    _database(plan, _SHOP_EU, "MYSQL_5_7", tier, None, activation_policy="NEVER")
    _database(plan, _SHOP_EU, "SQLSERVER_2019_STANDARD", tier, _BUSY)


def _database(
    plan: Plan, place: Place, version: str, tier: str, load: _Load | None, flags: Sequence[str] = (), **fields: Any
) -> Identity:
    who = own(plan, place.account, "sql")
    spec = CloudSqlInstance(
        **{
            "engine": version.partition("_")[0].lower(),
            "database_version": version,
            "tier": tier,
            "state": "RUNNABLE",
            "activation_policy": "ALWAYS",
            "availability": "ZONAL",
            "storage_gib": plan.rng.randint(20, 400),
            "zone": f"{place.region}-a",
            **fields,
        }
    )
    database = plan.add(place, f"instances/{who.name}", spec, who, age_days=plan.between(60, 900), flags=flags)
    nothing = metrics.silent(plan, HOUR, _MONTH)
    cpu = metrics.steady(plan, *load.cpu, HOUR, _MONTH) if load else nothing
    plan.measure(database, "db_cpu_max_percent", HOUR, cpu)
    memory = _memory(plan, tier, load) if load else nothing
    plan.measure(database, "db_memory_used_max_bytes", HOUR, memory)
    share = _OWN_MEMORY.get(version.partition("_")[0], 1.0)
    server = [None if used is None else float(int(used * share)) for used in memory]
    plan.measure(database, "db_server_memory_max_bytes", HOUR, server)
    vcpus = metrics.flat(plan, float(tier.split("-")[2]), DAY) if load else metrics.silent(plan, DAY)
    plan.measure(database, "db_vcpus", DAY, vcpus)
    connections = metrics.counts(plan, *load.connections) if load else metrics.silent(plan, DAY)
    plan.measure(database, "db_connections_max", DAY, connections)
    return who


def _memory(plan: Plan, tier: str, load: _Load) -> list[float]:
    """Bytes in use, in whole MiB; a custom tier ends in those that it has."""
    mib = int(tier.rpartition("-")[2])
    return [float(int(mib * one / 100) * 1024**2) for one in metrics.steady(plan, *load.memory, HOUR, _MONTH)]
