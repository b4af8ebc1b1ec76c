"""Sizes of Cloud SQL, and what an instance costs a month: vCPUs, memory, storage, extended support.

Source: https://cloud.google.com/sql/pricing and https://cloud.google.com/sql/docs/mysql/instance-settings (machine
types).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from costopt.economics.cost_subjects import surcharge_of_database
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance

SERVICE = "cloud_sql"
"""Service name of all prices of Cloud SQL in a price book."""

_MIB_PER_GIB = 1024
_STEP_MIB = 256
_CUSTOM = re.compile(r"db-custom-(\d+)-(\d+)")
_NAMED = re.compile(r"db-(n1-standard|n1-highmem|perf-optimized-N)-(\d+)")
_GIB_PER_VCPU = {"n1-standard": Decimal("3.75"), "n1-highmem": Decimal("6.5"), "perf-optimized-N": Decimal(8)}
_LARGEST_PLUS = ("db-perf-optimized-N-128", Decimal(864))
"""The one tier of Enterprise Plus with less for a vCPU. Source: https://cloud.google.com/sql/pricing (up to 864 GB)."""
_CUSTOM_VCPUS = (1, *range(2, 97, 2))
_CUSTOM_GIB_PER_VCPU = (Decimal("0.9"), Decimal("6.5"))
_LEAST_CUSTOM_GIB = Decimal("3.75")
_PLUS_VCPUS = (2, 4, 8, 16, 32, 48, 64, 80, 96, 128)
SHARED_CORES = {"db-f1-micro": "f1_micro", "db-g1-small": "g1_small"}
"""Tiers that are billed by the machine, and their items of the price book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSize:
    """What a tier of dedicated cores offers."""

    tier: str
    """Such as `db-custom-4-16384`."""
    vcpu: int
    """Virtual CPUs."""
    memory_gib: Decimal
    """Memory in GiB."""


def size_of(tier: str) -> DatabaseSize | None:
    """The size of a tier by its name; None of shared cores and of names that are not known."""
    custom, named = _CUSTOM.fullmatch(tier), _NAMED.fullmatch(tier)
    if custom is not None:
        return DatabaseSize(tier=tier, vcpu=int(custom[1]), memory_gib=Decimal(custom[2]) / _MIB_PER_GIB)
    if named is not None:
        vcpu = int(named[2])
        memory = _LARGEST_PLUS[1] if tier == _LARGEST_PLUS[0] else vcpu * _GIB_PER_VCPU[named[1]]
        return DatabaseSize(tier=tier, vcpu=vcpu, memory_gib=memory)
    return None


def least_size(current: DatabaseSize, vcpu: float, memory_gib: float) -> DatabaseSize | None:
    """The smallest tier of the same sort with at least so many vCPUs and GiB; None where it is no smaller.

    A custom tier has 1 or an even number of vCPUs, and 0.9 to 6.5 GiB for each, at least 3.75, in steps of 256 MiB.
    """
    memory = Decimal(str(memory_gib))
    if current.tier.startswith("db-perf-optimized-N-"):
        ladder = [size for count in _PLUS_VCPUS if (size := size_of(f"db-perf-optimized-N-{count}")) is not None]
        found = next((size for size in ladder if size.vcpu >= vcpu and size.memory_gib >= memory), None)
    else:
        found = _least_custom(vcpu, memory)
    smaller = found is not None and (found.vcpu < current.vcpu or found.memory_gib < current.memory_gib)
    within = found is not None and found.vcpu <= current.vcpu and found.memory_gib <= current.memory_gib
    return found if smaller and within else None


def _least_custom(vcpu: float, memory: Decimal) -> DatabaseSize | None:
    least, most = _CUSTOM_GIB_PER_VCPU
    count = next((one for one in _CUSTOM_VCPUS if one >= vcpu and one * most >= memory), None)
    if count is None:
        return None
    needed = max(memory, count * least, _LEAST_CUSTOM_GIB) * _MIB_PER_GIB / _STEP_MIB
    return size_of(f"db-custom-{count}-{int(needed.to_integral_value(ROUND_CEILING)) * _STEP_MIB}")


def compute_terms(
    database: Resource, spec: CloudSqlInstance, prices: PriceBook, tier: str | None = None
) -> tuple[Term, ...]:
    """What is no longer paid while an instance is stopped: its vCPUs and memory, twice with a standby.

    Args:
        database: whose cost it is.
        spec: its specification.
        prices: price book; items such as `enterprise_vcpu`, `enterprise_plus_memory`, `f1_micro`.
        tier: what to price instead of the current tier.

    Raises:
        PriceNotFound: a price or the size of the tier is not known, or the engine is licensed.
    """
    name, copies = tier or spec.tier, 2 if spec.availability == "REGIONAL" else 1
    if spec.engine == "sqlserver":
        raise PriceNotFound("licence of SQL Server on Cloud SQL")
    if spec.pricing_plan != "PER_USE":
        raise PriceNotFound("package price of Cloud SQL")
    hours = HOURS_PER_MONTH * copies
    if name in SHARED_CORES:
        price = prices.unit(SERVICE, SHARED_CORES[name], database.region)
        return (Term(label=name, subject=database.key, quantity=hours, price=price),)
    size = size_of(name)
    if size is None:
        raise PriceNotFound(f"size of Cloud SQL tier {name}")
    edition = spec.edition.lower()
    amounts = (("vcpu", Decimal(size.vcpu)), ("memory", size.memory_gib))
    return tuple(
        Term(
            label=f"{name}: {what}{', with a standby' if copies > 1 else ''}",
            subject=database.key,
            quantity=hours * amount,
            price=prices.unit(SERVICE, f"{edition}_{what}", database.region),
        )
        for what, amount in amounts
    )


def extended_support_terms(database: Resource, spec: CloudSqlInstance, prices: PriceBook) -> tuple[Term, ...]:
    """The surcharge for an old engine version, by the vCPU-hour; a standby is charged as well.

    Raises:
        PriceNotFound: no price in the region, or the size of the tier is not known.
    """
    size = size_of(spec.tier)
    if size is None:
        raise PriceNotFound(f"vCPUs of Cloud SQL tier {spec.tier}")
    quantity = HOURS_PER_MONTH * size.vcpu * (2 if spec.availability == "REGIONAL" else 1)
    price, subject = prices.unit(SERVICE, "extended_support_vcpu", database.region), surcharge_of_database(database)
    return (Term(label="extended support, vCPU-hours", subject=subject, quantity=quantity, price=price),)
