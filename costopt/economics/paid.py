"""What the bill says was paid for a resource, and savings held down to it: nobody saves more than they pay."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from costopt.model.finding import Finding, Paid
from costopt.model.money import HOURS_PER_MONTH, SMALLEST_AMOUNT, USD, Money
from costopt.model.period import Period
from costopt.model.resource import Resource, ResourceKey

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
_GIVEN_IDS = frozenset(
    ("ami", "ebs_snapshot", "ebs_volume", "ec2_instance", "efs_file_system", "elastic_ip", "nat_gateway")
)
"""Kinds whose ids the provider gives, such as `i-0123456789abcdef0`: one names one thing, bare or at the end of an ARN.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html."""
_THEIR_SERVICES = ("ec2", "elasticfilesystem")
"""Services in the ARNs of those kinds; a function that somebody named like an instance is of another one."""
_BUCKET = "s3_bucket"
"""Bills name buckets by their bare name, which is unique in a partition.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""
_ARN_COLONS = 5
_NUMBERED = {"gce_instance": "instances", "gce_reservation": "reservations", "persistent_disk": "disks"}
"""Kinds that Google's bills name by their number, and what stands before it; others are named in full.
Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage (global_name)."""
_COMPUTE_ENGINE = "//compute.googleapis.com/"
_CHEAPER = {"gcp": "a commitment or a sustained use discount"}
"""What makes a cost less than contracted without anything being negotiated, by provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCost:
    """What one name in the bill cost in a window of whole days; usage only, without unused commitments."""

    account: str
    """Account that used it."""
    resource_id: str
    """Its name in the bill. Hostile."""
    currency: str
    """ISO 4217 code of the costs."""
    billed: Decimal
    """Invoiced."""
    effective: Decimal
    """Amortised."""
    contracted: Decimal | None
    """At negotiated prices without commitments; None where the bill does not say."""
    first_charge: datetime
    """Earliest start of a charge, UTC."""
    last_charge: datetime
    """Latest end of a charge, UTC."""
    window: Period
    """The whole days that were asked about, UTC."""
    source: str = ""
    """The bill that says so."""

    @property
    def reaches_beyond(self) -> bool:
        """Whether charges are in it of which only a part falls into the window."""
        return self.first_charge < self.window.start or self.last_charge > self.window.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCharge:
    """Charges of one name in the bill for one and the same time."""

    account: str
    """Account that used it."""
    resource_id: str
    """Its name in the bill. Hostile."""
    currency: str
    """ISO 4217 code of the costs."""
    billed: Decimal
    """Invoiced."""
    effective: Decimal
    """Amortised."""
    contracted: Decimal | None
    """At negotiated prices without commitments; None where the bill does not say."""
    start: datetime
    """Start of the charge period, UTC."""
    end: datetime
    """End of it, UTC."""


def prorated(charges: Iterable[ResourceCharge], window: Period, source: str) -> list[ResourceCost]:
    """What names cost in a window, of each charge the part that its time has in it; one for each name and currency.

    Args:
        charges: of any time; those outside of the window count nothing.
        window: the whole days that are asked about, UTC.
        source: the bill that the charges are from.
    """
    by_name: dict[tuple[str, str, str], list[tuple[ResourceCharge, Decimal]]] = defaultdict(list)
    for charge in charges:
        part = _part(charge, window)
        if part > 0:
            by_name[charge.account, charge.resource_id, charge.currency].append((charge, part))
    costs = []
    for (account, resource_id, currency), parts in by_name.items():
        contracted = [charge.contracted * part for charge, part in parts if charge.contracted is not None]
        costs.append(
            ResourceCost(
                account=account,
                resource_id=resource_id,
                currency=currency,
                billed=sum((charge.billed * part for charge, part in parts), Decimal(0)),
                effective=sum((charge.effective * part for charge, part in parts), Decimal(0)),
                contracted=sum(contracted, Decimal(0)) if contracted else None,
                first_charge=max(min(charge.start for charge, _ in parts), window.start),
                last_charge=min(max(charge.end for charge, _ in parts), window.end),
                window=window,
                source=source,
            )
        )
    return costs


def _part(charge: ResourceCharge, window: Period) -> Decimal:
    """Part of a charge's time in the window, 0 to 1; a charge without length is in it or not."""
    if charge.end <= charge.start:
        return Decimal(int(window.start <= charge.start < window.end))
    inside = min(charge.end, window.end) - max(charge.start, window.start)
    if inside >= charge.end - charge.start:
        return Decimal(1)
    return max(_seconds(inside), Decimal(0)) / _seconds(charge.end - charge.start)


def _seconds(time: timedelta) -> Decimal:
    return Decimal(time // timedelta(microseconds=1)).scaleb(-6)


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
        if not costs and resource.arn is None and not _names_itself(resource):
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
        if _names_itself(resource):
            found += self._whole.get((account, id_), ())
        if resource.spec.KIND in _GIVEN_IDS:
            ends = self._last_parts.get((account, id_), ())
            found += [cost for cost in ends if cost.resource_id.split(":")[2] in _THEIR_SERVICES]
        number = number_in_bill(resource)
        if number is not None:
            end = f"/{_NUMBERED[resource.spec.KIND]}/{number}"
            ends = self._last_parts.get((account, number), ())
            found += [cost for cost in ends if cost.resource_id.endswith(end)]
        return tuple(dict.fromkeys(found))

    def _likely(self, resource: Resource) -> Sequence[ResourceCost]:
        """Costs of ARNs of the same account and region that end in its name, where nothing else has that name."""
        if self._alike[resource.account, resource.id] != 1:
            return ()
        ends = self._last_parts.get((resource.account, resource.id), ())
        return [cost for cost in ends if cost.resource_id.split(":")[3:5] == [resource.region, resource.account]]


def _names_itself(resource: Resource) -> bool:
    """Whether its bare id can mean nothing else."""
    return resource.spec.KIND in _GIVEN_IDS or resource.spec.KIND == _BUCKET


def number_in_bill(resource: Resource) -> str | None:
    """Numeric id by which Google's bills know a resource; None of kinds that have none."""
    number = getattr(resource.spec, "number", None)
    return number if isinstance(number, str) and resource.spec.KIND in _NUMBERED else None


def names_in_bill(resource_id: str) -> tuple[str, str | None]:
    """A name in the bill, and of an ARN or a name of Compute Engine its last part."""
    if resource_id.startswith(_COMPUTE_ENGINE):
        return resource_id, resource_id.rpartition("/")[2]
    if not resource_id.startswith("arn:") or resource_id.count(":") < _ARN_COLONS:
        return resource_id, None
    arn = plain_arn(resource_id)
    return arn, re.split(r"[/:]", arn)[-1]


def plain_arn(arn: str) -> str:
    """An ARN without the `:*` that CloudWatch Logs puts behind the name of a group."""
    return arn.removesuffix(":*")


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
    hours = sum((_seconds(span.last - span.first) for span in spans), Decimal(0)) / 3600
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


def hold_to_paid(findings: Sequence[Finding], paid: Mapping[ResourceKey, Paid | str]) -> tuple[Finding, ...]:
    """Findings with what was paid for their resource, and none counting more than that.

    The findings on one resource count together at most what it cost a month, those that count most first. It holds for
    findings whose whole arithmetic is of the resource itself, where the bill saw the resource over the whole window
    and no commitment paid for a part of it. Elsewhere the amount is only told.

    Args:
        findings: settled findings, in the report's order.
        paid: what was paid, or why that is not known, by resource.
    """
    left: dict[ResourceKey, Decimal] = {}
    held = []
    for finding in findings:
        found = paid[finding.resource]
        if isinstance(found, str):
            held.append(replace(finding, paid_note=found))
            continue
        room = left.setdefault(finding.resource, max(found.effective.amount, Decimal(0)))
        told = replace(finding, paid=found, paid_note=_note(finding, found))
        if _comparable(finding, found):
            left[finding.resource] = max(Decimal(0), room - finding.counted.amount)
            told = _held(told, found, room)
        held.append(told)
    return tuple(held)


def _held(finding: Finding, paid: Paid, room: Decimal) -> Finding:
    if finding.counted.amount <= room:
        return finding
    reason = f"by the bill only {paid.effective.amount:.2f} {paid.effective.currency} a month was paid for it"
    overlap = f"{finding.overlap}; {reason}" if finding.overlap else reason
    return replace(finding, counted=Money(amount=room, currency=paid.effective.currency), overlap=overlap)


def _comparable(finding: Finding, paid: Paid) -> bool:
    return paid.whole and not paid.covered and _is_its_own(finding) and finding.counted.amount > 0


def _is_its_own(finding: Finding) -> bool:
    """Whether all that is saved is a cost of the resource itself, in the currency of the amount paid.

    A surcharge is a subject of its own kind with the resource's id; what a stopped machine's volumes cost is not.
    """
    terms = finding.saving.terms if finding.saving else ()
    same = all(term.subject._replace(kind=finding.resource.kind) == finding.resource for term in terms)
    return bool(terms) and same and terms[0].price.currency == USD


def _note(finding: Finding, paid: Paid) -> str | None:
    """How a saving that exceeds what was paid stands to it."""
    if not _is_its_own(finding) or finding.saving is None:
        return None
    if finding.saving.monthly.amount - paid.effective.amount < _CENT:
        return None
    if not paid.whole:
        return "the saving exceeds it; the bill saw the resource for a part of the time only, so it is not held to it"
    if paid.covered:
        who = _CHEAPER.get(finding.resource.provider, "a commitment")
        return f"the saving exceeds it; {who} may have paid for a part of it, so it is not held to it"
    return "the saving exceeds it and counts at most what was paid"
