"""What the renderers of a plan say in common: sentences derived from the plan, never written by hand."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from costopt.model.money import Money
from costopt.model.plan import Assignment, Capacity, Certificate, Goal, Plan, PolicyChoice, SolveStatus, Variant
from costopt.renderers.clean import clean, shorten
from costopt.renderers.formats import cents, counted, day, money, percent, plain
from costopt.renderers.notes import days, unbilled_note

AS_IS, RECOMMENDED = "as_is", "recommended"

NAMES = {AS_IS: "As it is", "safe": "Safe", RECOMMENDED: "Recommended", "cheapest": "Cheapest"}
"""Variants as people are told of them."""

GOALS = {
    Goal.COST: "the lowest expected cost",
    Goal.BALANCED: "most of the saving for little of the risk",
    Goal.SAFE: "nothing that loses money in any scenario",
}
"""What the recommended variant was chosen for."""

STATUS = {
    SolveStatus.OPTIMAL: "optimal: within the tolerance of its floor",
    SolveStatus.FEASIBLE: "feasible: a better one may exist",
}
"""What a solver's answer means."""

_LARGEST_IN_HEADLINE = 0.1
"""Gap above which a bound says little of the plan."""

MEANING = (
    "A commitment is a promise to pay for one or three years, used or not, for a lower price. Costs are a month of 730 "
    "hours, with upfront fees spread over their term. The worst case is what a month would cost if the purchases "
    "saved no more than in the scenario of demand that is worst for them."
)
"""What a newcomer must know to read the figures."""

SAVES = (
    "A purchase saves what the bill falls by with it, all others of the plan made; these figures do not add up to the "
    "saving of the plan."
)
"""What the saving of one purchase means."""

LEGEND = "≈ marks a figure that rests on an estimated price."
"""What the mark before a figure means."""

_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The plan in one sentence, in three parts so that the figure can be set large."""

    lead: str
    """Up to the figure."""
    figure: Money
    """The saving a month, or the cost where nothing is saved."""
    tail: str
    """After the figure, with the full stop."""
    saves: bool = False
    """Whether the figure is a saving, not a cost."""

    def __str__(self) -> str:
        return f"{self.lead} {money(self.figure)} {self.tail}"


def chosen(plan: Plan) -> Variant:
    """The recommended variant; what is there today where nothing is recommended."""
    return _named(plan, RECOMMENDED) or plan.variants[0]


def baseline(plan: Plan) -> Variant | None:
    """What the others are compared with; None where the plan does not hold it."""
    return _named(plan, AS_IS)


def _named(plan: Plan, name: str) -> Variant | None:
    return next((one for one in plan.variants if one.name == name), None)


def label(plan: Plan, variant: Variant) -> str:
    """A variant's name for people; the baseline of what does not exist yet is all on demand."""
    if variant.name == AS_IS and is_new(plan):
        return "On demand"
    return NAMES.get(variant.name, clean(variant.name))


def is_new(plan: Plan) -> bool:
    """Whether the plan is for something that does not exist yet."""
    assignments = chosen(plan).assignments
    return plan.source.kind == "workloads" and not any(one.before for one in assignments)


def saving(plan: Plan, variant: Variant) -> Money | None:
    """What a variant costs less than the baseline, a month; None of the baseline itself.

    Both totals are rounded to the cent first, so that the three figures that a reader sees agree.
    """
    base = baseline(plan)
    return None if base is None or variant is base else shown_rest(base.total, variant.total)


def shown_rest(whole: Money, part: Money) -> Money:
    """Whole less part, each rounded to the cent first."""
    return Money(amount=cents(whole.amount) - cents(part.amount), currency=whole.currency)


def saving_share(plan: Plan, variant: Variant) -> str:
    """The saving as a share of the baseline, such as `23%`; empty where there is none to compare with."""
    base, saved = baseline(plan), saving(plan, variant)
    if base is None or saved is None or not base.total.amount:
        return ""
    return percent(saved.amount / base.total.amount)


def changed(variant: Variant) -> tuple[Assignment, ...]:
    """Workloads that run on something else than today, the greatest saving first; new ones last, the dearest first."""
    moved = [one for one in variant.assignments if one.before != one.after]
    return tuple(sorted(moved, key=lambda one: (not one.before, -_weight(one), one.workload)))


def _weight(one: Assignment) -> Decimal:
    if one.monthly_before is None:
        return one.monthly_after.amount if not one.before else Decimal(0)
    return one.monthly_before.amount - one.monthly_after.amount


def headline(plan: Plan) -> Headline:
    """The plan in one sentence."""
    best = chosen(plan)
    saved, deeds = saving(plan, best), _deeds(best)
    proof = f", {short_proof(best.certificate)}" if best.certificate and _is_tight(best.certificate) else ""
    if not deeds:
        return Headline(lead="Nothing to buy or change: it costs", figure=best.total, tail=f"a month{proof}.")
    lead = _capital(_joined(deeds))
    if saved is None:
        return Headline(lead=f"{lead} costs", figure=best.total, tail=f"a month{proof}.")
    base = "all on demand" if is_new(plan) else "today"
    if saved.amount < 0:
        return Headline(lead=f"{lead} costs", figure=saved * -1, tail=f"a month more than {base}{proof}.")
    than = " less than all on demand" if is_new(plan) else ""
    share = saving_share(plan, best)
    return Headline(lead=f"{lead} saves", figure=saved, tail=f"a month ({share}){than}{proof}.", saves=True)


def _deeds(variant: Variant) -> list[str]:
    """What somebody has to do, as gerunds."""
    moved = [one for one in changed(variant) if one.before]
    new = [one for one in changed(variant) if not one.before]
    parts = []
    if variant.purchases:
        which = "this" if len(variant.purchases) == 1 else "these"
        parts.append(f"buying {which} {counted(len(variant.purchases), 'commitment')}")
    if moved:
        word = "resizing" if any(_resized(one) for one in moved) else "moving"
        parts.append(f"{word} {counted(len(moved), 'workload')}")
    if new:
        parts.append(f"running {counted(len(new), 'workload')} as planned")
    if variant.waste_removed.amount > 0:
        parts.append("removing what the audit found wasted")
    return parts


def _resized(one: Assignment) -> bool:
    return _sizes(one.before) != _sizes(one.after)


def _sizes(capacities: tuple[Capacity, ...]) -> list[tuple[str, int]]:
    return sorted((part.instance_type, part.count) for part in capacities)


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def gap_percent(fraction: float) -> str:
    """A gap such as `0.13%`, rounded up so that it never claims more than was proven."""
    hundredths = max(Decimal(0), Decimal(f"{fraction * 100:.6f}"))  # what floats add in the last digits is no gap
    return f"{plain(hundredths.quantize(Decimal('0.01'), rounding=ROUND_CEILING))}%"


def _is_tight(certificate: Certificate) -> bool:
    """Whether what is proved is worth a place in the first sentence; it is told below in any case."""
    return certificate.gap_fraction is None or certificate.gap_fraction <= _LARGEST_IN_HEADLINE


def short_proof(certificate: Certificate) -> str:
    """How good the plan is known to be, as the end of a sentence."""
    gap = certificate.gap_fraction
    if gap is None:
        return "with no proof of how near that is to the best possible"
    return "proven to be the best possible" if gap <= 0 else f"proven within {gap_percent(gap)} of the best possible"


def proof(certificate: Certificate) -> str:
    """How good the plan is known to be, in sentences."""
    how = f"Found by {clean(certificate.method)}."
    if certificate.bound is None:
        return f"The solver gave no bound, so a better plan may exist, and nobody knows by how much. {how}"
    floor = f"No plan under the same requirements costs less than {money(certificate.bound)} a month"
    rest = shown_rest(certificate.cost, certificate.bound)
    if rest.amount <= 0:
        return f"{floor}, which is what this one costs. {how}"
    left = f"at most {money(rest)} ({gap_percent(certificate.gap_fraction or 0)}) could still be saved"
    status = "" if certificate.status is SolveStatus.OPTIMAL else " A better plan may exist within that gap."
    return f"{floor}: {left}.{status} {how}"


def origin(plan: Plan) -> str:
    """What the plan was made from: the first line of every output for people."""
    made = "made example, nobody's account · " if plan.source.made else ""
    return made + extent(plan)


def extent(plan: Plan) -> str:
    """From what, how far and for what."""
    source = plan.source
    name = shorten(clean(source.name), _NAME)
    period = f", {days(source.demand_period)}" if source.demand_period else ""
    return (
        f"{source.kind} {name} · demand from {clean(source.demand)}{period} · "
        f"{counted(plan.horizon_months, 'month')} ahead · chosen for {GOALS[plan.goal]}"
    )


def prices(plan: Plan) -> str:
    """What the prices rest on."""
    source = plan.source.money
    bills = (
        ", ".join(f"{shorten(clean(bill.source), _NAME)}, {days(bill.period)}" for bill in source.bills[:3])
        if source
        else ""
    )
    basis = f"what the bill {bills} shows{unbilled_note(source)}" if source and bills else "list prices"
    return f"Prices: {basis}; catalog {clean(plan.source.catalog_version)}."


def policy(choice: PolicyChoice) -> str:
    """What the replay of the user's own history says."""
    note = f" {clean(choice.note).rstrip('.')}." if choice.note else ""
    return (
        f"Replayed over {counted(choice.months, 'month')} of your own history, the policy “{clean(choice.policy)}” did "
        f"best, and the plan follows it. It expected to save {percent(choice.predicted_saving_fraction)} of on demand; "
        f"what came was {percent(choice.realised_low_fraction)} to {percent(choice.realised_high_fraction)}, by the "
        f"month of the start.{note}"
    )


def twins(plan: Plan, variant: Variant) -> str:
    """Names of other variants that do the same, such as `the same as Recommended`; empty where there is none."""
    same = [label(plan, one) for one in plan.variants if one is not variant and _decisions(one) == _decisions(variant)]
    return f"the same as {' and '.join(same)}" if same and variant.certificate else ""


def _decisions(one: Variant) -> tuple[object, ...]:
    return one.purchases, one.assignments, one.total


def left_alone(plan: Plan) -> str:
    """One sentence on what the plan does not touch because it could not be judged; empty where that is nothing."""
    number = len(plan.unplanned)
    if not number:
        return ""
    verb = "was left as it is because it" if number == 1 else "were left as they are because they"
    return f"{counted(number, 'thing')} {verb} could not be judged."


def last_line(plan: Plan) -> str:
    """The plan in one line of a log: no name in it."""
    best = chosen(plan)
    upfront = f" To pay upfront: {money(best.upfront)}." if best.upfront.amount else ""
    left = f" {left_alone(plan)}" if plan.unplanned else ""
    return f"{headline(plan)}{upfront}{left}"


def made_on(plan: Plan) -> str:
    """Day of the plan."""
    return day(plan.now.date())
