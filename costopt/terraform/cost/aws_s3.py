"""Components of S3 buckets, by storage class.

Source: https://aws.amazon.com/s3/pricing/
"""

from collections.abc import Iterator, Mapping, Sequence

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import unit_rate, used

_Line = tuple[str, str, str, int]
"""Name, key in the usage file, unit, and things in one unit."""

_WRITES = ("PUT, COPY, POST, LIST requests", "monthly_tier_1_requests", "1k requests", 1000)
_READS = ("GET, SELECT, and all other requests", "monthly_tier_2_requests", "1k requests", 1000)
_MOVES = ("Lifecycle transition", "monthly_lifecycle_transition_requests", "1k requests", 1000)
_SCANNED = ("Select data scanned", "monthly_select_data_scanned_gb", "GB", 1)
_RETURNED = ("Select data returned", "monthly_select_data_returned_gb", "GB", 1)
_STORED = ("Storage", "storage_gb", "GB", 1)
_READ_BACK = ("Retrievals", "monthly_data_retrieval_gb", "GB", 1)


def _retrievals(*speeds: str) -> Iterator[_Line]:
    for speed in speeds:
        yield (f"Retrieval requests ({speed})", f"monthly_{speed}_data_retrieval_requests", "1k requests", 1000)
        yield (f"Retrievals ({speed})", f"monthly_{speed}_data_retrieval_gb", "GB", 1)


def _selects(*speeds: str) -> Iterator[_Line]:
    for speed in speeds:
        yield (f"Select data scanned ({speed})", f"monthly_{speed}_select_data_scanned_gb", "GB", 1)
        yield (f"Select data returned ({speed})", f"monthly_{speed}_select_data_returned_gb", "GB", 1)


def _early(days: int) -> _Line:
    return (f"Early delete (within {days} days)", "early_delete_gb", "GB", 1)


_CLASSES: Mapping[str, tuple[str, Sequence[_Line]]] = {
    "standard": ("standard", (_STORED, _WRITES, _READS, _SCANNED, _RETURNED)),
    "intelligent_tiering": (
        "intelligent_tiering",
        (
            ("Storage (frequent access)", "frequent_access_storage_gb", "GB", 1),
            ("Storage (infrequent access)", "infrequent_access_storage_gb", "GB", 1),
            ("Storage (archive access)", "archive_access_storage_gb", "GB", 1),
            ("Storage (deep archive access)", "deep_archive_access_storage_gb", "GB", 1),
            ("Monitoring and automation", "monitored_objects", "1k objects", 1000),
            _WRITES,
            _READS,
            _MOVES,
            _SCANNED,
            _RETURNED,
            _early(30),
        ),
    ),
    "standard_infrequent_access": (
        "standard_ia",
        (_STORED, _WRITES, _READS, _MOVES, _READ_BACK, _SCANNED, _RETURNED),
    ),
    "one_zone_infrequent_access": (
        "onezone_ia",
        (_STORED, _WRITES, _READS, _MOVES, _READ_BACK, _SCANNED, _RETURNED),
    ),
    "glacier_instant_retrieval": (
        "glacier_ir",
        (_STORED, _WRITES, _READS, _MOVES, _READ_BACK, _SCANNED, _RETURNED, _early(90)),
    ),
    "glacier_flexible_retrieval": (
        "glacier_flexible",
        (
            _STORED,
            _WRITES,
            _READS,
            _MOVES,
            *_retrievals("standard", "expedited", "bulk"),
            *_selects("standard", "expedited", "bulk"),
            _early(90),
        ),
    ),
    "glacier_deep_archive": (
        "deep_archive",
        (_STORED, _WRITES, _READS, _MOVES, *_retrievals("standard", "bulk"), _early(180)),
    ),
}
"""Class in the usage file to the class in the price book and its lines."""

_ITEMS = {
    ("intelligent_tiering", "Storage (frequent access)"): "intelligent_tiering_storage",
    ("intelligent_tiering", "Storage (infrequent access)"): "standard_ia_storage",
    ("intelligent_tiering", "Storage (archive access)"): "glacier_flexible_storage",
    ("intelligent_tiering", "Storage (deep archive access)"): "deep_archive_storage",
    ("intelligent_tiering", "Early delete (within 30 days)"): "intelligent_tiering_storage",
}
"""Tiers that cost what other classes cost."""


def s3_bucket(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_s3_bucket`: the standard class always, others where the usage file names them.

    Requests and bytes are nowhere in the configuration; without a usage file no line has a quantity.
    """
    del estate
    for class_name, (short, lines) in _CLASSES.items():
        named = item.usage.values.get(class_name) is not None
        if not named and class_name != "standard":
            continue
        for name, key, unit, scale in lines:
            if class_name == "standard" or item.usage.number(class_name, key) is not None:
                rate = unit_rate("s3", _item(short, name, key))
                yield used(name, item.usage, (class_name, key), unit, rate, scale=scale, part=class_name)


def _item(short: str, name: str, key: str) -> str:
    if (short, name) in _ITEMS:
        return _ITEMS[short, name]
    if key in ("storage_gb", "early_delete_gb"):
        return f"{short}_storage"
    return f"{short}_{key.removeprefix('monthly_').removesuffix('_gb')}"
