"""What the bill says was paid for a resource, and savings held down to it: nobody saves more than they pay."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.model.finding import Finding, Paid
from costopt.model.money import HOURS_PER_MONTH, SMALLEST_AMOUNT, USD, Money
from costopt.model.period import Period
from costopt.model.resource import Resource, ResourceKey

NOT_NAMED = "the bill does not name it"
NO_TIME = "the bill gives its charges no length of time, so that they are no amount a month"
AMBIGUOUS = "the bill names several resources by this name"
LEAST_WINDOW = timedelta(days=7)
"""A week has every weekday once; what fewer days cost is told and nothing is held to it."""
_EDGE = timedelta(days=1)
"""How far from either end of the window the charges may begin and end: bills by the day in another time zone."""
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
    """Earliest start of a charge in the window, UTC."""
    last_charge: datetime
    """Latest end of a charge that begins in the window, UTC."""
    window: Period
    """The whole days that were asked about, UTC."""


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


def names_in_bill(resource_id: str) -> tuple[str, str | None]:
    """A name in the bill, and of an ARN its last part."""
    if not resource_id.startswith("arn:") or resource_id.count(":") < _ARN_COLONS:
        return resource_id, None
    arn = plain_arn(resource_id)
    return arn, re.split(r"[/:]", arn)[-1]


def plain_arn(arn: str) -> str:
    """An ARN without the `:*` that CloudWatch Logs puts behind the name of a group."""
    return arn.removesuffix(":*")


def _monthly(costs: Sequence[ResourceCost]) -> Paid | str:
    first, last = min(cost.first_charge for cost in costs), max(cost.last_charge for cost in costs)
    if last <= first:
        return NO_TIME
    start, end = min(cost.window.start for cost in costs), max(cost.window.end for cost in costs)
    hours = Decimal((last - first) // timedelta(seconds=1)) / 3600
    effective = sum((cost.effective for cost in costs), Decimal(0))
    contracted = [cost.contracted for cost in costs if cost.contracted is not None]
    return Paid(
        effective=_scaled(effective, hours),
        billed=_scaled(sum((cost.billed for cost in costs), Decimal(0)), hours),
        period=Period(start=first, end=last),
        whole=first <= start + _EDGE and last >= end - _EDGE and end - start >= LEAST_WINDOW,
        covered=len(contracted) < len(costs) or abs(sum(contracted) - effective) >= _CENT,
    )


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
        return "the saving exceeds it; a commitment may have paid for a part of it, so it is not held to it"
    return "the saving exceeds it and counts at most what was paid"
