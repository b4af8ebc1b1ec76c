"""Geometry of a plan's charts, in hundredths of their width and height; the page draws them, no number is lost here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from costopt.model.money import Money
from costopt.model.plan import FrontierPoint, LoadCurve, Plan, Purchase, Variant
from costopt.renderers.formats import money, percent
from costopt.renderers.plan_summary import label

_FULL = 100.0
_LEAST_WIDTH = 1.0
"""Of a bar that stands for something, so that it can be seen."""
_HEADROOM = 1.02
"""Above the highest column, so that a line at its top is whole."""
_SHARES = (
    (0.0, "the busiest hour"),
    (0.25, "a quarter of the hours"),
    (0.5, "half of the hours"),
    (0.75, "three quarters of the hours"),
    (1.0, "every hour"),
)
_MARGIN = 0.12
"""Of the frontier's span, left free on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a column: from the top, `y` and `height`."""

    mark: str
    """Its class in the stylesheet."""
    y: str
    """Upper edge."""
    height: str
    """Height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A variant as a stacked column with a line at its worst case."""

    name: str
    """Of the variant, for people."""
    words: str
    """What the column shows, as a sentence."""
    segments: tuple[Segment, ...]
    """From the bottom."""
    worst: str | None
    """Height of the worst case from the top; None where there is none."""


def columns(plan: Plan) -> tuple[Column, ...]:
    """The variants side by side, on one scale."""
    highest = max((_highest(one) for one in plan.variants), default=0.0) * _HEADROOM or 1.0
    return tuple(_column(plan, one, highest) for one in plan.variants)


def _highest(one: Variant) -> float:
    return max(float(one.total.amount), float(one.worst_case.amount) if one.worst_case else 0.0)


def _column(plan: Plan, one: Variant, highest: float) -> Column:
    parts = (
        ("fill", one.commitments, "commitments"),
        ("plain", one.on_demand, "on demand"),
        ("spot", one.spot, "spot"),
    )
    top, segments = _FULL, []
    for mark, value, _ in parts:
        height = float(value.amount) / highest * _FULL
        top -= height
        segments.append(Segment(mark=mark, y=_number(top), height=_number(height)))
    words = ", ".join(f"{money(value)} {what}" for _, value, what in parts)
    worst = f"; worst case {money(one.worst_case)}" if one.worst_case else ""
    return Column(
        name=label(plan, one),
        words=f"{label(plan, one)}: {money(one.total)} a month, of which {words}{worst}",
        segments=tuple(segments),
        worst=_number(_FULL - float(one.worst_case.amount) / highest * _FULL) if one.worst_case else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Purchases as bars over the horizon."""

    ticks: tuple[str, ...]
    """Months, evenly spaced, first and last at the edges."""
    bars: tuple["Span", ...]
    """One a purchase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A bar, as the macro `bar` draws it."""

    start: str
    """Left edge."""
    width: str
    """Width."""


def calendar(plan: Plan, purchases: Sequence[Purchase]) -> Calendar:
    """When each purchase begins and how far into the horizon it lasts."""
    first = plan.now.date()
    last = _later(first, plan.horizon_months)
    ticks = sorted({_later(first, plan.horizon_months * step // 3) for step in range(4)})
    return Calendar(
        ticks=tuple(f"{tick:%b %Y}" for tick in ticks), bars=tuple(_span(one, first, last) for one in purchases)
    )


def _span(one: Purchase, first: date, last: date) -> Span:
    whole = max(1, (last - first).days)
    start = min(max(0.0, (one.buy_on - first).days / whole * _FULL), _FULL - _LEAST_WIDTH)
    end = min(_FULL, (_later(one.buy_on, one.term_months) - first).days / whole * _FULL)
    return Span(start=_number(start), width=_number(max(_LEAST_WIDTH, end - start)))


def _later(day: date, months: int) -> date:
    """The same day some months on, the 28th at the latest, which every month has."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, min(day.day, 28))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadChart:
    """A load-duration curve with the level that commitments cover, as points of polygons."""

    heading: str
    """What it says."""
    subject: str
    """What it is of. Hostile until escaped."""
    covered: str
    """Load that commitments pay for."""
    on_demand: str
    """Load above them."""
    unused: str
    """Commitment above the load."""
    level: str
    """Height of the commitment from the top."""
    highest: str
    """Top of the scale, such as `$19.95`."""
    quantiles: tuple[tuple[str, str], ...]
    """Share of the hours and the load that is reached in them: the table behind the chart."""
    committed: str
    """Dollars an hour, at on-demand prices."""


def load_chart(curve: LoadCurve) -> LoadChart | None:
    """The chart of a curve; None where it has no point above zero."""
    loads, level = curve.dollars_per_hour, max(0.0, curve.committed)
    highest = max((*loads, level), default=0.0)
    if not loads or max(loads) <= 0:
        return None
    steps = len(loads) - 1 or 1
    xs = [place / steps * _FULL for place in range(len(loads))] if len(loads) > 1 else [0.0, _FULL]
    ys = list(loads) if len(loads) > 1 else [loads[0], loads[0]]
    floor = [0.0] * len(ys)
    flat = [level] * len(ys)
    lower = [min(load, level) for load in ys]
    upper = [max(load, level) for load in ys]
    return LoadChart(
        heading=_load_heading(ys, level),
        subject=curve.subject,
        covered=_polygon(xs, lower, floor, highest),
        on_demand=_polygon(xs, upper, flat, highest),
        unused=_polygon(xs, flat, lower, highest),
        level=_number(_FULL - level / highest * _FULL),
        highest=_hourly(highest),
        quantiles=tuple((words, _hourly(ys[round(share * (len(ys) - 1))])) for share, words in _SHARES),
        committed=_hourly(level),
    )


def _load_heading(loads: Sequence[float], level: float) -> str:
    covered = sum(min(load, level) for load in loads)
    share = percent(min(1.0, covered / sum(loads)))
    if level <= 0:
        return "No commitment covers it"
    use = percent(min(1.0, covered / (level * len(loads))))
    return f"Commitments cover {share} of the load; {use} of them is used"


def _polygon(xs: Sequence[float], upper: Sequence[float], lower: Sequence[float], highest: float) -> str:
    """Points along the upper line and back along the lower."""
    there = list(zip(xs, upper, strict=True))
    back = list(zip(xs, lower, strict=True))[::-1]
    return " ".join(f"{_number(x)},{_number(_FULL - y / highest * _FULL)}" for x, y in (*there, *back))


def _hourly(value: float) -> str:
    return money(Money(amount=Decimal(str(value))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A point of the frontier."""

    number: int
    """As in the table beside the chart."""
    x: str
    """From the left."""
    y: str
    """From the top."""
    chosen: bool
    """Whether a variant stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Cost against the worst case."""

    dots: tuple[Dot, ...]
    """In the order of the table."""
    line: str
    """The same points, by the worst case, as those of a polyline."""
    worst: tuple[str, str]
    """Ends of the scale of the worst case, left and right."""
    expected: tuple[str, str]
    """Ends of the scale of the expected cost, below and above."""


def frontier(points: Sequence[FrontierPoint]) -> Frontier | None:
    """The chart of the points; None where there are fewer than two."""
    if len(points) < 2:
        return None
    xs, across = _scaled([one.worst for one in points])
    heights, up = _scaled([one.expected for one in points])
    places = [(x, _FULL - height) for x, height in zip(xs, heights, strict=True)]
    return Frontier(
        dots=tuple(
            Dot(number=number, x=_number(x), y=_number(y), chosen=one.variant is not None)
            for number, ((x, y), one) in enumerate(zip(places, points, strict=True), start=1)
        ),
        line=" ".join(f"{_number(x)},{_number(y)}" for x, y in sorted(places)),
        worst=across,
        expected=up,
    )


def _scaled(values: Sequence[Money]) -> tuple[list[float], tuple[str, str]]:
    """Places on a scale with a margin at both ends, and what stands at the ends."""
    amounts = [float(value.amount) for value in values]
    least, most = min(amounts), max(amounts)
    margin = (most - least) * _MARGIN or 1.0
    low, high = max(0.0, least - margin), most + margin
    ends = tuple(money(Money(amount=Decimal(round(end)), currency=values[0].currency)) for end in (low, high))
    return [(amount - low) / (high - low) * _FULL for amount in amounts], (ends[0][:-3], ends[1][:-3])


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
