"""What the renderers for people say in common: sentences and groups derived from the report, never written by hand."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.model.coverage import ScopeResult, Status
from costopt.model.finding import Finding
from costopt.model.money import Money
from costopt.model.price import Quality
from costopt.model.report import AppliedDiscount, DiscountOrigin, Report, Slice, Unjudged
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import counted, day, moment, money, monthly, percent, rest, share_taken_off
from costopt.renderers.notes import days, unbilled_note

QUALITY_WORDS = {
    Quality.LIST: "at published list prices",
    Quality.DERIVED: "at published prices and some derived from them exactly",
    Quality.ESTIMATE: "some of the prices are estimates",
}
"""How far the prices in a figure can be trusted, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeGroup:
    """Scopes that were not read, for one reason and one missing permission."""

    reason: str
    """Why; cleaned."""
    permission: str
    """The missing permission, or an empty text."""
    retryable: bool
    """Whether another run may succeed without anyone changing anything."""
    scopes: int
    """How many scopes."""
    where: str
    """Operations, accounts and regions, shortened; cleaned."""


def headline(report: Report) -> str:
    """The saving a month in one phrase, `at least` where something was not read or priced."""
    totals = report.totals
    prefix = "at least " if totals.at_least else ""
    return f"{prefix}{monthly(totals.saving)}"


def origin(report: Report) -> str:
    """What data, of when, at which prices: the first line of every output for people."""
    made = "made example, nobody's account · " if report.provenance.made else ""
    return made + extent(report)


def extent(report: Report) -> str:
    """How much data, of when, at which prices."""
    source = report.provenance
    return (
        f"{_accounts(report)} · {counted(len(source.regions), 'region')} · "
        f"{counted(source.resources, 'resource')} · data of {moment(source.collected_at)} · "
        f"prices of {day(source.catalog_as_of)} and later"
    )


def _accounts(report: Report) -> str:
    """How many accounts of AWS and projects of Google Cloud were read."""
    projects = _projects(report)
    accounts = len(report.provenance.accounts) - projects
    parts = [counted(accounts, "account")] if accounts or not projects else []
    return " and ".join([*parts, counted(projects, "project")] if projects else parts)


def account_word(report: Report) -> str:
    """What the report's accounts are called: those of Google Cloud are projects."""
    projects = _projects(report)
    if not projects:
        return "Account"
    return "Project" if projects == len(report.provenance.accounts) else "Account or project"


def _projects(report: Report) -> int:
    """How many of the accounts that were read are projects of Google Cloud."""
    found = {result.scope.account for result in report.coverage if result.scope.provider == "gcp"}
    return len(found & set(report.provenance.accounts))


def difference(report: Report) -> str:
    """Why the total is less than the sum of the findings."""
    totals = report.totals
    if not totals.overlaps.amount:
        return f"The findings taken alone add up to {money(totals.sum_of_findings)}; no two of them overlap."
    held_down = report.provenance.money.held_down
    why = "because several findings concern one resource or a commitment already pays for it"
    if held_down.amount:
        why += f", and {money(held_down)} because the bill shows that less was paid"
    return (
        f"The findings taken alone add up to {money(totals.sum_of_findings)}; "
        f"{money(rest(totals.sum_of_findings, totals.saving))} of that is not counted, {why}."
    )


def money_basis(report: Report, account: str | None = None) -> str:
    """What the money rests on, in a few words: `list prices`, or `bill NAME, FIRST to LAST DAY`, or where for which.

    Args:
        report: the report.
        account: the one whose money is meant; None for all.
    """
    source = report.provenance.money
    bills = source.bills
    if not bills or account in source.unbilled:
        return "list prices"
    named = [f"{shorten(clean(bill.source), 60)}, {days(bill.period)}" for bill in bills[:_MOST_BILLS]]
    more = f" and {len(bills) - _MOST_BILLS} more" if len(bills) > _MOST_BILLS else ""
    others = unbilled_note(source) if account is None else ""
    return f"{'bill' if len(bills) == 1 else 'bills'} {'; '.join(named)}{more}{others}"


def money_source(report: Report) -> str:
    """Where the money comes from, with the discounts in it and what a reader must know."""
    source = report.provenance.money
    found = _discounts(source.discounts, DiscountOrigin.BILL)
    given = _discounts(source.discounts, DiscountOrigin.SETTING)
    parts = [money_basis(report)]
    parts += ["no bill was read"] if not source.bills and not source.notes else []
    parts += [f"discounts found in it: {found}"] if found else []
    parts += [f"discounts of your settings: {given}"] if given else []
    if source.bills:
        # What the bill shows beside a setting stands there as its note.
        shown = any(one.note for one in source.discounts if one.origin is DiscountOrigin.SETTING)
        parts += [] if found else [f"no {'other ' if shown else ''}discount found in its prices"]
        parts.append(f"it names the resources of {source.named:,} of {counted(len(report.findings), 'finding')}")
    notes = "".join(f" The bill {shorten(clean(note.source), 60)} {clean(note.words)}." for note in source.notes)
    return f"Money: {'; '.join(parts)}.{notes}"


_MOST_BILLS = 3


def _discounts(discounts: Sequence[AppliedDiscount], origin: DiscountOrigin) -> str:
    return ", ".join(
        f"{one.service} {share_taken_off(one.fraction)}" + (f" ({one.note})" if one.note else "")
        for one in discounts
        if one.origin is origin
    )


LEGEND = "≈ marks a figure that rests on an estimated price; `costopt explain` and the other formats name each price."
"""What the mark before a figure means."""


def prices_note(report: Report) -> str:
    """How far the prices can be trusted, and what the mark means where there is one."""
    words = f"Quality of prices: {QUALITY_WORDS[report.totals.quality]}."
    return f"{words} {LEGEND}" if report.totals.quality is Quality.ESTIMATE else words


def why_at_least(report: Report) -> str:
    """What makes the total a lower bound; an empty text where it is not one."""
    if not report.totals.at_least:
        return ""
    gaps, unpriced = len(gap_scopes(report)), report.totals.unpriced
    causes = [f"{counted(gaps, 'scope')} could not be read"] if gaps else []
    causes += [f"{counted(unpriced, 'finding')} {'has' if unpriced == 1 else 'have'} no price"] if unpriced else []
    unpriceable = sum(len(part.resources) for part in report.unjudged if part.reason == "price missing")
    causes += [f"{counted(unpriceable, 'judgement')} lacked a price"] if unpriceable else []
    return f"At least, because {' and '.join(causes) or 'not everything was read or priced'}."


def gap_scopes(report: Report) -> list[ScopeResult]:
    """Scopes that were to be read and were not."""
    return [row for row in report.coverage if row.status is Status.GAP]


def coverage_counts(report: Report) -> dict[Status, int]:
    """How many planned scopes ended in each way."""
    counts = Counter(row.status for row in report.coverage)
    return {status: counts[status] for status in Status}


def gap_groups(report: Report) -> list[ScopeGroup]:
    """Gaps by reason and missing permission, the most first."""
    return _groups(gap_scopes(report))


def skip_groups(report: Report) -> list[ScopeGroup]:
    """Scopes that were left out on purpose, by reason, the most first."""
    return _groups([row for row in report.coverage if row.status is Status.SKIPPED])


def _groups(scopes: Sequence[ScopeResult]) -> list[ScopeGroup]:
    groups: dict[tuple[str, str, bool], list[ScopeResult]] = defaultdict(list)
    for row in scopes:
        groups[row.reason or "unknown", row.permission or "", row.retryable].append(row)
    made = [
        ScopeGroup(
            reason=clean(reason),
            permission=clean(permission),
            retryable=retryable,
            scopes=len(rows),
            where=_where(rows),
        )
        for (reason, permission, retryable), rows in groups.items()
    ]
    return sorted(made, key=lambda group: (-group.scopes, group.reason, group.permission))


def _where(rows: Sequence[ScopeResult]) -> str:
    scopes = [row.scope for row in rows]
    return " · ".join(
        _some(sorted({clean(name) for name in names}))
        for names in (
            (scope.operation for scope in scopes),
            (scope.account for scope in scopes),
            (scope.region for scope in scopes),
        )
    )


def _some(names: Sequence[str], shown: int = 3) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(shorten(name, 60) for name in names[:shown]) + more


def unpriced_groups(report: Report) -> list[tuple[str, int]]:
    """Missing prices and how many findings each leaves without a figure, the most first."""
    gaps = Counter(clean(item.price_gap) for item in report.findings if item.saving is None and item.price_gap)
    return sorted(gaps.items(), key=lambda pair: (-pair[1], pair[0]))


def unjudged_reasons(report: Report) -> list[tuple[str, int, str]]:
    """Why judgements were not possible: reason, how many, and which checks; the most first."""
    groups: dict[str, list[Unjudged]] = defaultdict(list)
    for row in report.unjudged:
        groups[clean(row.reason)].append(row)
    reasons = [
        (reason, sum(len(row.resources) for row in rows), _some([row.check_id for row in rows], shown=4))
        for reason, rows in groups.items()
    ]
    return sorted(reasons, key=lambda part: (-part[1], part[0]))


def unjudged_count(report: Report) -> int:
    """How many judgements could not be made, over all checks."""
    return sum(len(row.resources) for row in report.unjudged)


def not_checked(report: Report) -> str:
    """One sentence on what the report does not cover."""
    parts = holes(report)
    return f"Not checked: {parts}." if parts else "Everything that was planned was read and judged."


def holes(report: Report) -> str:
    """What the report does not cover, as a list in words; an empty text where it covers all."""
    gaps, unjudged, unpriced = len(gap_scopes(report)), unjudged_count(report), report.totals.unpriced
    parts = [counted(gaps, "scope") + f" of {len(report.coverage):,} not read"] if gaps else []
    parts += [counted(unjudged, "judgement") + " not possible for want of data"] if unjudged else []
    parts += [counted(unpriced, "finding") + " without a price"] if unpriced else []
    errors = sum(row.error for row in report.checks)
    parts += [counted(errors, "judgement") + " ended in an error"] if errors else []
    unchecked = sum(row.resources for row in report.unchecked)
    parts += [counted(unchecked, "resource") + " of kinds without a check"] if unchecked else []
    return ", ".join(parts)


def share(part: Money, whole: Money) -> Decimal:
    """Part of a whole, 0 where the whole is nothing."""
    return part.amount / whole.amount if whole.amount > 0 else Decimal(0)


def lever_conclusion(report: Report) -> str:
    """What the figure of levers says, as its heading."""
    first = _first(report.by_lever, report)
    return f"{first[0]} is {first[1]} of the saving" if first else "No lever saves anything"


def owner_conclusion(report: Report) -> str:
    """What the figure of owners says, as its heading."""
    first = _first(report.by_owner, report)
    if not first:
        return "No owner has anything to save"
    if report.by_owner[0].name not in {item.owner for item in report.findings}:
        return f"{first[1]} of the saving has no owner"
    return f"{first[1]} of the saving is with {first[0]}"


def account_conclusion(report: Report) -> str:
    """What the figure of accounts says, as its heading."""
    first = _first(report.by_account, report)
    return (
        f"{first[1]} of the saving is in {first[0]}"
        if first
        else f"No {account_word(report).lower()} has anything to save"
    )


def _first(slices: Sequence[Slice], report: Report) -> tuple[str, str] | None:
    whole = report.totals.saving
    if not slices or whole.amount <= 0:
        return None
    return shorten(clean(slices[0].name), 60), percent(share(slices[0].saving, whole))


def alone(finding: Finding) -> Money | None:
    """The saving of a finding taken alone."""
    return None if finding.saving is None else finding.saving.monthly


def next_command(report: Report, snapshot: str = "SNAPSHOT") -> str:
    """What to type next; `snapshot` is the path of the report's snapshot, where the caller knows it."""
    return f"costopt explain {report.findings[0].id} --snapshot {snapshot}" if report.findings else "costopt checks"
