"""What was paid for each resource of a snapshot a month, or in words why that cannot be said."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from costopt.economics.paid.bill_names import (
    end_in_bill,
    has_given_id,
    is_of_giver,
    names_in_bill,
    names_itself,
    plain_arn,
)
from costopt.economics.paid.charges import ResourceCost, seconds
from costopt.model.finding import Paid
from costopt.model.money import HOURS_PER_MONTH, SMALLEST_AMOUNT, USD, Money
from costopt.model.period import Period
from costopt.model.resource import Resource

NOT_NAMED = "the bill does not name it"
NO_TIME = "the bill gives its charges no length of time, so that they are no amount a month"
AMBIGUOUS = "the bill names several resources by this name"
TWICE = "two bills name it at the same time, so that their sum may count charges twice"
BEYOND = "its charges reach beyond the days that were asked about"
LEAST_WINDOW = timedelta(days=7)
"""A week has every weekday once; what fewer days cost is told and nothing is held to it."""
_EDGE = timedelta(days=1)
"""How far from either end of the window the charges may begin and end, and how far apart the windows of two bills may
lie that join: bills by the day in another time zone, and the last good day, which is left out."""
_CENT = Decimal("0.01")


class PaidCosts:
    """The bill's costs by resource of a snapshot."""

    def __init__(self, costs: Iterable[ResourceCost], resources: Iterable[Resource]) -> None:
        self._whole: dict[tuple[str, str], list[ResourceCost]] = defaultdict(list)
        self._last_parts: dict[tuple[str, str], list[ResourceCost]] = defaultdict(list)
        for cost in costs:
            name, last_part = names_in_bill(cost.resource_id)
            self._whole[cost.account, name].append(cost)
            if last_part is not None:
                self._last_parts[cost.account, last_part].append(cost)
        self._alike = Counter((resource.account, resource.id) for resource in resources)

    def of(self, resource: Resource) -> Paid | str:
        """What was paid for it a month, or in words why that cannot be said."""
        costs = self._certain(resource)
        if not costs and resource.arn is None and not names_itself(resource):
            costs = self._likely(resource)
            if len({cost.resource_id for cost in costs}) > 1:
                return AMBIGUOUS
        if not costs:
            return NOT_NAMED
        currencies = sorted({cost.currency for cost in costs})
        if currencies != [USD]:
            return f"the bill is in {' and '.join(currencies)}, the prices are in {USD}"
        return _monthly(costs)

    def _certain(self, resource: Resource) -> Sequence[ResourceCost]:
        """Costs under names that mean nothing but this resource in its account."""
        account, id_ = resource.account, resource.id
        found = list(self._whole.get((account, plain_arn(resource.arn)), ())) if resource.arn else []
        if names_itself(resource):
            found += self._whole.get((account, id_), ())
        if has_given_id(resource):
            ends = self._last_parts.get((account, id_), ())
            found += [cost for cost in ends if is_of_giver(cost.resource_id)]
        end = end_in_bill(resource)
        if end is not None:
            ends = self._last_parts.get((account, end.rpartition("/")[2]), ())
            found += [cost for cost in ends if cost.resource_id.endswith(end)]
        return tuple(dict.fromkeys(found))

    def _likely(self, resource: Resource) -> Sequence[ResourceCost]:
        """Costs of ARNs of the same account and region that end in its name, where nothing else has that name."""
        if self._alike[resource.account, resource.id] != 1:
            return ()
        ends = self._last_parts.get((resource.account, resource.id), ())
        return [cost for cost in ends if cost.resource_id.split(":")[3:5] == [resource.region, resource.account]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The time that the charges of one bill cover."""

    window: Period
    first: datetime
    last: datetime

    @property
    def fills(self) -> bool:
        """Whether it reaches over the whole window, to a day at either end."""
        return self.first <= self.window.start + _EDGE and self.last >= self.window.end - _EDGE


def _monthly(costs: Sequence[ResourceCost]) -> Paid | str:
    """Costs of one resource and currency by the time that they cover, which is that of each bill."""
    spans = _spans(costs)
    if any(cost.reaches_beyond for cost in costs):
        return BEYOND
    if any(span.last <= span.first for span in spans):
        return NO_TIME
    if any(after.first < before.last - _EDGE for before, after in pairwise(spans)):
        return TWICE
    hours = sum((seconds(span.last - span.first) for span in spans), Decimal(0)) / 3600
    effective = sum((cost.effective for cost in costs), Decimal(0))
    contracted = [cost.contracted for cost in costs if cost.contracted is not None]
    return Paid(
        effective=_scaled(effective, hours),
        billed=_scaled(sum((cost.billed for cost in costs), Decimal(0)), hours),
        period=Period(start=spans[0].first, end=max(span.last for span in spans)),
        whole=_is_whole(spans),
        covered=len(contracted) < len(costs) or abs(sum(contracted) - effective) >= _CENT,
    )


def _spans(costs: Sequence[ResourceCost]) -> Sequence[_Span]:
    """One for each bill, by time."""
    by_bill: dict[tuple[str, Period], list[ResourceCost]] = defaultdict(list)
    for cost in costs:
        by_bill[cost.source, cost.window].append(cost)
    spans = [
        _Span(
            window=window,
            first=min(cost.first_charge for cost in members),
            last=max(cost.last_charge for cost in members),
        )
        for (_, window), members in by_bill.items()
    ]
    return sorted(spans, key=lambda span: (span.first, span.last))


def _is_whole(spans: Sequence[_Span]) -> bool:
    """Whether the charges reach, without a gap, over all that was asked about, and that is long enough."""
    joined = all(after.window.start <= before.window.end + _EDGE for before, after in pairwise(spans))
    length = max(span.window.end for span in spans) - min(span.window.start for span in spans)
    return joined and all(span.fills for span in spans) and length >= LEAST_WINDOW


def _scaled(cost: Decimal, hours: Decimal) -> Money:
    return Money(amount=(cost * HOURS_PER_MONTH / hours).quantize(SMALLEST_AMOUNT))
