"""Small print: where a price comes from, what was paid, how complete a measurement is, who silenced a finding."""

from datetime import timedelta

from costopt.model.finding import Evidence, Finding, Silence, Term
from costopt.model.period import Period
from costopt.model.report import MoneySource
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import day, look_back, money, percent

_MOST_ACCOUNTS = 3
_LONGEST_ACCOUNT = 60


def price_note(term: Term) -> str:
    """How far a price can be trusted and where to look it up."""
    price = term.price
    discount = f", after a discount of {percent(price.discount_fraction)}" if price.discount_fraction else ""
    return f"{price.quality.value} price{discount}, {price.source}, {price.as_of.isoformat()}"


def paid_note(finding: Finding) -> str | None:
    """What the bill says of the resource; None where no bill was read."""
    paid = finding.paid
    if paid is None:
        return f"unknown: {finding.paid_note}" if finding.paid_note else None
    billed = "" if paid.billed == paid.effective else f" amortised, {money(paid.billed)} billed"
    note = f"; {finding.paid_note}" if finding.paid_note else ""
    return f"{money(paid.effective)} a month{billed}, from charges of {days(paid.period)}{note}"


def days(period: Period) -> str:
    """First and last day of a period, both included: `2026-10-21 to 2026-11-19`."""
    last = (period.end - timedelta(microseconds=1)).date()
    first = period.start.date()
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def evidence_note(seen: Evidence) -> str:
    """Period and completeness of a measurement, in brackets; empty where there is neither."""
    notes = [look_back(seen.period)] if seen.period else []
    notes += [f"{percent(seen.coverage_fraction)} of the points"] if seen.coverage_fraction is not None else []
    return f" ({', '.join(notes)})" if notes else ""


def silence_note(silence: Silence) -> str:
    """Who silenced a finding, until when, and why."""
    until = f" until {silence.until.isoformat()}" if silence.until else ""
    return f"silenced by {silence.by}{until}: {silence.reason}"


def unbilled_note(source: MoneySource) -> str:
    """For whom list prices are used beside a bill: `; list prices for acme-web and 2 more`, or an empty text."""
    named = [shorten(clean(one), _LONGEST_ACCOUNT) for one in source.unbilled[:_MOST_ACCOUNTS]]
    more = f" and {len(source.unbilled) - _MOST_ACCOUNTS} more" if len(source.unbilled) > _MOST_ACCOUNTS else ""
    return f"; list prices for {', '.join(named)}{more}" if named else ""
