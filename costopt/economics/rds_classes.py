"""Database instance classes: the machine behind a class, its smaller sisters, its successors, what fits on it."""

import re
from collections.abc import Iterator

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.shape import Shape
from costopt.model.specs.databases import RdsInstance

_PREFIX = "db."
_SIZES = (
    "nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "6xlarge", "8xlarge", "9xlarge",
    "10xlarge", "12xlarge", "16xlarge", "18xlarge", "24xlarge", "32xlarge", "48xlarge",
)  # fmt: skip

_X86_SUCCESSOR = {"t1": "t3", "t2": "t3", "m1": "m5", "m3": "m5", "m4": "m5", "m2": "r5", "r3": "r5", "r4": "r5"}
_ARM_OF = {"t3": "t4g", "m5": "m6g", "r5": "r6g"}
"""Family that followed each one of the previous generation, and the Arm family beside it. Still newer families cost
the same or more and ask for newer engine versions.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html."""

_NEW_NAME_OF_SIZE = {"10xlarge": "12xlarge"}
"""Sizes that the newer families do not have, and the next one up."""

_ARM_SINCE = {"mysql": (8, 0, 17), "mariadb": (10, 4, 13), "postgres": (12, 3), "aurora-postgresql": (12, 4)}
"""First version of each engine that runs on these Arm families.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html."""

_BURST_BASELINE = {
    "micro": 0.10, "small": 0.20, "medium": 0.20, "large": 0.30, "xlarge": 0.40, "2xlarge": 0.40,
}  # fmt: skip
_T2_BURST_BASELINE = {**_BURST_BASELINE, "xlarge": 0.225, "2xlarge": 0.169}
"""Share of each vCPU that t3 and t4g, and t2, sustain without credits.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html."""

_BYTES_PER_CONNECTION = {"mysql": 12_582_880, "mariadb": 12_582_880, "postgres": 9_531_392}
"""Memory by which the default of `max_connections` is divided.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections."""
_MOST_POSTGRES_CONNECTIONS = 5_000

_GIB = 1024**3


def shape_of(instance_class: str, prices: PriceBook) -> Shape | None:
    """The machine behind a class: `db.m5.large` runs on an `m5.large`. None where it is not known."""
    if not instance_class.startswith(_PREFIX):
        return None
    try:
        return prices.shape(instance_class.removeprefix(_PREFIX))
    except PriceNotFound:
        return None


def smaller_classes(instance_class: str) -> Iterator[str]:
    """Names of the smaller classes of the same family and generation, largest first; not all of them exist."""
    family, _, size = instance_class.rpartition(".")
    if size in _SIZES:
        for smaller in reversed(_SIZES[: _SIZES.index(size)]):
            yield f"{family}.{smaller}"


def is_previous_generation(spec: RdsInstance) -> bool:
    """Whether the class is of a family that AWS has replaced."""
    return _family(spec) in _X86_SUCCESSOR


def successors(spec: RdsInstance) -> Iterator[str]:
    """Names of the classes of equal size that replace a previous-generation class; not all of them exist."""
    family = _X86_SUCCESSOR.get(_family(spec))
    if family is None:
        return
    size = spec.instance_class.rpartition(".")[2]
    for successor in (family, _ARM_OF[family]) if runs_on_arm(spec) else (family,):
        yield f"{_PREFIX}{successor}.{_NEW_NAME_OF_SIZE.get(size, size)}"


def runs_on_arm(spec: RdsInstance) -> bool:
    """Whether the engine version runs on Arm; False where not known."""
    if spec.engine == "aurora-mysql":
        return "mysql_aurora.3." in spec.engine_version
    since = _ARM_SINCE.get(spec.engine)
    return since is not None and _numbers(spec.engine_version) >= since


def sustained_vcpu(shape: Shape) -> float:
    """Virtual CPUs that can be used all the time: less than all of them where CPU is metered by credits."""
    if not shape.burstable:
        return float(shape.vcpu)
    shares = _T2_BURST_BASELINE if shape.family == "t2" else _BURST_BASELINE
    return shape.vcpu * shares.get(shape.instance_type.rpartition(".")[2], 0.0)


def default_connections(engine: str, memory_gib: float) -> int | None:
    """About how many connections the engine's default parameters allow with that memory; None where not known."""
    divisor = _BYTES_PER_CONNECTION.get(engine)
    if divisor is None:
        return None
    allowed = int(memory_gib * _GIB / divisor)
    return min(allowed, _MOST_POSTGRES_CONNECTIONS) if engine == "postgres" else allowed


def _family(spec: RdsInstance) -> str:
    return spec.instance_class.removeprefix(_PREFIX).partition(".")[0]


def _numbers(version: str) -> tuple[int, ...]:
    """Leading numbers of a version: `8.0.35` and `10.6.14-R2` as tuples."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
