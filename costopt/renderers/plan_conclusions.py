"""What each part of a plan shows, as its heading: drawn from the figures."""

from costopt.model.money import total
from costopt.model.plan import Plan
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import counted, day, money
from costopt.renderers.plan_rows import assignment_saving
from costopt.renderers.plan_summary import (
    baseline,
    changed,
    chosen,
    gap_percent,
    is_new,
    label,
    saving,
    saving_share,
    shown_rest,
)

_NAME = 60


def comparison(plan: Plan) -> str:
    """How the recommended variant stands between the baseline and the cheapest."""
    best, base = chosen(plan), baseline(plan)
    saved = saving(plan, best)
    if base is None or saved is None:
        return f"{label(plan, best)}, it costs {money(best.total)} a month"
    than = "all on demand" if is_new(plan) else "today"
    if saved.amount <= 0:
        return f"The {label(plan, best).lower()} plan costs no less than {than}"
    first = f"The {label(plan, best).lower()} plan costs {saving_share(plan, best)} less than {than}"
    cheapest = min(plan.variants, key=lambda one: one.total.amount)
    more = shown_rest(best.total, cheapest.total)
    if cheapest is best or more.amount <= 0:
        return f"{first}, and nothing costs less"
    return f"{first}; the {label(plan, cheapest).lower()} would save {money(more)} more{_at_what_risk(plan)}"


def _at_what_risk(plan: Plan) -> str:
    """How much worse the worst case of the cheapest variant is."""
    best, cheapest = chosen(plan), min(plan.variants, key=lambda one: one.total.amount)
    if best.worst_case is None or cheapest.worst_case is None or cheapest.worst_case <= best.worst_case:
        return ""
    return f", with a worst case that is {money(shown_rest(cheapest.worst_case, best.worst_case))} dearer"


def purchases(plan: Plan) -> str:
    """How many, what is due at once, and when the first is to be bought."""
    bought = chosen(plan).purchases
    upfront = chosen(plan).upfront
    due = f"{money(upfront)} upfront" if upfront.amount else "nothing to pay upfront"
    return f"{counted(len(bought), 'commitment')}, {due}, the first on {day(min(one.buy_on for one in bought))}"


def changes(plan: Plan) -> str:
    """How many workloads change, and what that saves before commitments."""
    moved = changed(chosen(plan))
    known = [saved for one in moved if (saved := assignment_saving(one)) is not None]
    if not known:
        return f"{counted(len(moved), 'workload')}, and what each runs on"
    saved = total(known, known[0].currency)
    return f"{counted(len(moved), 'workload')} on other machines: {money(saved)} a month less, before commitments"


def frontier(plan: Plan) -> str:
    """The two ends of cost against risk."""
    cheap = min(plan.frontier, key=lambda point: point.expected.amount)
    calm = min(plan.frontier, key=lambda point: point.worst.amount)
    if cheap is calm:
        return f"One choice is both the cheapest and the safest: {shorten(clean(cheap.label), _NAME)}"
    price, relief = shown_rest(calm.expected, cheap.expected), shown_rest(cheap.worst, calm.worst)
    return f"{money(price)} more a month buys a worst case that is {money(relief)} lower"


def limits(plan: Plan) -> str:
    """Which limit is worth most to relax."""
    priced = [(one.relaxing_saves, one) for one in plan.binding if one.relaxing_saves is not None]
    if not priced:
        return f"{counted(len(plan.binding), 'limit')} that the plan runs into"
    worth, one = max(priced, key=lambda pair: pair[0].amount)
    return f"{shorten(clean(one.relaxation or f'relaxing the {one.limit}'), _NAME)} would save {money(worth)} a month"


def certainty(plan: Plan) -> str:
    """How much a better plan could save at most."""
    certificate = chosen(plan).certificate
    if certificate is None:
        return "What the figures rest on"
    gap = certificate.gap_fraction
    if gap is None:
        return "How near this is to the best possible is not known"
    if gap <= 0:
        return "No plan under the same requirements costs less"
    return f"A better plan could save at most {gap_percent(gap)}"
