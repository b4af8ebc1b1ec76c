"""Cloud Storage: cold buckets in warm classes, buckets without rules, and healthy ones."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.google.projects import HACKDAY, IOWA, ML, NETHERLANDS, WEB, own
from costopt.collectors.made.plan import DAY, Place, Plan
from costopt.model.specs.google_storage import BucketRule, GcsBucket

_GIB = 1024**3
_QUARTER = 90
_KEEP_A_YEAR = (BucketRule(action="Delete", age_days=400),)
_TO_NEARLINE = (BucketRule(action="SetStorageClass", storage_class="NEARLINE", age_days=60),)
_OLD_VERSIONS = (BucketRule(action="Delete", age_days=30, noncurrent=True),)


def draw(plan: Plan) -> None:
    """Add buckets."""
    no_rule, cold = "gcs_no_lifecycle", "gcs_tiering"
    lake, web, web_eu = Place(ML, IOWA), Place(WEB, IOWA), Place(WEB, NETHERLANDS)
    for _ in range(3):
        _bucket(plan, plan.rng.choice((lake, web, web_eu)), plan.between(200, 3000), read=True, rules=_TO_NEARLINE)
    _bucket(plan, lake, plan.between(1500, 3000), read=False, flags=(no_rule, cold))
    _bucket(plan, web_eu, plan.between(800, 1500), read=False, rules=_KEEP_A_YEAR, flags=(cold,))
    # A backup that is replaced every night never grows old enough to move.
    _bucket(plan, web, plan.between(300, 900), read=False, grows=True, rules=_OLD_VERSIONS, flags=(no_rule, cold))
    _bucket(plan, web, plan.between(200, 900), read=True, flags=(no_rule,))
    _bucket(plan, web, plan.between(200, 900), read=True, rules=_OLD_VERSIONS, flags=(no_rule,), versioning=True)
    _lookalikes(plan, lake, web)


def _lookalikes(plan: Plan, lake: Place, web: Place) -> None:
    """Cold and cared for, small, too young, of unknown size, or read once in the quarter."""
    _bucket(plan, lake, 900, read=False, autoclass=True)
    _bucket(plan, lake, 900, read=False, rules=_TO_NEARLINE)
    _bucket(plan, lake, 900, read=False, rules=(BucketRule(action="Delete", age_days=30),))
    _bucket(plan, web, plan.between(3, 9.5), read=False)
    _bucket(plan, web, None, read=False)
    _bucket(plan, web, 900, read=False, rules=_KEEP_A_YEAR, age_days=plan.between(70, 88))
    _bucket(plan, web, 900, read=None, rules=_KEEP_A_YEAR)
    _bucket(plan, Place(HACKDAY, IOWA), plan.between(0.5, 4), read=False)


def _bucket(
    plan: Plan,
    place: Place,
    gib: float | None,
    *,
    read: bool | None,
    rules: tuple[BucketRule, ...] = (),
    flags: Sequence[str] = (),
    age_days: float | None = None,
    versioning: bool = False,
    autoclass: bool = False,
    grows: bool = False,
) -> None:
    """Add a bucket that is read every day, never, or (`None`) once in the quarter; one that is not read may grow."""
    who = own(plan, place.account, "bucket")
    fields: dict[str, Any] = {} if gib is None else {"bytes_by_class": {"STANDARD": int(gib * _GIB)}}
    spec = GcsBucket(
        location=place.region,
        storage_class="STANDARD",
        rules=rules,
        versioning=versioning,
        location_type="region",
        autoclass=autoclass,
        soft_delete_days=7.0,
        **fields,
    )
    bucket = plan.add(place, str(who.name), spec, who, age_days=age_days or plan.between(120, 900), flags=flags)
    reads: Sequence[float | None] = metrics.silent(plan, DAY, _QUARTER)
    if read:
        reads = metrics.counts(plan, 50, 9_000, DAY, _QUARTER)
    elif read is None:
        once = [*reads]
        once[plan.rng.randint(10, 80)] = 1.0
        reads = once
    plan.measure(bucket, "bucket_reads", DAY, reads)
    changes = metrics.counts(plan, 2, 90, DAY, _QUARTER) if read or grows else metrics.silent(plan, DAY, _QUARTER)
    plan.measure(bucket, "bucket_changes", DAY, changes)
