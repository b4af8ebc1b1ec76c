"""Spend-based commitments of Google, which no inventory lists and a bill shows by their fees.

The fee of an hour is the commitment: dollars of discounted cost, of the program of 2026-01-21 and before. Where
utilisation offsets the fee by a credit, the fee before credits counts.
Sources: https://cloud.google.com/billing/docs/how-to/cud-analysis-flexible (SKUs of fees, such as `Commitment - dollar
based v1: GCE for 1 year`; what they pay for), https://cloud.google.com/docs/cuds-migration (since then `Compute
Flexible Committed Use Discounts - 1 Year`) and https://cloud.google.com/docs/cuds-multiprice-datamodel (offsets).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from costopt.billing.dimensions import parse_condition, parse_grouping
from costopt.billing.engine import Engine
from costopt.billing.query import load_costs
from costopt.economics.commitments import Owned
from costopt.economics.gce.machines import SERVICE
from costopt.model.focus import TYPES
from costopt.model.money import USD
from costopt.model.period import Period
from costopt.model.specs.commitment import Commitment, CommitmentKind

_SPEND_BASED = re.compile(r"commitment - dollar[ -]based|.*\bcommitted use discounts?\b", re.IGNORECASE)
_FLEXIBLE = re.compile(
    r"(?:commitment - dollar[ -]based(?: v\d+)?: gce for|compute flexible committed use discounts? -) ([13]) years?",
    re.IGNORECASE,
)
_LONGEST_FEE = timedelta(days=31)
"""A bill without hours has one fee a month."""
_RECENT = timedelta(days=2)
"""A commitment whose last fee is older has ended."""
_BY = ("BillingAccountId", "ChargeDescription", "ChargePeriodStart", "ChargePeriodEnd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What one sort of commitment of a billing account costs."""

    billing_account: str
    """Whose."""
    years: int | None
    """Term of a flexible commitment for Compute Engine; None of any other spend-based one."""
    currency: str
    """ISO 4217 code."""
    hourly: Decimal
    """An hour, the highest of the last days."""


def read_fees(engine: Engine, window: Period) -> tuple[Fee, ...]:
    """Fees that are being paid at the end of a window, by billing account, term and currency.

    They are often on no project, so that only the billing account tells whom they concern.

    Args:
        engine: over one source.
        window: whole days of the bill, UTC.

    Raises:
        EngineError: the source's files cannot be read.
    """
    grouping = parse_grouping(_BY, TYPES)
    where = parse_condition(("ChargeCategory=Purchase", "ProviderName=Google Cloud"), TYPES)
    start = min(window.start, window.end - _LONGEST_FEE)
    bound = load_costs(grouping).bind(start=start, end=window.end, where=where, by=grouping.fragment)
    return tuple(_fees(engine.query(bound).to_pylist(), window))


def _fees(rows: Iterable[Mapping[str, Any]], window: Period) -> Iterator[Fee]:
    rates: dict[tuple[str, int | None, str], dict[tuple[datetime, datetime], Decimal]] = defaultdict(
        lambda: defaultdict(Decimal)
    )
    for row in rows:
        name, start, end = row["ChargeDescription"] or "", _utc(row["ChargePeriodStart"]), _utc(row["ChargePeriodEnd"])
        if _SPEND_BASED.match(name) is None or end <= start or end < window.end - _RECENT:
            continue
        flexible = _FLEXIBLE.fullmatch(name.strip())
        sort = row["BillingAccountId"], None if flexible is None else int(flexible[1]), row["BillingCurrency"]
        cost = max(row["contracted_cost"] or Decimal(0), row["billed_cost"] or Decimal(0))
        rates[sort][start, end] += cost * 3600 / Decimal((end - start).total_seconds())
    for (account, years, currency), by_period in sorted(rates.items(), key=lambda item: str(item[0])):
        hourly = max(by_period.values())
        if hourly > 0:
            yield Fee(billing_account=account, years=years, currency=currency, hourly=hourly)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def flexible_commitments(fees: Iterable[Fee], window: Period) -> tuple[Owned, ...]:
    """Flexible commitments as the settlement takes them, those in dollars alone."""
    return tuple(
        Owned(
            id=f"flexible commitment of {_years(fee.years)}",
            region="global",
            spec=Commitment(
                commitment_kind=CommitmentKind.FLEXIBLE_CUD,
                service=SERVICE,
                state="active",
                start=window.start,
                end=window.end,
                payment_option="no_upfront",
                hourly_commitment=fee.hourly,
            ),
            years=fee.years,
        )
        for fee in fees
        if fee.years is not None and fee.currency == USD
    )


def notes_on(fees: Iterable[Fee]) -> Iterator[str]:
    """What a reader must know of them: the rest of the sentence `The bill SOURCE ...`."""
    for fee in fees:
        amount = f"{fee.hourly:.2f} {fee.currency} an hour"
        if fee.years is None:
            yield f"has other spend-based commitments of {amount}: savings of what they are for may only strand them"
        elif fee.currency == USD:
            yield (
                f"has flexible commitments of {_years(fee.years)} of {amount}: what they pay for of this snapshot's"
                " machines is not counted as saved; what they pay for of Cloud Run and of GKE Autopilot is not known"
            )
        else:
            yield (
                f"has flexible commitments of {_years(fee.years)} of {amount}, and the prices are in {USD}: savings of"
                " machines of Compute Engine may only strand them"
            )


def _years(years: int | None) -> str:
    return "1 year" if years == 1 else f"{years} years"
