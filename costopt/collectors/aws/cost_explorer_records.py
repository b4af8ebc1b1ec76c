"""What Cost Explorer's kinds of charge (RECORD_TYPE) are in FOCUS, and which of them are asked for together.

Cost Explorer groups by two dimensions at most. The daily rows spend both on service and account, so the kind of charge
reaches them by one query for each group of kinds below, filtered by that group's kinds. Every kind is in exactly one
group, so that no cost is in two answers. Kinds that have to stand together for their sum to make sense (usage that a
Savings Plan covers, and the negation of it) are in one group.
Source of the names: https://docs.aws.amazon.com/cost-management/latest/userguide/ce-filtering.html (charge types), and
those of line items: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from costopt.model.focus import CHARGE_CLASS_CORRECTION, ChargeCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGroup:
    """Kinds of charge that become rows in the same way."""

    name: str
    """`x_SourceType` of its rows."""
    category: ChargeCategory
    """FOCUS ChargeCategory."""
    kinds: frozenset[str]
    """Its kinds, in small letters and digits alone: Cost Explorer's filter and its answers spell them differently."""
    frequency: str
    """FOCUS ChargeFrequency."""
    charge_class: str | None = None
    """FOCUS ChargeClass."""
    commitment: tuple[str, str] | None = None
    """FOCUS CommitmentDiscountCategory and -Type, of fees of commitments. Their amortised cost is that part of the
    commitment which nobody used, and becomes a row of its own; what was used is in the cost of the usage."""


GROUPS: tuple[RecordGroup, ...] = (
    RecordGroup(
        name="Usage",
        category=ChargeCategory.USAGE,
        kinds=frozenset({
            "usage", "discountedusage", "reservationappliedusage", "savingsplancoveredusage", "savingsplannegation",
        }),
        frequency="Usage-Based",
    ),
    RecordGroup(
        name="SavingsPlanFee",
        category=ChargeCategory.PURCHASE,
        kinds=frozenset({"savingsplanrecurringfee", "savingsplanupfrontfee"}),
        frequency="Recurring",
        commitment=("Spend", "Savings Plan"),
    ),
    RecordGroup(
        name="ReservationFee",
        category=ChargeCategory.PURCHASE,
        kinds=frozenset({"rifee", "recurring", "recurringreservationfee", "upfront", "upfrontreservationfee"}),
        frequency="Recurring",
        commitment=("Usage", "Reserved Instance"),
    ),
    RecordGroup(
        name="Fee",
        category=ChargeCategory.PURCHASE,
        kinds=frozenset({"fee", "support", "supportfee", "flatratesubscription", "otheroutofcyclecharges"}),
        frequency="One-Time",
    ),
    RecordGroup(name="Tax", category=ChargeCategory.TAX, kinds=frozenset({"tax"}), frequency="One-Time"),
    RecordGroup(name="Credit", category=ChargeCategory.CREDIT, kinds=frozenset({"credit"}), frequency="One-Time"),
    RecordGroup(
        name="Refund",
        category=ChargeCategory.USAGE,
        kinds=frozenset({"refund"}),
        frequency="One-Time",
        charge_class=CHARGE_CLASS_CORRECTION,
    ),
)  # fmt: skip
"""As the line items of a report are mapped: a refund corrects usage."""

ADJUSTMENT = RecordGroup(
    name="Adjustment",
    category=ChargeCategory.ADJUSTMENT,
    kinds=frozenset({
        "bundleddiscount", "discount", "distributordiscount", "edpdiscount", "enterprisediscountprogramdiscount",
        "privateratecarddiscount", "privateratediscount", "rivolumediscount", "solutionproviderprogramdiscount",
        "sppdiscount",
    }),
    frequency="One-Time",
)  # fmt: skip
"""Discounts, and every kind that is not known here."""

_NOISE = re.compile(r"[^a-z0-9]")


def group_of(kind: str) -> RecordGroup:
    """The group of a kind of charge; unknown ones are adjustments."""
    plain = _plain(kind)
    return next((group for group in GROUPS if plain in group.kinds), ADJUSTMENT)


def unknown_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Those that are adjustments only for want of knowledge, sorted."""
    return tuple(
        sorted(kind for kind in kinds if group_of(kind) is ADJUSTMENT and _plain(kind) not in ADJUSTMENT.kinds)
    )


def _plain(kind: str) -> str:
    return _NOISE.sub("", kind.lower())
