"""What is handed to the FOCUS project's validator, and what is read of its report; the validator itself is not run."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from tests.oracles.bill_rows import at, bill_row, publish

TOOL = Path(__file__).resolve().parents[3] / "tools" / "validate_focus.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validate_focus", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_columns_that_no_row_fills_are_left_out_unless_focus_wants_them(tool: ModuleType, tmp_path: Path) -> None:
    lake = publish(tmp_path / "s", [bill_row(1), bill_row(2, ChargePeriodStart=at(9, 3), ResourceId="i-1")])
    with open_duckdb(lake) as engine:
        assert tool.export(engine, tmp_path / "all.parquet", None) == 2
        assert tool.export(engine, tmp_path / "october.parquet", "2026-10") == 1
    columns = set(pq.read_schema(tmp_path / "all.parquet").names)
    assert {"ResourceId", "BilledCost", "ChargeClass", "PricingUnit"} <= columns
    assert not columns & {"SkuId", "Tags", "x_SourceCost"}
    assert "ResourceId" not in pq.read_schema(tmp_path / "october.parquet").names


def test_failures_are_rules_that_were_run_and_sum_up_no_others(tool: ModuleType, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        """<testsuites>
        <testsuite><testcase name="Tags-C-001-M :: Type"/></testsuite>
        <testsuite><testcase name="Tags-C-002-M :: Format"><skipped/></testcase></testsuite>
        <testsuite><testcase name="ListCost-C-003-M :: Nullability"><failure>Failed</failure></testcase></testsuite>
        <testsuite><testcase name="ListCost-C-000-M :: Composite"><failure>Failed</failure></testcase></testsuite>
        </testsuites>"""
    )
    assert tool.failures(report) == (2, ["ListCost-C-003-M"])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("CommitmentDiscountStatus-C-004-C", True),
        ("CostAndUsage-D-012-C", True),
        ("CostAndUsage-D-042-O", True),
        ("CostAndUsage-D-026-M", False),
        ("CommitmentDiscountStatus-C-005-M", False),
    ],
)
def test_only_listed_failures_are_false_alarms(rule: str, expected: bool, tool: ModuleType) -> None:
    assert tool.is_false_alarm(rule) is expected
