"""Budgets of AWS: what they watch is exactly what the budget watches, or nothing is written."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.model.budget import Basis, BudgetPeriod, ScopeFilter
from costopt.model.terraform import Engine
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.budgets.aws import aws_budgets
from costopt.terraform.render.library import Writing
from costopt.terraform.render.root import render_root
from tests.oracles.terraform_binary import needs_terraform, terraform, validated
from tests.terraform.render.budgets.planned import planned, scope, threshold
from tests.terraform.render.naughty import AIMED, nfc

VERSIONS = {5: "5.99.1", 6: "6.69.1"}
GROWING = [str(1200 + 10 * month) for month in range(12)]


def arguments_of(**given: Any) -> dict[str, Any]:
    (call,) = aws_budgets([planned(**given)])[0].calls
    return dict(call.arguments)


def unsaid(**given: Any) -> list[str]:
    return [one.line for one in aws_budgets([planned(**given)])[1]]


@needs_terraform
@pytest.mark.parametrize("major", VERSIONS)
def test_it_is_formatted_valid_and_plans_with_both_providers(tmp_path: Path, major: int) -> None:
    names = [one for one in AIMED if nfc(one) == one and one.strip() and one.isprintable()][:12]
    tagged = scope("tag:Team", *names)
    budgets = [
        planned(*GROWING, name="growing", scope=(tagged, scope("SubAccountId", "111122223333"))),
        *(planned("99.50", name=f"{number} {name}") for number, name in enumerate(names)),
    ]
    blueprint, _ = aws_budgets(budgets)
    files = render_root(blueprint, Writing(tool_version="1", origin="costopt.toml", aws_major=major))
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    given = {"region": "us-east-1", "email_addresses": ["finops@example.com"]}
    (tmp_path / "terraform.tfvars.json").write_text(json.dumps(given))
    assert terraform(tmp_path, "fmt", "-recursive", "-check", "-diff", "-no-color").stdout == ""
    assert validated(tmp_path)["diagnostics"] == []
    plan = evaluate(Request(folder=tmp_path, engines=(Engine.STUB,)))
    assert plan.provider_versions == {"registry.terraform.io/hashicorp/aws": VERSIONS[major]}
    made = [one.values for one in plan.resources.values()]
    assert {one["name"] for one in made} >= {f"{number} {name}".replace(":", "-").replace("\\", "-").strip()
                                             for number, name in enumerate(names)}  # fmt: skip
    growing = plan.resources["module.growing.aws_budgets_budget.this"].values
    assert sorted((one["start_time"], one["amount"]) for one in growing["planned_limit"])[:2] == [
        ("2026-11-01_00:00", "1200"),
        ("2026-12-01_00:00", "1210"),
    ]
    filters = {one["name"]: list(one["values"]) for one in growing["cost_filter"]}
    assert filters == {
        "LinkedAccount": ["111122223333"],
        "TagKeyValue": [f"user:Team${name}" for name in names],
    }


def test_thresholds_are_percentages_each_once() -> None:
    found = arguments_of(
        thresholds=(threshold("actual", "0.8"), threshold("actual", "0.80"), threshold("forecast", "1.055"))
    )
    assert found["actual_thresholds_percent"] == [80]
    assert found["forecast_thresholds_percent"] == [Decimal("105.5")]


def test_amortised_cost_and_credits_are_told() -> None:
    found = arguments_of(basis=Basis.EFFECTIVE, credits_count=False)
    assert (found["amortized"], found["include_credits"]) == (True, False)
    found = arguments_of()
    assert (found["amortized"], found["include_credits"]) == (False, True)


def test_ec2_is_two_services_to_aws_budgets() -> None:
    found = arguments_of(scope=(scope("ServiceName", "Amazon Elastic Compute Cloud", "AWS Lambda"),))
    assert found["cost_filters"] == {"Service": ["Amazon Elastic Compute Cloud - Compute", "EC2 - Other", "AWS Lambda"]}


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ((scope("RegionId", "us-east-1", exclude=True),), "leaves out RegionId"),
        ((scope("SkuId", "X"),), "SkuId is no dimension of AWS Budgets"),
        ((scope("RegionId", ""),), "charges without any RegionId"),
        ((scope("tag:a", "1"), scope("tag:b", "2")), "the budget means those that have all"),
    ],
)
def test_a_scope_that_aws_cannot_be_told_is_no_budget_rather_than_a_wider_one(
    filters: tuple[ScopeFilter, ...], said: str
) -> None:
    blueprint, _ = aws_budgets([planned(scope=filters)])
    assert blueprint.calls == ()
    (line,) = unsaid(scope=filters)
    assert line.startswith("not written: ")
    assert said in line
    assert [one.reason for one in blueprint.left_out] == [line]


@pytest.mark.parametrize(("period", "days"), [(BudgetPeriod.WEEK, None), (BudgetPeriod.ROLLING, 30)])
def test_periods_that_aws_does_not_have_are_left_out(period: BudgetPeriod, days: int | None) -> None:
    assert unsaid(period=period, rolling_days=days) == [f"not written: AWS Budgets has no period like {period}"]


def test_what_is_said_only_in_part_is_listed_and_stands_beside_the_call() -> None:
    pace = (*(threshold("actual", f"0.{number}") for number in range(4, 10)), threshold("pace", "1.3"))
    blueprint, told = aws_budgets([planned(thresholds=pace, time_zone="Europe/Berlin", name="a:b")])
    lines = [one.line for one in told]
    assert lines == [
        "not said: thresholds on pace",
        "not said: 1 thresholds: AWS takes 5",
        "not said: its time zone Europe/Berlin: AWS counts in UTC",
        "not said: its name as it stands: it is 'a-b' in AWS",
    ]
    assert blueprint.calls[0].evidence == ("a:b", *lines)


def test_a_day_has_no_forecast_and_a_year_no_planned_limits() -> None:
    found = arguments_of(period=BudgetPeriod.DAY)
    assert found["forecast_thresholds_percent"] == []
    assert unsaid(period=BudgetPeriod.DAY) == ["not said: thresholds on forecasts: AWS does not forecast a day"]
    (call,) = aws_budgets([planned("10", "20", period=BudgetPeriod.YEAR)])[0].calls
    assert "planned_limits" not in call.arguments
    assert call.arguments["limit"] == 10


def test_a_quarter_has_four_planned_limits() -> None:
    (call,) = aws_budgets([planned(*GROWING, period=BudgetPeriod.QUARTER)])[0].calls
    assert len(call.arguments["planned_limits"]) == 4
