"""Whether a bill may come in beside what the store has: nothing counts twice, and no month is lost to a part of it."""

from collections.abc import Collection, Mapping, Sequence

from costopt.billing.intake.stage import PeriodFacts
from costopt.errors import BillError
from costopt.model.bill import Delivery, PeriodBill

_LEAST_PART = 2
"""A bill without a manifest that has less than one row in so many of the old one is taken for a part of a month."""


def is_unchanged(delivery: Delivery, same: Sequence[PeriodBill]) -> bool:
    """Whether everything of a delivery is in the store as it came.

    Args:
        delivery: what was handed over.
        same: bills of the store with its fingerprint, of whatever source.

    Raises:
        BillError: it is there under another name.
    """
    others = sorted({bill.source for bill in same if bill.source != delivery.source})
    if others:
        raise BillError(
            f"the same bill is in the store as {others[0]!r}; as {delivery.source!r} it would count twice",
            hint=f"Leave --source away, or give --source {others[0]}.",
        )
    return bool(same) and {bill.billing_period for bill in same} >= set(same[0].delivered)


def require_periods(delivery: Delivery, periods: Mapping[str, PeriodFacts], aside: Collection[str], name: str) -> None:
    """Refuse rows of a period that the delivery does not announce, and periods whose every line was set aside.

    Raises:
        BillError: such rows.
    """
    stray = sorted(set(periods) - set(delivery.periods)) if delivery.periods else []
    if stray:
        raise BillError(
            f"{name} says that it is of {', '.join(delivery.periods)}, but has rows of {', '.join(stray)}",
            hint="A bill half-written or mixed with another is not taken in; export it again.",
        )
    hollow = sorted(set(aside) - set(periods))
    if hollow:
        raise BillError(f"{name} has no line to keep of {', '.join(hollow)}", hint="Export it again.")


def refuse_overlap(delivery: Delivery, periods: Mapping[str, PeriodFacts], before: Sequence[PeriodBill]) -> None:
    """Refuse what would count a month twice, or put one payer's month in the place of another's.

    A member's own bill overlaps its payer's, which has the member among the sub-accounts; rows without a billing
    account overlap each other.

    Raises:
        BillError: such a bill.
    """
    for bill in before:
        if bill.billing_period not in periods:
            continue
        new = periods[bill.billing_period]
        both = set(bill.billing_accounts) & set(new.billing_accounts)
        if bill.source == delivery.source and not both:
            raise BillError(
                f"{bill.billing_period} of {bill.source!r} is of account {_named(bill.billing_accounts)} in the "
                f"store, and of {_named(new.billing_accounts)} here",
                hint="Two payers need two names: give this one another --source.",
            )
        if bill.source != delivery.source:
            both |= (set(bill.billing_accounts) & set(new.sub_accounts)) - {""}
            both |= (set(bill.sub_accounts) & set(new.billing_accounts)) - {""}
            if both:
                raise BillError(
                    f"the store has {bill.billing_period} of account {_named(sorted(both))} from {bill.source!r}; "
                    f"{delivery.source!r} would count it twice",
                    hint=f"Replace it with --source {bill.source}, or use another --store.",
                )


def refuse_loss(delivery: Delivery, bills: Sequence[PeriodBill], before: Sequence[PeriodBill]) -> None:
    """Refuse loose files that would replace a month by a part of it: late lines in the next month's file, say.

    A manifest says that a bill is whole; loose files cannot.

    Raises:
        BillError: the new bill lacks an account of the old one, ends earlier, or has far fewer rows.
    """
    if delivery.periods:
        return
    old = {bill.key: bill for bill in before}
    for bill in bills:
        was = old.get(bill.key)
        if was is None:
            continue
        lost = sorted(set(was.billing_accounts) - set(bill.billing_accounts))
        earlier = was.last_usage is not None and (bill.last_usage is None or bill.last_usage < was.last_usage)
        if lost or earlier or bill.rows * _LEAST_PART < was.rows:
            why = f"lacks account {_named(lost)}" if lost else "ends earlier" if earlier else "has far fewer rows"
            raise BillError(
                f"{bill.billing_period} of {bill.source!r} would be replaced by a bill that {why}: "
                f"{was.rows:,} rows of {_amounts(was)} by {bill.rows:,} of {_amounts(bill)}",
                hint="Give all files of the month at once; --replace takes this one as it is.",
            )


def _named(accounts: Sequence[str]) -> str:
    return ", ".join(account or "none" for account in accounts[:3])


def _amounts(bill: PeriodBill) -> str:
    """Billed cost by currency, for people."""
    return ", ".join(
        f"{sum(one.billed_cost for one in bill.accounts if one.currency == currency):,.2f} {currency}"
        for currency in bill.currencies
    )
