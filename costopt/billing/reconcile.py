"""Holding the store against what the source says it charged, period by period, to the cent.

The ingest sums the files' own total column before it maps anything, and every row after: what it is of the source's
total, and what was booked. So the way from one total to the other is a sum of explained steps, and what is left over is
an error of somebody's, be it of the mapping, of the store, or of the one who gave the total.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from costopt.model.bill import Account, BillKind, PeriodBill
from costopt.model.focus import ChargeCategory
from costopt.model.reconciliation import CENT, Reconciliation, Step

_COVERED = "SavingsPlanCoveredUsage"
_NEGATION = "SavingsPlanNegation"

Booked = Mapping[tuple[str, str, str], Mapping[str, Decimal]]
"""BilledCost in the store by (source, billing period, currency), then by ChargeCategory."""


def against_files(bills: Sequence[PeriodBill], booked: Booked) -> list[Reconciliation]:
    """Hold every period against the total column of the files that it came with.

    Args:
        bills: what the store's catalog says.
        booked: what is really in the store.
    """
    found = []
    for bill in bills:
        totals = {total.currency: total.cost for total in bill.file_totals}
        for currency in sorted({*totals, *bill.currencies}):
            accounts = [account for account in bill.accounts if account.currency == currency]
            by_category = booked.get((bill.source, bill.billing_period, currency), {})
            found.append(
                Reconciliation(
                    source=bill.source,
                    billing_period=bill.billing_period,
                    currency=currency,
                    against="file",
                    source_total=totals.get(currency, Decimal(0)),
                    store_total=sum(by_category.values(), Decimal(0)),
                    by_category=by_category,
                    steps=_steps(accounts) if bill.kind is BillKind.CUR else (),
                )
            )
    return found


def _steps(accounts: Iterable[Account]) -> tuple[Step, ...]:
    """Steps of an AWS report; rows of every other source are booked at what the source says."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for account in accounts:
        amounts[_reason(account)] += account.billed_cost - account.source_cost
    steps = (Step(reason=reason, amount=amount) for reason, amount in amounts.items() if amount)
    return tuple(sorted(steps, key=lambda step: (-abs(step.amount), step.reason)))


def _reason(account: Account) -> str:
    """Why rows of a sort are booked at another amount than the source's. A covered line and its negation are one."""
    if account.source_type in (_COVERED, _NEGATION):
        return "usage that a Savings Plan covers, less its negation (they cancel where the bill is whole)"
    return account.set_aside or "negotiated discounts inside the net costs"


def against_totals(
    totals: Mapping[tuple[str, str], Decimal],
    bills: Sequence[PeriodBill],
    booked: Booked,
    *,
    against: str,
    kinds: Collection[BillKind] = tuple(BillKind),
) -> list[Reconciliation]:
    """Hold billing periods against totals from elsewhere.

    Args:
        totals: what was invoiced, by (billing period, currency), over all sources of that period.
        bills: what the store's catalog says.
        booked: what is really in the store.
        against: whose totals these are.
        kinds: sorts of bill that the totals are of.
    """
    found = []
    for (period, currency), total in sorted(totals.items()):
        names = sorted(
            {
                bill.source
                for bill in bills
                if bill.billing_period == period and currency in bill.currencies and bill.kind in kinds
            }
        )
        by_category: dict[str, Decimal] = defaultdict(Decimal)
        for name in names:
            for category, amount in booked.get((name, period, currency), {}).items():
                by_category[category] += amount
        stored = sum(by_category.values(), Decimal(0))
        found.append(
            Reconciliation(
                source=", ".join(names) or "none",
                billing_period=period,
                currency=currency,
                against=against,
                source_total=total,
                store_total=stored,
                by_category=dict(by_category),
                steps=_without_categories(stored - total, by_category),
            )
        )
    return found


_SEPARATE = (ChargeCategory.TAX, ChargeCategory.CREDIT, ChargeCategory.ADJUSTMENT)
"""What people leave out of a figure that they call the invoice."""


def _without_categories(difference: Decimal, by_category: Mapping[str, Decimal]) -> tuple[Step, ...]:
    """Where the difference is, to the cent, the sum of whole categories, say so; the fewest that do."""
    if abs(difference) < CENT:
        return ()
    present = [category.value for category in _SEPARATE if by_category.get(category.value)]
    for count in range(1, len(present) + 1):
        for some in combinations(present, count):
            if abs(sum((by_category[one] for one in some), Decimal(0)) - difference) < CENT:
                return tuple(Step(reason=f"{one}, not in that total", amount=by_category[one]) for one in some)
    return ()
