"""Tags of every form as one text of JSON: user tags without prefix, in the order of their keys, nothing empty."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind
from tests.oracles.bill_files import CUR_LINE, csv_file, delivery, parquet_file

NOW = datetime(2026, 11, 3, tzinfo=UTC)
HOSTILE = "a\"b'c\\d,\n{}\u202e=cmd|'/c'!A0"
GCP_LINE = {
    "billing_account_id": "0A-1",
    "service.description": "Compute Engine",
    "sku.id": "1-2-3",
    "usage_start_time": "2026-10-05 00:00:00 UTC",
    "usage_end_time": "2026-10-05 01:00:00 UTC",
    "cost": "1",
    "currency": "USD",
    "invoice.month": "202610",
    "credits": "[]",
}


def tags_of(tmp_path: Path, kind: BillKind, file: BillFile, column: str = "Tags") -> list[str | None]:
    ingest(delivery(kind, file), tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        rows = engine.query(f"SELECT {column} AS t FROM cost ORDER BY BilledCost").to_pylist()
    return [row["t"] for row in rows]


def test_one_column_a_tag(tmp_path: Path) -> None:
    rows = [
        {
            "line_item_unblended_cost": "1", "resourceTags/user:team": "ml", "resourceTags/user:Team": "ML",
            "resourceTags/aws:createdBy": HOSTILE, "resourceTags/user:app": "", "costCategory/unit": "x",
        },
        {"line_item_unblended_cost": "2"},
    ]  # fmt: skip
    file = csv_file(tmp_path / "r.csv", rows, base=CUR_LINE)
    first, second = tags_of(tmp_path, BillKind.CUR, file)
    assert first == json.dumps(
        {"Team": "ML", "aws:createdBy": HOSTILE, "team": "ml"}, separators=(",", ":"), ensure_ascii=False
    )
    assert second is None
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        rows_ = engine.query("SELECT x_CostCategories AS c FROM cost WHERE Tags IS NOT NULL").to_pylist()
    assert rows_ == [{"c": '{"unit":"x"}'}]


def test_the_map_of_a_report(tmp_path: Path) -> None:
    kind = pa.map_(pa.string(), pa.string())
    tags = [[("user_team", "ml"), ("aws_created_by", HOSTILE), ("user_app", "")], [], None]
    table = pa.table(
        {
            **{name: [value] * 3 for name, value in CUR_LINE.items()},
            "line_item_unblended_cost": [1.0, 2.0, 3.0],
            "resource_tags": pa.array(tags, kind),
            "product": pa.array([[("product_name", "EC2"), ("operating_system", "Linux")], None, []], kind),
        }
    )
    file = parquet_file(tmp_path / "r.parquet", table)
    first, second, third = tags_of(tmp_path, BillKind.CUR, file)
    assert json.loads(str(first)) == {"aws:created_by": HOSTILE, "team": "ml"}
    assert (second, third) == (None, None)
    assert tags_of(tmp_path, BillKind.CUR, file, "x_OperatingSystem") == ["Linux", None, None]


def test_labels_of_google_in_json_and_as_python_prints_them(tmp_path: Path) -> None:
    rows = [
        {"cost": "1", "labels": json.dumps([{"key": "team", "value": HOSTILE}, {"key": "app", "value": "x"}])},
        {"cost": "2", "labels": "[{'key': 'team', 'value': 'ml'}, {'key': 'none', 'value': None}]"},
        {"cost": "3", "labels": "[]"},
        {"cost": "4", "labels": '[{"key": "team", "value": "a"}, {"key": "team", "value": "b"}]'},
    ]
    file = csv_file(tmp_path / "g.csv", rows, base=GCP_LINE)
    first, second, third, fourth = tags_of(tmp_path, BillKind.GCP_EXPORT, file)
    assert json.loads(str(first)) == {"app": "x", "team": HOSTILE}
    assert json.loads(str(second)) == {"none": None, "team": "ml"}
    assert third is None
    assert json.loads(str(fourth)) == {"team": "b"}


def test_credits_that_cannot_be_read_refuse_the_bill(tmp_path: Path) -> None:
    """A credit that is taken for none would make the bill too high without a word."""
    file = csv_file(tmp_path / "g.csv", [{"credits": "[{'name': 'Bob's', 'amount': -1}]"}], base=GCP_LINE)
    with pytest.raises(BillError, match="neither JSON nor a printed list"):
        ingest(delivery(BillKind.GCP_EXPORT, file), tmp_path / "s", now=NOW)


def test_credits_lower_the_line_or_stand_for_themselves(tmp_path: Path) -> None:
    """$10 less $2 sustained use is billed 8; a promotion of 3 and one without a type of 1 are rows of their own."""
    given = [
        {"name": "SUD", "amount": -2, "type": "SUSTAINED_USAGE_DISCOUNT"},
        {"name": "Trial", "amount": -3e0, "type": "PROMOTION"},
        {"name": "Odd", "amount": -1, "type": None},
    ]
    file = csv_file(tmp_path / "g.csv", [{"cost": "10", "credits": json.dumps(given)}], base=GCP_LINE)
    ingest(delivery(BillKind.GCP_EXPORT, file), tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        rows = engine.query(
            "SELECT ChargeCategory AS c, ChargeDescription AS d, CAST(BilledCost AS DOUBLE) AS b, "
            "CAST(ContractedCost AS DOUBLE) AS k FROM cost ORDER BY BilledCost DESC"
        ).to_pylist()
    assert [(row["c"], row["d"], row["b"], row["k"]) for row in rows] == [
        ("Usage", None, 8.0, 10.0),
        ("Credit", "Odd", -1.0, -1.0),
        ("Credit", "Trial", -3.0, -3.0),
    ]


def test_labels_of_a_project_apply_where_the_resource_has_none_of_that_key(tmp_path: Path) -> None:
    project = [{"key": "team", "value": "shop"}, {"key": "env", "value": HOSTILE}]
    rows = [
        {"cost": "1", "project.labels": json.dumps(project), "labels": json.dumps([{"key": "team", "value": "ml"}])},
        {"cost": "2", "project.labels": json.dumps(project), "labels": "[]"},
        {"cost": "3", "project.labels": "[]", "labels": json.dumps([{"key": "team", "value": "ml"}])},
        {"cost": "4", "project.labels": "", "labels": ""},
    ]
    found = tags_of(tmp_path, BillKind.GCP_EXPORT, csv_file(tmp_path / "g.csv", rows, base=GCP_LINE))
    assert [one and json.loads(one) for one in found] == [
        {"env": HOSTILE, "team": "ml"},
        {"env": HOSTILE, "team": "shop"},
        {"team": "ml"},
        None,
    ]


def test_labels_of_a_project_are_read_from_nested_columns(tmp_path: Path) -> None:
    pair = {"key": "team", "value": "shop"}
    line = {
        "billing_account_id": "0A-1",
        "service": {"id": "6F81", "description": "Compute Engine"},
        "sku": {"id": "1-2-3", "description": "N2 Instance Core"},
        "project": {"id": "shop-prod", "name": "Shop", "labels": [pair]},
        "labels": [{"key": "env", "value": "prod"}],
        "usage_start_time": "2026-10-05 00:00:00 UTC",
        "usage_end_time": "2026-10-05 01:00:00 UTC",
        "cost": 1.0,
        "currency": "USD",
        "credits": [{"name": "own", "amount": 0.0, "type": "SUSTAINED_USAGE_DISCOUNT"}],
        "invoice": {"month": "202610"},
    }
    file = parquet_file(tmp_path / "g.parquet", pa.Table.from_pylist([line]))
    assert tags_of(tmp_path, BillKind.GCP_EXPORT, file) == ['{"env":"prod","team":"shop"}']
