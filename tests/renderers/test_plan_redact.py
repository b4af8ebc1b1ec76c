import json
import re
from dataclasses import replace

import pytest

from costopt.renderers.plan_json import PlanJsonRenderer
from costopt.renderers.plan_redact import redact_plan
from costopt.renderers.plan_registry import PLAN_RENDERERS
from costopt.renderers.plan_summary import prices
from tests.oracles.made_plan import ACCOUNT, WORKLOADS, made_plan, plan_of_workloads
from tests.oracles.reports import HOSTILE


@pytest.mark.parametrize("name", PLAN_RENDERERS)
def test_nothing_that_identifies_is_left_in_any_format(name):
    plan = made_plan()
    secrets = [*WORKLOADS, ACCOUNT, "payer", "db-legacy-reporting"]
    secrets += [id_ for one in plan.variant("recommended").assignments for id_ in one.resources]
    masked = PLAN_RENDERERS[name].render(redact_plan(plan))
    assert [one for one in secrets if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", masked)] == []


def test_hostile_names_are_masked_too():
    text = json.dumps(json.loads(PlanJsonRenderer().render(redact_plan(made_plan(hostile=True)))), ensure_ascii=False)
    masked = {HOSTILE[number] for number in (0, 1, 2, 4, 5)}
    assert [name for name in masked if json.dumps(name, ensure_ascii=False)[1:-1] in text] == []


def test_the_same_workload_keeps_its_pseudonym_in_every_variant_and_sentence():
    plan = made_plan()
    masked = redact_plan(plan)
    pairs = {
        (before.workload, after.workload)
        for one, other in zip(plan.variants, masked.variants, strict=True)
        for before, after in zip(one.assignments, other.assignments, strict=True)
    }
    assert len(pairs) == len(WORKLOADS)
    assert masked.binding[1].subject == dict(pairs)["checkout-api"]
    assert masked.binding[0].subject == "estate"


def test_money_dates_types_and_figures_of_scenarios_stay():
    plan = made_plan()
    masked = redact_plan(plan)
    assert [one.total for one in masked.variants] == [one.total for one in plan.variants]
    first, other = plan.variant("recommended"), masked.variant("recommended")
    assert [one.after for one in other.assignments] == [one.after for one in first.assignments]
    assert [use.net_saving for one in other.purchases for use in one.scenarios] == [
        use.net_saving for one in first.purchases for use in one.scenarios
    ]
    assert [one.buy_on for one in other.purchases] == [one.buy_on for one in first.purchases]


def test_the_name_of_a_file_of_workloads_is_masked():
    assert redact_plan(plan_of_workloads()).source.name == "file-redacted"


def test_a_scenario_that_the_user_named_is_masked_and_those_of_every_plan_stay():
    plan = made_plan()
    first = plan.variant("recommended").purchases[0]
    uses = tuple(
        replace(first.scenarios[0], scenario=name)
        for name in ("as planned", "m5 replaced by a new family from mid-term on", "Acme leaves us")
    )
    bought = tuple(
        replace(one, purchases=tuple(replace(each, scenarios=uses) for each in one.purchases)) for one in plan.variants
    )
    (purchase, *_) = redact_plan(replace(plan, variants=bought)).variant("recommended").purchases
    assert [use.scenario for use in purchase.scenarios] == [uses[0].scenario, uses[1].scenario, "scenario-1"]


def test_whose_the_list_prices_beside_a_bill_are_is_told_and_masked():
    plan = made_plan()
    money = replace(plan.source.money, unbilled=("acme-web",))
    plan = replace(plan, source=replace(plan.source, money=money))
    assert "; list prices for acme-web" in prices(plan)
    masked = redact_plan(plan)
    assert "acme-web" not in PlanJsonRenderer().render(masked)
    assert "acme-web" not in prices(masked)
