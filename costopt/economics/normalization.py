"""Normalised units: how a regional reservation of one size pays for other sizes of its family."""

from decimal import Decimal

# Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html (table of normalization factors).
_FACTORS = {
    "nano": Decimal("0.25"),
    "micro": Decimal("0.5"),
    "small": Decimal(1),
    "medium": Decimal(2),
    "large": Decimal(4),
    "xlarge": Decimal(8),
}

# Families whose reservations are bound to their size. Source: the same page, "Limitations".
_FIXED_FAMILIES = frozenset(
    ("g4ad", "g4dn", "g5", "g5g", "g6", "g6e", "g6f", "gr6", "gr6f", "hpc7a", "hpc7g", "p5", "inf1", "inf2")
)


def family_and_size(instance_type: str) -> tuple[str, str]:
    """Family and size of an instance type; `db.` and `cache.` belong to the family."""
    family, _, size = instance_type.rpartition(".")
    return family, size


def units(instance_type: str) -> Decimal | None:
    """Normalised units of an instance type, or None where its reservations are bound to the size (metal too)."""
    family, size = family_and_size(instance_type)
    if family in _FIXED_FAMILIES or family.startswith(("u-", "u7")):
        return None
    return size_units(size)


def size_units(size: str) -> Decimal | None:
    """Normalised units of a size: `large` is 4, `2xlarge` is 16; None for `metal` and for what has no such size."""
    if size in _FACTORS:
        return _FACTORS[size]
    count = size.removesuffix("xlarge")
    return _FACTORS["xlarge"] * int(count) if size.endswith("xlarge") and count.isdecimal() else None
