"""Made reports of any size, whose totals are right by construction; nobody's account."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.finding import (
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Finding,
    Risk,
    Saving,
    Silence,
    Term,
)
from costopt.model.money import Money, total
from costopt.model.period import Period
from costopt.model.price import Price, Quality, worst_quality
from costopt.model.report import (
    REPORT_SCHEMA_VERSION,
    CheckTally,
    Provenance,
    Report,
    Slice,
    Totals,
    UncheckedKind,
    Unjudged,
)
from costopt.model.resource import ResourceKey

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
ACCOUNTS = ("111122223333", "444455556666", "777788889999")
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2")
OWNERS = ("checkout", "ml-training", "data-platform", "identity", "storefront", None)
NO_OWNER = "(no owner tag)"

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=cmd|'/c calc'!A1",
    "\u202egnp.exe",
    "\x1b[31mred\x1b]8;;https://evil.example\x07link",
    "javascript:alert(1)",
    "a|b`c`\n# heading [x](https://evil.example)",
    "\uff1dHYPERLINK(1)",
    "{{ 7*7 }}{% raw %}",
    '" onmouseover="alert(1)',
    "@everyone",
    "tab\there\r\nsecond",
)
"""Names that a stranger may give to a resource."""

_W, _O = Category.WASTE, Category.OPTIMISATION
_SHAPES = (
    # check, title, category, lever, kind, action, summary, label, price, unit, quantity, quality
    (
        "ec2_idle",
        "Instance is idle",
        _W,
        "Idle compute",
        "ec2_instance",
        "stop",
        "Stop the instance",
        "m5.2xlarge on demand",
        "0.384",
        "hour",
        730,
        "list",
    ),
    (
        "ec2_gpu_idle",
        "GPU is idle",
        _W,
        "Idle GPU and ML",
        "ec2_instance",
        "stop",
        "Stop the instance",
        "p4d.24xlarge on demand",
        "32.7726",
        "hour",
        730,
        "list",
    ),
    (
        "ec2_rightsize",
        "Instance is larger than its load",
        _O,
        "Right-sizing",
        "ec2_instance",
        "resize",
        "Resize to m7g.large",
        "m5.4xlarge on demand",
        "0.768",
        "hour",
        730,
        "derived",
    ),
    (
        "ebs_unattached",
        "Volume is attached to nothing",
        _W,
        "Unused storage",
        "ebs_volume",
        "delete",
        "Snapshot the volume, then delete it",
        "gp2 storage",
        "0.10",
        "GiB-month",
        500,
        "list",
    ),
    (
        "ebs_gp2_to_gp3",
        "gp3 gives the same for less",
        _O,
        "Storage tiers",
        "ebs_volume",
        "migrate",
        "Change the type to gp3",
        "gp2 storage",
        "0.10",
        "GiB-month",
        800,
        "list",
    ),
    (
        "nat_idle",
        "NAT gateway carries nothing",
        _W,
        "Idle network",
        "nat_gateway",
        "delete",
        "Delete the gateway",
        "NAT gateway",
        "0.045",
        "hour",
        730,
        "list",
    ),
    (
        "rds_idle",
        "Database has no connections",
        _W,
        "Idle databases",
        "rds_instance",
        "stop",
        "Snapshot and stop the database",
        "db.r5.xlarge single_az",
        "0.50",
        "hour",
        730,
        "estimate",
    ),
    (
        "commitment_expiring",
        "Commitment ends soon",
        _O,
        "Commitments",
        "commitment",
        "review",
        "Decide on its renewal",
        "",
        "0",
        "hour",
        0,
        "list",
    ),
)
_TARGETS = {
    "ec2_rightsize": ("m7g.large on demand", "0.0816", -730, "m7g.large"),
    "ebs_gp2_to_gp3": ("gp3 storage", "0.08", -800, "gp3"),
}


def made_report(count: int = 60, *, seed: int = 7, hostile: bool = False, made: bool = True) -> Report:
    """A report of `count` findings: every lever, an overlap each 9, a silence each 17, a missing price each 23."""
    dice = random.Random(seed)
    findings = [_finding(number, dice, hostile=hostile) for number in range(count)]
    return report_of(findings, made=made)


def report_of(findings: Sequence[Finding], *, made: bool = True) -> Report:
    """A report of these findings, its sums computed from them."""
    ordered = sorted(findings, key=lambda item: (item.silence is not None, -item.counted.amount, item.id))
    return Report(
        schema_version=REPORT_SCHEMA_VERSION,
        now=NOW,
        provenance=_provenance(made=made),
        totals=_totals(ordered),
        by_lever=_slices(ordered, [item.lever for item in ordered]),
        by_owner=_slices(ordered, [item.owner or NO_OWNER for item in ordered]),
        by_account=_slices(ordered, [item.resource.account for item in ordered]),
        findings=tuple(ordered),
        checks=_tallies(ordered),
        unjudged=(
            Unjudged(check_id="ec2_rightsize", reason="metric missing: memory_used_percent", resources=_ids(41)),
            Unjudged(check_id="rds_idle", reason="younger than the grace period", resources=_ids(3)),
        ),
        unchecked=(UncheckedKind(kind="launch_template", reason="costs nothing itself", resources=12),),
        coverage=_coverage(),
    )


def empty_report() -> Report:
    """A report that found nothing, in an account that was read completely."""
    report = report_of([])
    ok = tuple(replace(row, status=Status.OK, reason=None, permission=None) for row in report.coverage)
    totals = replace(report.totals, at_least=False)
    return replace(report, coverage=ok, unjudged=(), unchecked=(), totals=totals)


def _finding(number: int, dice: random.Random, *, hostile: bool) -> Finding:
    shape = _SHAPES[dice.choices(range(len(_SHAPES)), (14, 1, 10, 20, 25, 6, 7, 2))[0]]
    check, title, category, lever, kind, action, summary, *_ = shape
    key = ResourceKey("aws", dice.choice(ACCOUNTS), dice.choice(REGIONS), kind, _id(kind, number))
    owner = dice.choice(OWNERS)
    name = f"{owner or 'legacy'}-{dice.choice(('api', 'worker', 'batch', 'cache'))}-{number:05}"
    if hostile:
        name, owner = HOSTILE[number % len(HOSTILE)], HOSTILE[(number + 5) % len(HOSTILE)]
    unpriced = number % 23 == 22 and check != "commitment_expiring"
    saving = None if unpriced or check == "commitment_expiring" else _saving(shape, key, dice)
    silence = Silence(by="mute", reason="Kept for the audit", until=date(2027, 1, 31)) if number % 17 == 16 else None
    overlap = None
    counted = Money.zero() if saving is None or silence else saving.monthly
    if number % 9 == 8 and saving and not silence:
        counted, overlap = Money.zero(), "Another finding on this resource is counted instead"
    return Finding(
        id="F-" + sha256(f"{check}{key}".encode()).hexdigest()[:12],
        check_id=check, title=title, category=category, lever=lever, resource=key, resource_name=name, owner=owner,
        evidence=_evidence(dice, name if hostile else None),
        action=Action(kind=ActionKind(action), summary=summary, target=_TARGETS.get(check, ("", "", 0, None))[3],
                      restart=action == "resize"),
        saving=saving, price_gap=f"no price of {kind} in {key.region}" if unpriced else None,
        confidence=dice.choice(tuple(Confidence)), risk=Risk.DESTRUCTIVE if action == "delete" else Risk.REVERSIBLE,
        effort=dice.choice(tuple(Effort)), counted=counted, overlap=overlap, silence=silence,
    )  # fmt: skip


def _evidence(dice: random.Random, name: str | None) -> tuple[Evidence, ...]:
    peak = round(dice.uniform(0.1, 4.9), 2)
    period = Period(start=NOW - timedelta(days=14), end=NOW)
    first = Evidence(
        statement=f"peak CPU {peak} % is below 5 %",
        metric="cpu_max_percent",
        observed=peak,
        threshold=5.0,
        period=period,
        coverage_fraction=round(dice.uniform(0.8, 1), 3),
    )
    age = dice.randint(31, 900)
    return (first, Evidence(statement=f"{name or 'the resource'} is {age} days old", observed=age, threshold=30))


def _saving(shape: tuple, key: ResourceKey, dice: random.Random) -> Saving:  # type: ignore[type-arg]
    check, *_, label, price, unit, quantity, quality = shape
    size = dice.choice((1, 1, 2, 3, 5, 8))
    discount = Decimal("0.07")
    terms = [_term(f"{size} x {label}", key, quantity * size, Decimal(price) * (1 - discount), unit, quality, discount)]
    if check in _TARGETS:
        target, lower, less, _ = _TARGETS[check]
        terms.append(_term(target, key, less * size, Decimal(lower), unit, quality, Decimal(0)))
    return Saving(terms=tuple(terms))


def _term(
    label: str, key: ResourceKey, quantity: int, amount: Decimal, unit: str, quality: str, discount: Decimal
) -> Term:
    price = Price(amount=amount, unit=unit, source="aws-prices 2026.11.18", as_of=date(2026, 11, 18),
                  quality=Quality(quality), discount_fraction=discount)  # fmt: skip
    return Term(label=label, subject=key, quantity=Decimal(quantity), price=price)


def _totals(findings: Sequence[Finding]) -> Totals:
    loud = [item for item in findings if item.silence is None]
    saving = total(item.counted for item in loud)
    alone = total(item.saving.monthly for item in loud if item.saving)
    return Totals(
        saving=saving, sum_of_findings=alone, overlaps=alone - saving,
        silenced=total(item.saving.monthly for item in findings if item.silence and item.saving),
        waste=total(item.counted for item in loud if item.category is Category.WASTE),
        unpriced=sum(1 for item in findings if item.price_gap), at_least=True,
        quality=worst_quality([item.saving.quality for item in loud if item.saving]),
    )  # fmt: skip


def _slices(findings: Sequence[Finding], names: Sequence[str]) -> tuple[Slice, ...]:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for name, item in zip(names, findings, strict=True):
        if item.silence is None:
            groups[name].append(item)
    slices = [
        Slice(name=name, findings=len(items), saving=total(i.counted for i in items)) for name, items in groups.items()
    ]
    return tuple(sorted(slices, key=lambda part: (-part.saving.amount, part.name)))


def _tallies(findings: Sequence[Finding]) -> tuple[CheckTally, ...]:
    return tuple(
        CheckTally(check_id=check, title=title, category=category, clear=120, no_data=41 if check == "ec2_rightsize"
                   else 0, not_applicable=7, error=0, flagged=sum(1 for item in findings if item.check_id == check))
        for check, title, category, *_ in sorted(_SHAPES)
    )  # fmt: skip


def _provenance(*, made: bool) -> Provenance:
    return Provenance(
        snapshot_id="sha256:4f0c9e21b7aa", collected_at=NOW - timedelta(minutes=40),
        metrics_period=Period(start=NOW - timedelta(days=30), end=NOW), accounts=ACCOUNTS, regions=REGIONS,
        resources=612, catalog_version="2026.11.18", catalog_as_of=date(2026, 11, 18), tool_version="0.1.0",
        collection_cost=Money(amount=Decimal("1.12")), made=made,
    )  # fmt: skip


def _coverage() -> tuple[ScopeResult, ...]:
    rows = []
    for account in ACCOUNTS:
        for region in REGIONS:
            for operation, kind in (("ec2_instances", "ec2_instance"), ("ebs_volumes", "ebs_volume")):
                scope = Scope(provider="aws", account=account, region=region, operation=operation)
                rows.append(_scope_result(scope, kind))
    return tuple(rows)


def _scope_result(scope: Scope, kind: str) -> ScopeResult:
    if scope.region == "ap-southeast-2" and scope.operation == "ebs_volumes":
        return ScopeResult(scope=scope, status=Status.GAP, kinds=(kind,), reason="denied",
                           permission="ec2:DescribeVolumes", detail="not authorized")  # fmt: skip
    if scope.account == ACCOUNTS[2] and scope.region == "eu-west-1":
        return ScopeResult(scope=scope, status=Status.GAP, kinds=(kind,), reason="throttled", retryable=True)
    return ScopeResult(scope=scope, status=Status.OK, kinds=(kind,), rows=25)


def _id(kind: str, number: int) -> str:
    prefix = {"ec2_instance": "i", "ebs_volume": "vol", "nat_gateway": "nat", "rds_instance": "db"}.get(kind, "ri")
    return f"{prefix}-{sha256(str(number).encode()).hexdigest()[:17]}"


def _ids(count: int) -> tuple[str, ...]:
    return tuple(sorted(_id("ec2_instance", 900_000 + number) for number in range(count)))
