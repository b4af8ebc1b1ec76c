import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from costopt.renderers.plan_json import PlanJsonRenderer
from tests.oracles.made_plan import (
    large_plan,
    made_plan,
    plan_of_workloads,
    plan_that_changes_nothing,
    plan_without_bound,
)

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "reports/schema/plan.schema.json").read_text(encoding="utf-8"))


def written(plan):
    return json.loads(PlanJsonRenderer().render(plan))


@pytest.mark.parametrize(
    "plan",
    [made_plan(), made_plan(hostile=True), plan_that_changes_nothing(), plan_without_bound(), plan_of_workloads(),
     large_plan(40)],
)  # fmt: skip
def test_the_document_is_valid_by_the_published_schema(plan):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(written(plan), SCHEMA)


@pytest.mark.parametrize("broken", [{"schema_version": 2}, {"variants": None}, {"surprise": 1}, {"now": "yesterday"}])
def test_the_schema_refuses_another_document(broken):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**written(made_plan()), **broken}, SCHEMA)


def test_money_is_exact_and_the_parts_of_a_variant_add_up():
    for variant in written(made_plan())["variants"]:
        parts = sum(Decimal(variant[name]["amount"]) for name in ("commitments", "on_demand", "spot"))
        assert parts == Decimal(variant["total"]["amount"])


def test_the_gap_stands_beside_the_bound_and_is_null_without_one():
    safe, best, _ = (one["certificate"] for one in written(made_plan())["variants"][1:])
    assert best["gap_fraction"] == pytest.approx(0.0013)
    assert safe["status"] == "optimal"
    assert {one["certificate"]["gap_fraction"] for one in written(plan_without_bound())["variants"][1:]} == {None}


def test_names_stay_as_they_are():
    workloads = [one["workload"] for one in written(made_plan(hostile=True))["variants"][2]["assignments"]]
    assert "\u202egnp.exe" in workloads
    assert "\u202e" not in PlanJsonRenderer().render(made_plan(hostile=True))
