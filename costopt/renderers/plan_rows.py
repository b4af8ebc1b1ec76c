"""Rows of a plan in words and figures, the same in every output for people. Nothing here is escaped yet."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from costopt.model.money import Money
from costopt.model.plan import Assignment, BindingLimit, Capacity, Plan, Purchase, Variant
from costopt.renderers.formats import NOTHING, TIMES, cents, counted, day, figure, money, percent, quantity
from costopt.renderers.plan_summary import changed, label, saving, saving_share, shown_rest

_PAYMENTS = {
    "no_upfront": "no upfront",
    "partial_upfront": "partial upfront",
    "all_upfront": "all upfront",
    "monthly": "paid monthly",
}
_MARKETS = {"on_demand": "", "spot": " spot", "capacity_block": " capacity block"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of all variants, side by side."""

    name: str
    """What it is."""
    cells: tuple[str, ...]
    """One a variant, in the order of the plan."""
    strong: bool = False
    """Whether it is one of the figures to read first."""
    part: bool = False
    """Whether it is a part of the figure above."""


def variant_names(plan: Plan) -> tuple[str, ...]:
    """Heads of the columns."""
    return tuple(label(plan, one) for one in plan.variants)


def comparison(plan: Plan) -> tuple[Comparison, ...]:
    """Figures of the variants, side by side; parts stand below their sum. Savings only where there is one."""
    rows = _TOTALS + (_SAVINGS if any(saving(plan, one) for one in plan.variants) else ()) + _RISKS
    return tuple(
        Comparison(
            name=name, cells=tuple(read(plan, one) for one in plan.variants), strong=kind is _STRONG, part=kind is _PART
        )
        for name, kind, read in rows
    )


def _money(value: Money | None) -> str:
    return NOTHING if value is None else money(value)


def _waste(plan: Plan, one: Variant) -> Money | None:
    return None if saving(plan, one) is None else one.waste_removed


def _planned(plan: Plan, one: Variant) -> Money | None:
    """The saving less the waste that goes before anything is planned."""
    whole = saving(plan, one)
    return None if whole is None else shown_rest(whole, one.waste_removed)


_STRONG, _PART, _OWN = "strong", "part", "own"
_Row = tuple[str, str, Callable[[Plan, Variant], str]]
_TOTALS: tuple[_Row, ...] = (
    ("Total a month", _STRONG, lambda _, one: money(one.total)),
    ("commitments", _PART, lambda _, one: money(one.commitments)),
    ("on demand", _PART, lambda _, one: money(one.on_demand)),
    ("spot", _PART, lambda _, one: money(one.spot)),
)
_SAVINGS: tuple[_Row, ...] = (
    ("Saving a month", _STRONG, lambda plan, one: _money(saving(plan, one))),
    ("of the total", _PART, lambda plan, one: saving_share(plan, one) or NOTHING),
    ("waste removed", _PART, lambda plan, one: _money(_waste(plan, one))),
    ("planned", _PART, lambda plan, one: _money(_planned(plan, one))),
)
_RISKS: tuple[_Row, ...] = (
    ("Upfront", _OWN, lambda _, one: money(one.upfront)),
    ("Worst case a month", _OWN, lambda _, one: _money(one.worst_case)),
    ("Bound to one family", _OWN, lambda _, one: percent(one.family_bound_fraction)),
)


def sized(purchase: Purchase) -> str:
    """How much: `9.4 USD per hour`."""
    return f"{quantity(purchase.quantity)} {purchase.unit}"


def terms(purchase: Purchase) -> str:
    """How long and how paid: `1 year, no upfront`."""
    months = purchase.term_months
    term = counted(months, "month") if months % 12 else counted(months // 12, "year")
    return f"{term}, {_PAYMENTS.get(purchase.payment, purchase.payment.replace('_', ' '))}"


def purchase_cost(purchase: Purchase) -> str:
    """A month, marked where it rests on an estimated price."""
    return figure(purchase.monthly_cost, purchase.quality)


def purchase_saving(purchase: Purchase) -> str:
    """A month, marked where it rests on an estimated price."""
    return figure(purchase.monthly_saving, purchase.quality)


def break_even(purchase: Purchase) -> str:
    """From when, and down to which utilisation, a purchase does not lose money."""
    month, use = purchase.break_even_month, purchase.break_even_utilisation
    when = (
        "its cost is never made up if it ends unused before the term does"
        if month is None
        else f"paid for itself by month {month} of {purchase.term_months}"
    )
    return when if use is None else f"{when}; loses money below {percent(use)} utilisation"


def regret(purchase: Purchase) -> str:
    """The worst that a scenario does to a purchase."""
    worst = purchase.worst_regret
    if worst is None:
        return "tried in no scenario"
    return f"at worst loses {money(worst)} over its term" if worst.amount > 0 else "loses in no scenario"


def machines(capacities: tuple[Capacity, ...]) -> str:
    """How many of which type, market and zone; an en dash for nothing."""
    return ", ".join(_machine(one) for one in capacities) or NOTHING


def _machine(one: Capacity) -> str:
    market = _MARKETS.get(one.market, f" {one.market}")
    zone = f" {one.zone}" if one.zone else ""
    return f"{one.count:,} {TIMES} {one.instance_type}{market}{zone}"


def assignment_saving(one: Assignment) -> Money | None:
    """A month, at on-demand or spot prices; None where it does not exist yet or a price is missing."""
    return None if one.monthly_before is None else shown_rest(one.monthly_before, one.monthly_after)


def worth(one: Assignment) -> str:
    """What a workload's change saves a month; what it costs where it does not exist yet."""
    saved = assignment_saving(one)
    if saved is not None:
        return money(saved)
    return NOTHING if one.before else f"costs {money(one.monthly_after)}"


def why(one: Assignment) -> tuple[str, ...]:
    """All that is to be said of a workload's machines, the deciding requirement first."""
    words = [*one.reasons, *one.schedule, *one.notes]
    if one.stranded is not None and one.stranded.amount:
        until = f" until {day(one.stranded_until)}" if one.stranded_until else ""
        words.append(f"leaves {money(one.stranded)} a month of owned commitments unused{until}")
    return (*words, *one.relaxing_saves)


def unchanged(variant: Variant) -> str:
    """How many workloads stay as they are, in words; empty where there is none."""
    stay = len(variant.assignments) - len(changed(variant))
    return (
        f"{counted(stay, 'workload')} {'stays' if stay == 1 else 'stay'} as {'it is' if stay == 1 else 'they are'}."
        if stay
        else ""
    )


def rest(number: int, shown: int, what: str) -> str:
    """What a cut list leaves out: `and 12 more changes, not shown here; JSON has all.`; empty where that is nothing."""
    return f"and {counted(number - shown, f'more {what}')}, not shown here; JSON has all." if number > shown else ""


def relaxing(limit: BindingLimit) -> str:
    """What relaxing a limit would save: `saves $412.08 a month with $1,000 more upfront`."""
    if limit.relaxing_saves is None:
        return "what relaxing it saves was not worked out"
    by = f" with {limit.relaxation}" if limit.relaxation else ""
    return f"saves {money(limit.relaxing_saves)} a month{by}"


PURCHASE_SUMS: tuple[Callable[[Purchase], Money], ...] = (
    lambda one: one.monthly_cost,
    lambda one: one.upfront,
)
"""Figures of purchases that add up: cost a month, upfront. Savings do not: each is with all others made."""


def purchase_total(purchases: tuple[Purchase, ...], read: Callable[[Purchase], Money]) -> Money:
    """Sum over purchases, each rounded to the cent first, so that a reader can add them up."""
    amounts = [cents(read(one).amount) for one in purchases]
    currency = read(purchases[0]).currency if purchases else "USD"
    return Money(amount=sum(amounts, Decimal(0)), currency=currency)
