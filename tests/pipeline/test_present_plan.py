"""Plans that are shown to strangers."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.model.plan import ScenarioUse
from costopt.pipeline.planning.stress import scenarios_of
from costopt.pipeline.present_plan import render_plan
from tests.oracles.made_plan import made_plan, usd


@pytest.mark.parametrize("form", ["table", "json", "markdown", "html"])
def test_what_was_taken_for_granted_is_told_in_every_format(form: str) -> None:
    note = "what these owned reservations cost is not known"
    assert note in " ".join(render_plan(replace(made_plan(), assumptions=(note,)), form).split())


def test_the_scenarios_of_every_plan_keep_their_names_when_it_is_masked() -> None:
    item = UsageItem(provider="aws", account="1", region="eu-west-1", service="ec2", family="m7i-flex", variant="linux")
    planned = HourlyDemand(items=(item,), dollars=np.ones((8760, 1)), start=datetime(2026, 12, 1, tzinfo=UTC))
    names = [one.name for one in scenarios_of(planned)]
    uses = tuple(ScenarioUse(scenario=name, utilisation_fraction=1.0, net_saving=usd(1)) for name in names)
    plan = made_plan()
    variants = tuple(
        replace(one, purchases=tuple(replace(each, scenarios=uses) for each in one.purchases)) for one in plan.variants
    )
    masked = json.loads(render_plan(replace(plan, variants=variants), "json", redacted=True))
    (purchase, *_) = next(one for one in masked["variants"] if one["name"] == "recommended")["purchases"]
    assert [use["scenario"] for use in purchase["scenarios"]] == names
