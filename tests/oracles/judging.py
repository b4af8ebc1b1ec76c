"""A kit for tests of checks: resources, made metrics, fixed prices, and the engine's own guard around the check.

Aggregates are computed here in plain Python from the values, so that they are independent of the store's SQL. The
check gets only what it declared: metrics, look-back, hour-of-week grid and thresholds of its `needs`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from costopt.analyzer import judgement
from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.errors import PriceNotFound
from costopt.model.finding import Verdict
from costopt.model.metrics import METRICS, Absence
from costopt.model.period import look_back
from costopt.model.price import Price, Purchase, Quality
from costopt.model.resource import Resource, ResourceKey
from costopt.model.shape import Shape
from costopt.model.utilization import HOURS_PER_WEEK, Utilization

NOW = datetime(2026, 8, 31, 12, 0, tzinfo=UTC)
"""A Monday noon."""
ACCOUNT = "111122223333"
REGION = "us-east-1"
LONG_AGO = NOW - timedelta(days=400)


def ago(days: float) -> datetime:
    """The moment that many days before `NOW`."""
    return NOW - timedelta(days=days)


def resource(spec: Any, resource_id: str = "r-1", **fields: Any) -> Resource:
    """A resource 400 days old without tags, unless `fields` say otherwise."""
    given = {"provider": "aws", "account": ACCOUNT, "region": REGION, "created_at": LONG_AGO, "tags": {}, **fields}
    return Resource(id=resource_id, spec=spec, **given)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A metric as it was sent: evenly spaced values that end at `NOW`, None where nothing came."""

    metric: str
    values: tuple[float | None, ...]
    step_seconds: int
    days: int


def series(metric: str, values: float | Sequence[float | None], step_seconds: int = 3600, days: int = 14) -> Measured:
    """`days` of `metric` up to `NOW`: one number means that value in every step; a shorter list lacks its start."""
    steps = days * 86400 // step_seconds
    listed = tuple(values) if isinstance(values, Sequence) else (values,) * steps
    if len(listed) > steps:
        raise ValueError(f"{len(listed)} values do not fit in {days} days of {step_seconds} s")
    return Measured(
        metric=metric, values=(None,) * (steps - len(listed)) + listed, step_seconds=step_seconds, days=days
    )


def quantile(ordered: Sequence[float], fraction: float) -> float:
    """Linearly interpolated between the two neighbours, as numpy's default and DuckDB's quantile_cont."""
    position = fraction * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def utilization(
    measured: Measured, *, days: int | None = None, above: Iterable[float] = (), hour_of_week: bool = False
) -> Utilization:
    """The aggregates of the last `days` days (all by default)."""
    days = measured.days if days is None else days
    expected = days * 86400 // measured.step_seconds
    kept = ((None,) * expected + measured.values)[-expected:]
    if METRICS[measured.metric].absence is Absence.ZERO:
        kept = tuple(0.0 if value is None else value for value in kept)
    period = look_back(NOW, days=days, step=timedelta(seconds=measured.step_seconds))
    present = sorted(value for value in kept if value is not None)
    count = len(present)
    total = math.fsum(present) if count else None
    return Utilization(
        metric=measured.metric,
        period=period,
        step_seconds=measured.step_seconds,
        points=count,
        expected_points=expected,
        total=total,
        mean=None if total is None else total / count,
        minimum=present[0] if count else None,
        maximum=present[-1] if count else None,
        p95=quantile(present, 0.95) if count else None,
        p99_5=quantile(present, 0.995) if count else None,
        daily_maximum=_daily_maximum(kept, measured.step_seconds),
        fraction_above={limit: sum(value > limit for value in present) / count for limit in above} if count else None,
        hour_of_week_maximum=_hour_of_week(kept, measured.step_seconds, period.start) if hour_of_week else None,
    )


def _daily_maximum(values: Sequence[float | None], step_seconds: int) -> float | None:
    per_day = 86400 // step_seconds
    blocks = [
        [value for value in values[at : at + per_day] if value is not None] for at in range(0, len(values), per_day)
    ]
    return max((math.fsum(block) for block in blocks if block), default=None)


def _hour_of_week(values: Sequence[float | None], step_seconds: int, start: datetime) -> tuple[float | None, ...]:
    grid: dict[int, list[float]] = defaultdict(list)
    for position, value in enumerate(values):
        moment = start + timedelta(seconds=position * step_seconds)
        if value is not None:
            grid[moment.weekday() * 24 + moment.hour].append(value)
    return tuple(max(grid[hour]) if grid[hour] else None for hour in range(HOURS_PER_WEEK))


def price(amount: str | Decimal, unit: str = "hour", quality: Quality = Quality.LIST) -> Price:
    """A price of a made source."""
    return Price(amount=Decimal(amount), unit=unit, source="made price list", as_of=date(2026, 8, 1), quality=quality)


class StaticPrices:
    """A price book of exactly what it is given; everything else is not found.

    Args:
        instances: dollars an hour by (service, type, variant) or (service, type, variant, purchase).
        units: dollars by (service, item).
        shapes: the types that exist and are offered in the region.
        region: the one region that has prices.
        quality: of all of them.
    """

    version = "made-1"
    as_of = date(2026, 8, 1)

    def __init__(
        self,
        instances: Mapping[tuple[Any, ...], str] | None = None,
        units: Mapping[tuple[str, str], str] | None = None,
        shapes: Iterable[Shape] = (),
        region: str = REGION,
        quality: Quality = Quality.LIST,
    ) -> None:
        self.region, self.quality = region, quality
        self.instances = {
            key if len(key) == 4 else (*key, Purchase.ON_DEMAND): amount for key, amount in (instances or {}).items()
        }
        self.units = dict(units or {})
        self.shapes = {one.instance_type: one for one in shapes}

    def instance(
        self, service: str, instance_type: str, region: str, *, variant: str, purchase: Purchase = Purchase.ON_DEMAND
    ) -> Price:
        amount = self.instances.get((service, instance_type, variant, purchase))
        if amount is None or region != self.region:
            raise PriceNotFound(f"no price of {service} {instance_type} {variant} {purchase} in {region}")
        return price(amount, quality=self.quality)

    def unit(self, service: str, item: str, region: str) -> Price:
        amount = self.units.get((service, item))
        if amount is None or region != self.region:
            raise PriceNotFound(f"no price of {service} {item} in {region}")
        return price(amount, unit=_unit_of(item))

    def shape(self, instance_type: str) -> Shape:
        if instance_type not in self.shapes:
            raise PriceNotFound(f"unknown instance type {instance_type}")
        return self.shapes[instance_type]

    def offered(self, region: str) -> Sequence[Shape]:
        if region != self.region:
            return ()
        return tuple(one for _, one in sorted(self.shapes.items()))


def _unit_of(item: str) -> str:
    for ending, unit in (("storage", "GiB-month"), ("iops", "IOPS-month"), ("throughput", "MiBps-month")):
        if item.endswith(ending):
            return unit
    return "hour"


def shape(instance_type: str, vcpu: int, memory_gib: float, **fields: Any) -> Shape:
    """A current-generation x86-64 Nitro type without burst credits, GPUs or local disk, unless `fields` say so."""
    family = instance_type.removeprefix("ml.").split(".")[0]
    given: dict[str, Any] = {
        "architectures": ("x86_64",),
        "current_generation": True,
        "burstable": False,
        "bare_metal": False,
        "hypervisor": "nitro",
        **fields,
    }
    return Shape(instance_type=instance_type, family=family, vcpu=vcpu, memory_gib=memory_gib, **given)


def context(resources: Iterable[Resource] = (), prices: Any = None, now: datetime = NOW) -> Context:
    """Surroundings with those resources; without prices unless given."""
    listed = sorted(resources, key=lambda one: one.key)
    places: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for one in listed:
        places[one.account, one.region, one.spec.KIND].append(one)
    return Context(
        now=now,
        prices=prices or StaticPrices(),
        resources={one.key: one for one in listed},
        by_kind={place: tuple(members) for place, members in places.items()},
    )


def judge(
    check: Check[Any, Any],
    judged: Resource,
    *,
    facts: Iterable[Measured] = (),
    context: Context | None = None,
    prices: Any = None,
    beside: Iterable[Resource] = (),
    missing_kinds: frozenset[str] = frozenset(),
    **params: Any,
) -> Verdict:
    """What the engine answers for one resource.

    Args:
        check: the check.
        judged: the resource.
        facts: what was measured; a metric that the check does not declare never reaches it.
        context: surroundings; else they are made of `judged`, `beside` and `prices`.
        prices: a price book; none knows no price.
        beside: other resources of the snapshot.
        missing_kinds: kinds that could not be read.
        params: the check's parameters that differ from their defaults.
    """
    chosen = check.params(**params)
    given = {measured.metric: measured for measured in facts}
    declared: dict[str, list[Need]] = defaultdict(list)
    for need in check.needs:
        if need.metric in given:
            declared[need.metric].append(need)
    seen = {
        metric: utilization(
            given[metric],
            days=getattr(chosen, needs[0].days),
            above=[getattr(chosen, need.above) for need in needs if need.above is not None],
            hour_of_week=any(need.hour_of_week for need in needs),
        )
        for metric, needs in declared.items()
    }
    surroundings = context or _context([judged, *beside], prices)
    return judgement.judge(check, judged, seen, surroundings, chosen, missing_kinds)


_context = context


def monthly(verdict: Verdict) -> Decimal:
    """Dollars a month of a verdict that has a saving."""
    assert verdict.saving is not None, f"no saving: {verdict}"
    return verdict.saving.monthly.amount


def key_of(spec: Any, resource_id: str) -> ResourceKey:
    """Key of a resource in the usual account and region."""
    return ResourceKey("aws", ACCOUNT, REGION, spec.KIND, resource_id)
