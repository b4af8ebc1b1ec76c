"""The view over Google's export says what an ingest of the same export says."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engines.views import export_view
from costopt.billing.intake.ingest import ingest
from costopt.billing.lake import Lake
from costopt.collectors.files.discover import discover
from costopt.model.bill import BillKind
from costopt.model.focus import COLUMNS
from tests.billing.test_lake import NOW
from tools.bills.company import make_bill

LABELS = "STRUCT(key VARCHAR, value VARCHAR)[]"
LINES = {
    # SKU, subscription, consumption model, cost, the same at list price and by the default model
    "a new fee": ("Compute Flexible Committed Use Discounts - 1 Year", "s-1", "Default", 0.046868, 0.05, 0.046868),
    "a fee of old": ("Commitment - dollar based v1: GCE for 3 years", "s-2", None, 1.5, 1.5, None),
    "a fee of nobody": ("Cloud SQL Committed Use Discounts - 1 Year", None, "Default", 0.02, 0.02, 0.02),
    "covered usage": ("E2 Instance Ram running in Americas", "s-1", "Compute Flexible CUDs 1 Year", 0.4, 0.65, 0.6),
    "usage": ("E2 Instance Ram running in Americas", None, "Default", 0.109398, 0.2, 0.109398),
    "a device of spot": ("L4 GPU attached to Spot Preemptible VMs running in Iowa", None, "Default", 1.0, 1.0, 1.0),
}
CREDITS = {"a new fee": "FEE_UTILIZATION_OFFSET", "usage": "PROMOTION"}


def of_2026(connection: duckdb.DuckDBPyConnection, made: Path) -> None:
    """A table `export` of a made bill, with the columns that models of consumption brought, and a line of each sort."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"""CREATE TABLE export AS SELECT * REPLACE (
        struct_insert(project, labels := CAST([{{'key': 'team', 'value': 'sea'}}] AS {LABELS})) AS project,
        struct_insert(price, effective_price_default := CAST(NULL AS DOUBLE)) AS price),
        CAST(NULL AS DOUBLE) AS cost_at_effective_price_default,
        CAST(NULL AS STRUCT(id VARCHAR, description VARCHAR)) AS consumption_model FROM '{made}'""")
    for name, (sku, subscription, model, cost, listed, by_default) in LINES.items():
        values = [sku, subscription, model, cost, listed, by_default, cost / 2, CREDITS.get(name)]
        connection.execute(
            """INSERT INTO export BY NAME SELECT * REPLACE ({'id': '1-2-3', 'description': $1} AS sku,
                {'instance_id': $2} AS subscription, CAST($4 AS DOUBLE) AS cost, CAST($5 AS DOUBLE) AS cost_at_list,
                CAST($6 AS DOUBLE) AS cost_at_effective_price_default,
                {'id': '1', 'description': $3} AS consumption_model, struct_update(price,
                    effective_price := CAST($4 AS DOUBLE), effective_price_default := CAST($6 AS DOUBLE)) AS price,
                CASE WHEN $8 IS NULL THEN [] ELSE [{'name': 'a credit', 'amount': -$7, 'full_name': NULL, 'id': 'c',
                    'type': $8}] END AS credits) FROM export WHERE cost_type = 'regular' LIMIT 1""",
            values,
        )


def of_duckdb(text: str) -> str:
    """BigQuery's SQL for DuckDB, which has no number as wide, and a parser of months that sqlglot misses."""
    month = "DATE(CAST(SUBSTR(invoice.month, 1, 4) AS INT64), CAST(SUBSTR(invoice.month, 5, 2) AS INT64), 1)"
    tree = sqlglot.parse_one(text.replace("PARSE_DATE('%Y%m', invoice.month)", month), read="bigquery")
    for number in list(tree.find_all(exp.DataType)):
        if number.this in (exp.DataType.Type.BIGDECIMAL, exp.DataType.Type.DECIMAL):
            number.replace(exp.DataType.build("DECIMAL(28, 10)", dialect="duckdb"))
    return tree.sql(dialect="duckdb")


def taken_in(tmp_path: Path, file: Path) -> pa.Table:
    """The canonical rows of a file of the export."""
    for one in discover([file], BillKind.GCP_EXPORT, source=None):
        ingest(one, tmp_path / "s", now=NOW)
    with open_duckdb(Lake(tmp_path / "s")) as engine:
        return engine.query("SELECT * FROM cost")


@pytest.mark.parametrize("old", [False, True])
def test_the_view_of_the_detailed_export_is_the_table_of_its_ingest(tmp_path: Path, old: bool) -> None:
    make_bill(tmp_path / "made", form="gcp", lines=1_000, seed=5, file="parquet")
    (path,) = (tmp_path / "made/bill").rglob("*.parquet")
    with duckdb.connect() as connection:
        of_2026(connection, path)
        if old:
            for late in ("consumption_model", "cost_at_effective_price_default", "cost_at_list", "seller_name"):
                connection.execute(f"ALTER TABLE export DROP COLUMN {late}")
        exported = tmp_path / "gcp_billing_export_resource_v1" / path.name
        exported.parent.mkdir()
        connection.execute(f"COPY export TO '{exported}' (FORMAT parquet)")
        columns = [row[0] for row in connection.execute("DESCRIBE export").fetchall()] if old else None
        view = export_view(table="export", view="focus", detailed=True, columns=columns)
        connection.execute(of_duckdb(view))
        connection.register("given", taken_in(tmp_path, exported))
        typed = ", ".join(f"CAST({one.name} AS {one.type}) AS {one.name}" for one in COLUMNS)
        connection.execute(f"CREATE TABLE seen AS SELECT {typed} FROM focus")
        for column in COLUMNS:
            sums = [
                connection.execute(f"SELECT {column.name}, count(*) FROM {name} GROUP BY ALL ORDER BY ALL").fetchall()
                for name in ("given", "seen")
            ]
            assert sums[0] == sums[1], column.name
        names = ", ".join(column.name for column in COLUMNS)
        rest = connection.execute(f"SELECT {names} FROM given EXCEPT ALL SELECT {names} FROM seen LIMIT 2").fetchall()
        assert rest == []
