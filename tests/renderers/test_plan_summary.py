from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.model.plan import Certificate, SolveStatus
from costopt.renderers import plan_conclusions as conclusions
from costopt.renderers import plan_rows as rows
from costopt.renderers import plan_summary as summary
from tests.oracles.made_plan import (
    made_plan,
    plan_of_workloads,
    plan_that_changes_nothing,
    plan_without_bound,
    usd,
)


def with_total(plan, name, amount):
    """The plan with one variant's on-demand part changed so that its total is this."""

    def changed(one):
        rest = one.commitments.amount + one.spot.amount
        return replace(one, total=usd(amount), on_demand=usd(Decimal(amount) - rest)) if one.name == name else one

    return replace(plan, variants=tuple(changed(one) for one in plan.variants))


def test_the_headline_says_what_to_do_what_it_saves_and_how_good_it_is():
    # 84,310.28 - 53,129.63 = 31,180.65, which is 37.0 % of 84,310.28
    assert str(summary.headline(made_plan())) == (
        "Buying these 4 commitments, resizing 5 workloads and removing what the audit found wasted saves $31,180.65 "
        "a month (37%), proven within 0.13% of the best possible."
    )


def test_where_nothing_is_to_be_done_the_headline_says_what_it_costs():
    said = summary.headline(plan_that_changes_nothing())
    assert str(said) == "Nothing to buy or change: it costs $84,310.28 a month."
    assert not said.saves


def test_what_does_not_exist_yet_is_compared_with_all_on_demand():
    plan = plan_of_workloads()
    assert "running 6 workloads as planned saves $31,180.65 a month (37%) less than all on demand" in str(
        summary.headline(plan)
    )
    assert rows.variant_names(plan) == ("On demand", "Safe", "Recommended", "Cheapest")


def test_a_plan_that_costs_more_does_not_claim_a_saving():
    said = summary.headline(with_total(made_plan(), "recommended", "84400.28"))
    assert "costs $90.00 a month more than today" in str(said)
    assert not said.saves


def test_a_move_to_spot_alone_is_no_resizing():
    plan = made_plan()
    best = plan.variant("recommended")
    spot = replace(best, purchases=(), assignments=best.assignments[4:5], waste_removed=usd(0))
    changed = replace(plan, variants=(plan.variant("as_is"), spot))
    assert str(summary.headline(changed)).startswith("Moving 1 workload saves")


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [(0.0013, "0.13%"), (0.00130001, "0.14%"), (0.00001, "0.01%"), (0.0, "0%"), (-0.2, "0%"), (0.5, "50%")],
)
def test_a_gap_never_claims_more_than_was_proven(fraction, shown):
    assert summary.gap_percent(fraction) == shown


def test_without_a_bound_nobody_claims_to_know_how_good_the_plan_is():
    plan = plan_without_bound()
    assert "no proof of how near" in str(summary.headline(plan))
    assert "nobody knows by how much" in summary.proof(plan.variant("recommended").certificate)
    assert conclusions.certainty(plan) == "How near this is to the best possible is not known"


def test_the_proof_names_the_floor_and_what_is_left():
    certificate = Certificate(status=SolveStatus.FEASIBLE, cost=usd("1000"), bound=usd("987.5"), method="a search")
    assert summary.proof(certificate) == (
        "No plan under the same requirements costs less than $987.50 a month: at most $12.50 (1.25%) could still be "
        "saved. A better plan may exist within that gap. Found by a search."
    )
    assert "which is what this one costs" in summary.proof(replace(certificate, bound=usd("1000")))


money = st.decimals(min_value=0, max_value=10**9, places=6)


@given(before=money, after=money, waste=money)
def test_the_parts_of_a_saving_add_up_to_the_cent(before, after, waste):
    plan = made_plan()
    best = replace(plan.variant("recommended"), total=usd(after), waste_removed=usd(waste))
    plan = replace(plan, variants=(replace(plan.variant("as_is"), total=usd(before)), best))
    shown = {row.name: row.cells for row in rows.comparison(plan)}
    if "Saving a month" in shown:
        assert dollars(shown["waste removed"][1]) + dollars(shown["planned"][1]) == dollars(shown["Saving a month"][1])
        base, total = (dollars(cell) for cell in shown["Total a month"])
        assert base - total == dollars(shown["Saving a month"][1])


def dollars(text):
    return Decimal(text.replace("$", "").replace(",", "").replace("\N{MINUS SIGN}", "-"))


def test_the_comparison_holds_the_figures_of_every_variant():
    plan = made_plan()
    shown = {row.name: row.cells for row in rows.comparison(plan)}
    for name, read in (
        ("Total a month", lambda one: one.total),
        ("commitments", lambda one: one.commitments),
        ("on demand", lambda one: one.on_demand),
        ("spot", lambda one: one.spot),
        ("Upfront", lambda one: one.upfront),
        ("Worst case a month", lambda one: one.worst_case),
    ):
        assert [dollars(cell) for cell in shown[name]] == [round_half_up(read(one).amount) for one in plan.variants]
    assert shown["Saving a month"] == ("\N{EN DASH}", "$23,003.21", "$31,180.65", "$33,841.72")


def round_half_up(amount):
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def test_a_worst_case_that_was_not_tried_is_no_zero():
    plan = made_plan()
    untried = replace(plan, variants=tuple(replace(one, worst_case=None) for one in plan.variants))
    (row,) = (row for row in rows.comparison(untried) if row.name == "Worst case a month")
    assert set(row.cells) == {"\N{EN DASH}"}


def test_variants_that_decide_the_same_are_named():
    plan = made_plan()
    best = plan.variant("recommended")
    same = replace(plan, variants=(plan.variant("as_is"), best, replace(best, name="cheapest")))
    assert summary.twins(same, best) == "the same as Cheapest"
    assert summary.twins(plan, best) == ""


def test_changes_come_with_the_greatest_saving_first_and_leave_out_what_stays():
    best = made_plan().variant("recommended")
    assert [one.workload for one in summary.changed(best)] == [
        "search-indexer", "recommendations", "checkout-api", "ledger-db", "image-resizer",
    ]  # fmt: skip
    assert rows.unchanged(best) == "1 workload stays as it is."


def test_a_price_that_is_missing_is_no_saving():
    one = replace(made_plan().variant("recommended").assignments[0], monthly_before=None)
    assert rows.worth(one) == "\N{EN DASH}"
    assert rows.worth(replace(one, before=())) == "costs $2,354.69"


def test_a_purchase_says_when_it_pays_and_what_it_may_lose():
    first, *_, last = made_plan().variant("recommended").purchases
    assert rows.break_even(first) == "paid for itself by month 9 of 12; loses money below 73% utilisation"
    assert rows.break_even(last) == "its cost is never made up if it ends unused before the term does"
    assert rows.regret(first) == "at worst loses $4,269.00 over its term"
    assert rows.regret(last) == "loses in no scenario"
    assert rows.regret(replace(last, worst_regret=None)) == "tried in no scenario"
    assert rows.terms(replace(first, term_months=18, payment="all_upfront")) == "18 months, all upfront"


def test_the_replay_of_the_own_history_stands_beside_the_prediction():
    said = summary.policy(made_plan().policy)
    assert "expected to save 24% of on demand" in said
    assert "what came was 19% to 26%" in said


def test_headings_are_conclusions_from_the_figures():
    plan = made_plan()
    assert conclusions.comparison(plan) == (
        "The recommended plan costs 37% less than today; the cheapest would save $2,661.07 more, with a worst case "
        "that is $10,865.12 dearer"
    )
    assert conclusions.purchases(plan) == "4 commitments, $15,660.00 upfront, the first on 2026-12-01"
    assert conclusions.changes(plan) == "5 workloads on other machines: $6,503.86 a month less, before commitments"
    assert conclusions.frontier(plan) == "$10,838.51 more a month buys a worst case that is $12,468.24 lower"
    assert conclusions.limits(plan) == "$1,000 more upfront would save $412.08 a month"
    assert conclusions.certainty(plan) == "A better plan could save at most 0.13%"


def test_the_last_line_holds_no_name():
    said = summary.last_line(made_plan(hostile=True))
    assert said.endswith("To pay upfront: $15,660.00. 2 things were left as they are because they could not be judged.")
    assert "script" not in said
