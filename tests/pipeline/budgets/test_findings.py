"""Which findings of an audit lie in the scope of a budget."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.errors import UsageError
from costopt.pipeline.budgets.findings import read_findings
from tests.oracles.budget_bills import autumn, budget, checked

D = Decimal


def finding(
    id_: str, resource: str, *, account: str = "222222222222", saving: str = "5", **more: Any
) -> dict[str, Any]:
    place = {"provider": "aws", "account": account, "region": "us-east-1", "kind": "ec2_instance", "id": resource}
    counted = {"amount": saving, "currency": "USD"}
    return {
        "id": id_,
        "title": "Idle",
        "resource": place,
        "counted": counted,
        "price_gap": None,
        "silence": None,
        **more,
    }


@pytest.fixture
def report(tmp_path: Path) -> Path:
    found = [
        finding("F-web", "i-web"),
        finding("F-ml", "i-ml", saving="7"),
        finding("F-away", "i-web", account="9", saving="9"),
        finding("F-silent", "i-web", silence={"by": "tag"}),
        finding("F-nothing", "i-web", saving="0"),
        finding("F-unpriced", "i-web", saving="0", price_gap="no price"),
    ]
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "findings": found}))
    return path


def test_findings_are_placed_by_what_they_know_and_else_by_the_bill(tmp_path: Path, report: Path) -> None:
    rows = [
        *autumn(10, tags={"team": "web"}, ResourceId="arn:aws:ec2:us-east-1:222222222222:instance/i-web"),
        *autumn(10, tags={"team": "ml"}, ResourceId="i-ml"),
    ]
    budgets = checked(
        tmp_path / "s",
        rows,
        budget("all"),
        budget("account", scope={"SubAccountId": "222222222222"}),
        budget("rest", scope={"not": {"SubAccountId": "222222222222"}}),
        budget("team", scope={"tag:team": "web"}),
        report=report,
    ).budgets
    assert {one.budget.name: [found.id for found in one.findings] for one in budgets} == {
        "all": ["F-away", "F-ml", "F-web", "F-unpriced"],
        "account": ["F-ml", "F-web", "F-unpriced"],
        "rest": ["F-away"],
        "team": ["F-web", "F-unpriced"],
    }
    assert [one.monthly_saving for one in budgets[3].findings] == [D(5), None]


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{}]}', '{"findings": 1}'])
def test_what_is_no_report_is_refused_with_the_way_to_make_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="no report") as raised:
        read_findings(path)
    assert "costopt audit -f json" in raised.value.hint
    with pytest.raises(UsageError, match="cannot read"):
        read_findings(tmp_path)
