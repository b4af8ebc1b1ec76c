"""Storage tiers and logs: S3 buckets, file systems, log groups."""

from collections.abc import Callable, Mapping, Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.specs.storage import EfsFileSystem, LifecycleRule, LogGroup, S3Bucket

_GIB = 1024**3
_TIB = 1024 * _GIB
_TIDY = LifecycleRule(
    whole_bucket=True, transition_days=30, expire_days=365, expire_noncurrent_days=30, abort_multipart_days=7
)
LOGS_DENIED = Place(people.DATA, people.OREGON)
"""Where the reader may not list log groups."""


def draw(plan: Plan) -> None:
    """Add buckets, file systems and log groups."""
    _buckets(plan)
    _file_systems(plan)
    _log_groups(plan)


def _bucket(
    plan: Plan,
    place: Place,
    purpose: str,
    rules: Sequence[LifecycleRule] | None,
    stored: Mapping[str, int] | None,
    *,
    versioning: bool | None = False,
    flags: Sequence[str] = (),
) -> None:
    who = people.own(plan, place, "bucket")
    name = f"{people.COMPANY}-{people.ACCOUNTS[place.account]}-{purpose}-{plan.hex_id('b', 7)[2:]}"
    spec = S3Bucket(rules=None if rules is None else tuple(rules), versioning=versioning, bytes_by_class=stored)
    tags = None if who.tags is None else {key: value for key, value in who.tags.items() if key != "Name"}
    plan.add(
        place,
        name,
        spec,
        Identity(name=name, tags=tags),
        age_days=plan.between(60, 1500),
        arn=f"arn:aws:s3:::{name}",
        flags=flags,
    )


def _buckets(plan: Plan) -> None:
    def size(low: float, high: float) -> int:
        return int(plan.between(low, high))

    for purpose in (
        "events-raw",
        "events-curated",
        "labels",
        "customs-forms",
        "terraform-state",
        "athena-results",
        "models",
        "proof-photos",
        "cdn-logs",
        "backups",
        "training-sets",
        "route-tiles",
    ):
        stored = {"StandardStorage": size(20 * _GIB, 4 * _TIB), "StandardIAStorage": size(20 * _GIB, 9 * _TIB)}
        _bucket(plan, people.any_place(plan), purpose, (_TIDY,), stored, versioning=plan.rng.random() < 0.4)
    _bucket(plan, people.any_place(plan), "quarantine", None, None, versioning=None)
    _wasteful_buckets(plan, size)


def _wasteful_buckets(plan: Plan, size: Callable[[float, float], int]) -> None:
    for _ in range(2):
        stored = {"StandardStorage": size(2 * _TIB, 12 * _TIB)}
        flags = ("s3_no_lifecycle", "s3_incomplete_uploads")
        _bucket(plan, people.any_place(plan), "archive", (), stored, flags=flags)
    no_abort = LifecycleRule(whole_bucket=True, transition_days=30, expire_days=400, expire_noncurrent_days=30)
    for _ in range(2):
        stored = {"StandardStorage": size(200 * _GIB, 2 * _TIB)}
        _bucket(plan, people.any_place(plan), "uploads", (no_abort,), stored, flags=("s3_incomplete_uploads",))
    # Too small for rules to matter, except that lost uploads are never seen.
    little = {"StandardStorage": int(plan.under(10) * _GIB)}
    _bucket(plan, people.any_place(plan), "fixtures", (), little, flags=("s3_incomplete_uploads",))
    forever = LifecycleRule(whole_bucket=True, transition_days=30, abort_multipart_days=7)
    for _ in range(2):
        stored = {"StandardStorage": size(500 * _GIB, 3 * _TIB)}
        _bucket(
            plan,
            people.any_place(plan),
            "documents",
            (forever,),
            stored,
            versioning=True,
            flags=("s3_versions_unexpired",),
        )


def _file_systems(plan: Plan) -> None:
    for _ in range(5):
        place = people.any_place(plan)
        _file_system(plan, place, metrics.counts(plan, 1e8, 6e10))
    for _ in range(2):
        _file_system(plan, people.any_place(plan), metrics.silent(plan, DAY), ("efs_idle",))
    _file_system(plan, people.any_place(plan), metrics.once(plan, plan.rng.randint(20, 28), 4096.0))


def _file_system(plan: Plan, place: Place, traffic: Sequence[float | None], flags: Sequence[str] = ()) -> None:
    who = people.own(plan, place, "share")
    stored = int(plan.between(60, 2000) * _GIB)
    spec = EfsFileSystem(
        size_bytes=stored,
        state="available",
        throughput_mode=plan.rng.choice(("bursting", "elastic")),
        mount_targets=2,
        infrequent_access_bytes=stored // 3,
    )
    file_system = plan.add(place, plan.hex_id("fs"), spec, who, age_days=plan.between(90, 900), flags=flags)
    plan.measure(file_system, "efs_io_bytes", DAY, traffic)


def _log_groups(plan: Plan) -> None:
    for _ in range(plan.rng.randint(22, 30)):
        _log_group(plan, plan.rng.choice((7, 14, 30, 90, 365)), plan.between(0.1, 400.0))
    for _ in range(plan.rng.randint(3, 6)):
        _log_group(plan, None, plan.between(200.0, 3000.0), ("log_group_no_retention",))
    _log_group(plan, None, plan.over(1.0), ("log_group_no_retention",))
    for _ in range(3):
        _log_group(plan, None, plan.under(1.0))
    _log_group(plan, None, plan.between(20.0, 90.0), log_class="DELIVERY")


def _log_group(
    plan: Plan, retention: int | None, stored_gib: float, flags: Sequence[str] = (), *, log_class: str = "STANDARD"
) -> None:
    place = people.any_place(plan)
    while place == LOGS_DENIED:
        place = people.any_place(plan)
    owner = people.any_team(plan)
    kind = plan.rng.choice(("/aws/lambda", "/ecs", "/aws/rds/instance", "/app"))
    name = f"{kind}/{plan.rng.choice(owner.services)}-{plan.hex_id('l', 5)[2:]}"
    spec = LogGroup(stored_bytes=int(stored_gib * _GIB), retention_days=retention, log_class=log_class)
    tags = {"team": owner.name, "env": people.ACCOUNTS[place.account]}
    arn = f"arn:aws:logs:{place.region}:{place.account}:log-group:{name}"
    group = plan.add(
        place, name, spec, Identity(name=name, tags=tags), age_days=plan.between(60, 900), arn=arn, flags=flags
    )
    plan.measure(group, "log_incoming_bytes", DAY, metrics.counts(plan, 1e6, 4e9))
