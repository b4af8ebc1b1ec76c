"""What the name of an EC2 instance type tells: series, generation, accelerators, and how long it may use its CPU."""

import re
from dataclasses import dataclass
from functools import lru_cache

from costopt.model.shape import Shape

GENERAL_SERIES = frozenset({"c", "m", "r", "t"})
"""Compute, general, memory and burstable types: made for any workload. Types of other series are built round a disk,
an accelerator, a Mac or a cluster. Source: https://aws.amazon.com/ec2/instance-types/."""

_ACCELERATED_SERIES = frozenset({"p", "g", "gr", "inf", "trn", "dl", "vt", "f"})
"""GPUs, inference and training chips, video transcoders, FPGAs.
Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html."""

_NAME = re.compile(r"^(?:ml\.)?([a-z]+)-?(\d+)")

_BURSTABLE_GENERATION = {"t1": 1, "t2": 4, "t3": 5, "t3a": 5, "t4g": 6}
"""Burstable families count their generations apart; these share their processors with m4, m5, m5a and m6g.
Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html."""

_BURSTABLE_BASELINE = {
    "nano": 0.05,
    "micro": 0.10,
    "small": 0.20,
    "medium": 0.20,
    "large": 0.30,
    "xlarge": 0.40,
    "2xlarge": 0.40,
}
"""Share of each vCPU that t3, t3a and t4g types may use for ever.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html."""

_T2_BASELINE = {**_BURSTABLE_BASELINE, "xlarge": 0.225, "2xlarge": 0.17}
"""The same for t2; t2.nano, t2.micro and t2.small have one vCPU. Same source."""

_FLEX_BASELINE = 0.40
"""Flex types may use all of their CPU for 95 % of the time and this much for ever.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html (flex instances)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Where a type stands among its kin."""

    series: str
    """Letters before the generation, such as `m` of `m5dn.large` or `inf` of `inf2.xlarge`."""
    generation: int
    """Number of the processor generation, comparable within `GENERAL_SERIES`."""


@lru_cache(maxsize=4096)
def family_of(instance_type: str) -> Family | None:
    """Series and generation, or None where the name follows no known pattern (`u-6tb1.metal`, `mac-m4.metal`)."""
    found = _NAME.match(instance_type)
    if found is None:
        return None
    name = instance_type.removeprefix("ml.").split(".")[0]
    return Family(series=found[1], generation=_BURSTABLE_GENERATION.get(name, int(found[2])))


def is_accelerated(instance_type: str) -> bool:
    """Whether the type is paid for its GPU or another accelerator, so that idle CPUs say little."""
    family = family_of(instance_type)
    return family is not None and family.series in _ACCELERATED_SERIES


def sustained_cpu_fraction(shape: Shape) -> float | None:
    """Share of its vCPUs that a type may use for ever, 0..1; None for a burstable type without a known baseline."""
    if shape.family.endswith("-flex"):
        return _FLEX_BASELINE
    if not shape.burstable:
        return 1.0
    size = shape.instance_type.partition(".")[2]
    if shape.family in ("t3", "t3a", "t4g"):
        return _BURSTABLE_BASELINE.get(size)
    return _T2_BASELINE.get(size) if shape.family == "t2" else None
