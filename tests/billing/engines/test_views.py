"""The view over an export elsewhere says what an ingest of the same export says."""

import re
from pathlib import Path

import duckdb
import pytest
import sqlglot

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engines.views import REDUCTIONS, export_view, report_view
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.billing.mapping import mapping_of
from costopt.collectors.files.discover import discover
from costopt.errors import EngineError, UsageError
from costopt.model.bill import BillKind
from costopt.model.focus import COLUMNS
from tests.billing.test_lake import NOW
from tools.bills.company import make_bill


@pytest.mark.parametrize("edp", ["none", "net", "lines"])
def test_the_view_of_a_report_is_the_table_of_its_ingest(edp: str, tmp_path: Path) -> None:
    make_bill(tmp_path / "made", form="cur2", lines=1_000, seed=5, edp=edp)
    (path,) = (tmp_path / "made/bill").rglob("*.parquet")
    for one in discover([tmp_path / "made/bill"], BillKind.CUR, source=None):
        ingest(one, tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        taken_in = engine.query("SELECT * FROM cost")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE cur2 AS FROM '{path}'")
        columns = [row[0] for row in connection.execute("DESCRIBE cur2").fetchall()]
        connection.execute(report_view("duckdb", table="cur2", view="focus", columns=columns))
        connection.register("taken_in", taken_in)
        for first, second in (("taken_in", "focus"), ("focus", "taken_in")):
            rest = connection.execute(f"SELECT * FROM {first} EXCEPT ALL SELECT * FROM {second} LIMIT 2").fetchall()
            assert rest == []


@pytest.mark.parametrize("dialect", ["athena", "spark", "trino", "duckdb"])
def test_the_view_is_sql_of_its_engine_and_has_every_column(dialect: str) -> None:
    text = report_view(dialect, table="billing.cur2", view="billing.focus")  # type: ignore[arg-type]
    tree = sqlglot.parse_one(text, read=dialect)
    assert isinstance(tree, sqlglot.exp.Create)
    assert tree.expression.named_selects == [column.name for column in COLUMNS]
    assert "own_" not in text
    # Athena takes queries of at most 262,144 bytes: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
    assert len(text.encode()) < 262_144


def test_the_view_of_googles_export_has_every_column_and_the_mappings_credits() -> None:
    for detailed in (True, False):
        text = export_view(table="p-1.billing.export", view="p-1.billing.focus", detailed=detailed)
        tree = sqlglot.parse_one(text, read="bigquery")
        assert isinstance(tree, sqlglot.exp.Create)
        assert tree.expression.named_selects == [column.name for column in COLUMNS]
        assert ("resource.global_name" in text) is detailed
    kinds = set(re.findall(r"'([A-Z_]{4,})'", mapping_of(BillKind.GCP_EXPORT).terms["_reductions"]))
    assert kinds == set(REDUCTIONS)


def test_a_table_that_lacks_a_column_and_a_name_that_is_none_are_refused() -> None:
    with pytest.raises(UsageError, match=r"lacks .*line_item_unblended_cost"):
        report_view("athena", table="t", view="v", columns=["line_item_line_item_type"])
    for table in ("a;DROP TABLE b", 'x"y', "a.b.c.d", ""):
        with pytest.raises(EngineError):
            report_view("athena", table=table, view="v")
        with pytest.raises(EngineError):
            export_view(table="t", view=table, detailed=True)
    with pytest.raises(UsageError, match="no view of a report for bigquery"):
        report_view("bigquery", table="t", view="v")
