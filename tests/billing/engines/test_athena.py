"""The client of Athena against a server of botocore's own models; SQL of the dialect is tested in test_dialect."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from costopt.billing.engines.athena import AthenaEngine, check_table, open_athena
from costopt.errors import EngineError
from costopt.model.focus import COLUMNS, ColumnType
from tests.oracles.fakeaws import FakeAws, Fault, Request

RUN = "a1b2c3d4-0000-4000-8000-000000000000"
SQL = "SELECT ServiceName AS ServiceName, SUM(BilledCost) AS billed_cost FROM cost GROUP BY ServiceName ORDER BY 1"
GLUE = {
    ColumnType.TEXT: "string",
    ColumnType.MONEY: "decimal(28,10)",
    ColumnType.NUMBER: "double",
    ColumnType.TIME: "timestamp",
}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with FakeAws() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        server.on("athena", "StartQueryExecution", {"QueryExecutionId": RUN})
        server.on("athena", "StopQueryExecution", {})
        server.on("athena", "GetTableMetadata", metadata())
        yield server
    assert server.bugs == []


def metadata(**types: str) -> dict[str, Any]:
    columns = {column.name.lower(): GLUE[column.type] for column in COLUMNS} | types
    # A partition is a column like any other.
    partition = [{"Name": "billingperiodstart", "Type": columns.pop("billingperiodstart")}]
    described = [{"Name": name, "Type": kind} for name, kind in columns.items()]
    return {"TableMetadata": {"Name": "cost", "Columns": described, "PartitionKeys": partition}}


def states(aws: FakeAws, *names: str, reason: str = "") -> None:
    """Let the query go through these states; the last one stays."""
    left = list(names)

    def state(*_: object) -> dict[str, Any]:
        name = left.pop(0) if len(left) > 1 else left[0]
        return {"QueryExecution": {"QueryExecutionId": RUN, "Status": {"State": name, "StateChangeReason": reason}}}

    aws.on("athena", "GetQueryExecution", state)


def results(aws: FakeAws, types: dict[str, str], rows: list[list[str | None]], *, page: int = 1000) -> None:
    """Let the query give rows; the first page begins with a heading, as Athena's does."""
    information = [{"Name": name, "Type": kind} for name, kind in types.items()]
    lines = [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in [list(types), *rows]]

    def answer(params: dict[str, Any], _: Request) -> dict[str, Any]:
        assert params["MaxResults"] == 1000
        start = int(params.get("NextToken", "0"))
        more = {"NextToken": str(start + page)} if start + page < len(lines) else {}
        found = {"Rows": lines[start : start + page], "ResultSetMetadata": {"ColumnInfo": information}}
        return {"ResultSet": found, "UpdateCount": 0, **more}

    aws.on("athena", "GetQueryResults", answer)


def ask(sql: str = SQL, waits: list[float] | None = None, **settings: Any) -> pa.Table:
    client = boto3.client("athena", region_name="eu-west-1", config=Config(retries={"total_max_attempts": 1}))
    given = {"database": "bills", "workgroup": "finops", **settings}
    wait = (waits if waits is not None else []).append
    return AthenaEngine(client, "cost", "json", wait=wait, **given).query(sql)


def test_an_answer_has_the_names_and_types_of_duckdb(aws: FakeAws) -> None:
    states(aws, "QUEUED", "RUNNING", "SUCCEEDED")
    rows = [["Amazon EC2", "12.3400000000"], ["", "-1"], [None, None]]
    results(aws, {"servicename": "varchar", "billed_cost": "decimal"}, rows)
    waits: list[float] = []
    table = ask(waits=waits)
    assert table.schema == pa.schema([("ServiceName", pa.string()), ("billed_cost", pa.decimal128(38, 10))])
    assert table.to_pylist() == [
        {"ServiceName": "Amazon EC2", "billed_cost": Decimal("12.34")},
        {"ServiceName": "", "billed_cost": Decimal(-1)},
        {"ServiceName": None, "billed_cost": None},
    ]
    assert waits == [0.25, 0.5]
    assert aws.count("athena", "StopQueryExecution") == 0


def test_the_query_goes_to_the_users_workgroup_and_database(aws: FakeAws) -> None:
    states(aws, "SUCCEEDED")
    results(aws, {"servicename": "varchar", "billed_cost": "decimal"}, [])
    assert ask().num_rows == 0
    sent = next(request for request in aws.requests if request.operation == "StartQueryExecution").params
    assert sent["WorkGroup"] == "finops"
    assert sent["QueryExecutionContext"] == {"Database": "bills"}
    assert sent["QueryString"].startswith('SELECT "ServiceName" AS "ServiceName", SUM("BilledCost") AS "billed_cost"')
    assert "ResultConfiguration" not in sent


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 999, 1000, 1001])
def test_all_pages_are_read_and_the_heading_is_no_row(aws: FakeAws, count: int) -> None:
    states(aws, "SUCCEEDED")
    rows: list[list[str | None]] = [[f"service {number}", str(number)] for number in range(count)]
    results(aws, {"servicename": "varchar", "billed_cost": "decimal"}, rows, page=2 if count < 10 else 1000)
    table = ask()
    assert table["billed_cost"].to_pylist() == [Decimal(number) for number in range(count)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("varchar", " ü'\"\\ ", " ü'\"\\ "),
        ("bigint", "-9223372036854775808", -(2**63)),
        ("integer", "7", 7),
        ("double", "1.0E-5", 1e-5),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("date", "2026-10-01", date(2026, 10, 1)),
        ("timestamp", "2026-10-01 05:00:00.000", datetime(2026, 10, 1, 5)),
        ("decimal", "9999999999999999999999999999.9999999999", Decimal("9999999999999999999999999999.9999999999")),
    ],
)
def test_a_cell_is_read_by_its_type(aws: FakeAws, kind: str, text: str, value: object) -> None:
    states(aws, "SUCCEEDED")
    results(aws, {"x": kind}, [[text], [None]])
    assert ask("SELECT RegionId AS x FROM cost")["x"].to_pylist() == [value, None]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bigint", "1.5"), ("double", "x"), ("boolean", "1"), ("date", "01.10.2026"), ("timestamp", ""),
        ("decimal", "abc"), ("decimal", "0.00000000001"), ("array", "[]"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_of_its_type_is_an_error(aws: FakeAws, kind: str, text: str) -> None:
    states(aws, "SUCCEEDED")
    results(aws, {"x": kind}, [[text]])
    with pytest.raises(EngineError, match=f"athena: a (value that is no|column of type) {kind}"):
        ask("SELECT RegionId AS x FROM cost")


def test_a_result_without_its_heading_is_an_error(aws: FakeAws) -> None:
    states(aws, "SUCCEEDED")
    found = {
        "Rows": [{"Data": [{"VarCharValue": "a"}]}],
        "ResultSetMetadata": {"ColumnInfo": [{"Name": "x", "Type": "varchar"}]},
    }
    aws.on("athena", "GetQueryResults", {"ResultSet": found})
    with pytest.raises(EngineError, match="no heading"):
        ask("SELECT RegionId AS x FROM cost")


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_a_query_that_fails_says_why(aws: FakeAws, state: str) -> None:
    states(aws, "RUNNING", state, reason="SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved" + "!" * 1000)
    with pytest.raises(EngineError, match=f"the query {state.lower()}: SYNTAX_ERROR") as caught:
        ask()
    assert len(str(caught.value)) < 600


def test_a_query_that_takes_too_long_is_stopped(aws: FakeAws) -> None:
    states(aws, "RUNNING")
    waits: list[float] = []
    with pytest.raises(EngineError, match="no answer within 900 s"):
        ask(waits=waits)
    assert 900 <= sum(waits) < 906
    assert max(waits) == 5.0
    assert aws.count("athena", "StopQueryExecution") == 1


def test_a_query_is_stopped_when_the_user_gives_up(aws: FakeAws) -> None:
    states(aws, "RUNNING")

    def give_up(_: float) -> None:
        raise KeyboardInterrupt

    client = boto3.client("athena", region_name="eu-west-1")
    with pytest.raises(KeyboardInterrupt):
        AthenaEngine(client, "cost", "json", database=None, workgroup="primary", wait=give_up).query(SQL)
    assert aws.count("athena", "StopQueryExecution") == 1


def test_a_refusal_is_told_even_where_stopping_is_refused_too(aws: FakeAws) -> None:
    states(aws, "RUNNING")
    aws.faults.append(Fault("athena", "GetQueryExecution", code="AccessDeniedException", message="not you"))
    aws.faults.append(Fault("athena", "StopQueryExecution", code="AccessDeniedException", message="nor this"))
    with pytest.raises(EngineError, match="not you") as caught:
        ask()
    assert isinstance(caught.value.__cause__, ClientError)


def test_a_query_that_is_too_long_is_refused_before_it_is_sent(aws: FakeAws) -> None:
    values = ", ".join(f"'{number:0>1000}'" for number in range(300))
    with pytest.raises(EngineError, match="262,144 bytes"):
        ask(f"SELECT COUNT(*) AS n FROM cost WHERE ServiceName IN ({values})")
    assert aws.requests == []


def test_a_table_of_costs_is_opened(aws: FakeAws) -> None:
    states(aws, "SUCCEEDED")
    results(aws, {"n": "bigint"}, [["5"]])
    with open_athena(table="cost", database="bills", workgroup="finops", region="eu-west-1") as engine:
        assert engine.name == "athena"
        assert engine.query("SELECT COUNT(*) AS n FROM cost").to_pylist() == [{"n": 5}]
    (asked,) = [request.params for request in aws.requests if request.operation == "GetTableMetadata"]
    assert asked == {
        "CatalogName": "AwsDataCatalog",
        "DatabaseName": "bills",
        "TableName": "cost",
        "WorkGroup": "finops",
    }


@pytest.mark.parametrize(
    ("types", "tags", "message"),
    [
        ({"billedcost": "double"}, "json", "BilledCost is double, not decimal"),
        ({"tags": "map<string,string>"}, "json", "Tags is map, not text"),
        ({"tags": "string"}, "map", "Tags is string, not map"),
    ],
)
def test_a_table_of_other_types_is_refused(aws: FakeAws, types: dict[str, str], tags: Any, message: str) -> None:
    aws.on("athena", "GetTableMetadata", metadata(**types))
    with pytest.raises(EngineError, match=message), open_athena(table="b.cost", tags=tags, region="eu-west-1"):
        pass


def test_tags_may_be_a_map(aws: FakeAws) -> None:
    aws.on("athena", "GetTableMetadata", metadata(tags="map<string,string>"))
    client = boto3.client("athena", region_name="eu-west-1")
    check_table(client, "mine.bills.cost", "map", database=None, workgroup="primary")
    assert aws.requests[-1].params["CatalogName"] == "mine"


def test_what_is_missing_to_open_is_said(aws: FakeAws) -> None:
    aws.faults.append(Fault("athena", "GetTableMetadata", code="MetadataException", message="EntityNotFoundException"))
    with pytest.raises(EngineError, match="EntityNotFoundException"), open_athena(table="b.cost", region="eu-west-1"):
        pass
    with pytest.raises(EngineError, match="names no database"), open_athena(table="cost", region="eu-west-1"):
        pass
    with pytest.raises(EngineError, match="region") as caught, open_athena(table="b.cost"):
        pass
    assert "engine.region" in caught.value.hint
