"""Amazon Athena: a FOCUS table or view in the user's Glue catalog, read-only; results go where the workgroup says.

Results come through GetQueryResults, as text with a type for each column, and not from the result files: that needs no
right to the bucket, and answers are small. Source:
https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyarrow as pa

from costopt.billing.engines.answer import MONEY, brief, canonical, check_columns
from costopt.billing.engines.dialect import TagForm, output_names, parse_table, translate
from costopt.errors import EngineError
from costopt.model.focus import ColumnType

CATALOG: Final = "AwsDataCatalog"
"""Where a table is whose catalog is not named: https://docs.aws.amazon.com/athena/latest/ug/understanding-tables-databases-and-the-data-catalog.html."""
SECONDS: Final = 900.0
"""How long a query may take; then it is stopped."""
MAX_SQL_BYTES: Final = 262_144
"""https://docs.aws.amazon.com/athena/latest/ug/service-limits.html, query string length."""
MAX_ROWS: Final = 5_000_000
"""Of an answer: more are rows of the bill, and no answer."""
_PAGE: Final = 1000
_FIRST_WAIT_SECONDS: Final = 0.25
_LONGEST_WAIT_SECONDS: Final = 5.0
_KINDS: Final = {
    "string": ColumnType.TEXT,
    "varchar": ColumnType.TEXT,
    "char": ColumnType.TEXT,
    "decimal": ColumnType.MONEY,
    "double": ColumnType.NUMBER,
    "timestamp": ColumnType.TIME,
}


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None


_READ: Final[dict[str, tuple[pa.DataType, Callable[[str], Any]]]] = {
    "varchar": (pa.string(), str),
    "char": (pa.string(), str),
    "decimal": (MONEY, _money),
    "double": (pa.float64(), float),
    "bigint": (pa.int64(), int),
    "integer": (pa.int64(), int),
    "boolean": (pa.bool_(), _boolean),
    "date": (pa.date32(), date.fromisoformat),
    "timestamp": (pa.timestamp("us"), datetime.fromisoformat),
}
"""Arrow type and reader by the type that Athena names for a column."""


class AthenaEngine:
    """Answers from one table through a boto3 client of Athena."""

    name = "athena"
    catalog = None

    def __init__(
        self,
        client: Any,
        table: str,
        tags: TagForm,
        *,
        database: str | None,
        workgroup: str,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._tags: TagForm = tags
        self._context = {"Database": database} if database else {}
        self._workgroup = workgroup
        self._wait = wait

    def query(self, sql: str) -> pa.Table:
        """Answer one SELECT; see `costopt.billing.engine.Engine`."""
        names = output_names(sql)
        translated = translate(sql, "athena", table=self._table, tags=self._tags)
        if len(translated.encode()) > MAX_SQL_BYTES:
            raise EngineError(
                f"athena takes queries of {MAX_SQL_BYTES:,} bytes, this one is longer", hint="Give fewer filters."
            )
        with _failures("Check the workgroup, its place for results, and your rights to them and to the table."):
            run = self._client.start_query_execution(
                QueryString=translated, QueryExecutionContext=self._context, WorkGroup=self._workgroup
            )["QueryExecutionId"]
            self._await(run)
            return canonical(self._result(run, len(names)), names)

    def _await(self, run: str) -> None:
        """Return when the query has ended well; stop it when it takes too long or the user gives up."""
        waited, pause, ended = 0.0, _FIRST_WAIT_SECONDS, False
        try:
            while not ended:
                ended = self._has_ended(run)
                if waited >= SECONDS and not ended:
                    raise EngineError(f"athena: no answer within {SECONDS:g} s", hint="Ask for fewer days.")
                if not ended:
                    self._wait(pause)
                    waited, pause = waited + pause, min(pause * 2, _LONGEST_WAIT_SECONDS)
        finally:
            if not ended:
                self._stop(run)

    def _has_ended(self, run: str) -> bool:
        """Whether a query has ended well.

        Raises:
            EngineError: it has ended otherwise; Athena's reason.
        """
        status = self._client.get_query_execution(QueryExecutionId=run)["QueryExecution"]["Status"]
        if status["State"] in ("FAILED", "CANCELLED"):
            reason = str(status.get("StateChangeReason") or "no reason given")
            raise EngineError(
                f"athena: the query {status['State'].lower()}: {reason[:500]}",
                hint="Ask for fewer days or dimensions.",
            )
        return bool(status["State"] == "SUCCEEDED")

    def _stop(self, run: str) -> None:
        """Ask Athena to stop a query; one that has ended takes no harm."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.stop_query_execution(QueryExecutionId=run)
        except (BotoCoreError, ClientError):
            return  # what went wrong before is told

    def _result(self, run: str, width: int) -> pa.Table:
        """All pages of a result."""
        columns: list[dict[str, Any]] = []
        cells: list[list[str | None]] = [[] for _ in range(width)]
        pages = self._client.get_paginator("get_query_results").paginate(
            QueryExecutionId=run, PaginationConfig={"PageSize": _PAGE}
        )
        for page in pages:
            rows = page["ResultSet"]["Rows"]
            if not columns:
                columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
                rows = _without_heading(rows, columns)
            for row in rows:
                for column, cell in zip(cells, row["Data"], strict=True):
                    column.append(cell.get("VarCharValue"))
            if len(cells[0]) > MAX_ROWS:
                raise EngineError(f"athena: more than {MAX_ROWS:,} rows", hint="Ask for fewer days or dimensions.")
        arrays = [_read(column["Type"], texts) for column, texts in zip(columns, cells, strict=True)]
        return pa.table(arrays, names=[str(number) for number in range(width)])


@contextmanager
def open_athena(
    *,
    table: str,
    tags: TagForm = "json",
    database: str | None = None,
    workgroup: str = "primary",
    region: str | None = None,
) -> Iterator[AthenaEngine]:
    """The engine over a table of Athena, with the user's AWS credentials.

    Args:
        table: `catalog.database.table`, or shorter with `database`.
        tags: how its column Tags holds tags.
        database: of a table that names none.
        workgroup: says where results go, and may bound what a query scans.
        region: of Athena; None for that of the user's AWS configuration.

    Raises:
        EngineError: no region or credentials, or the table is not one of costs.
    """
    import boto3
    from botocore.config import Config

    with _failures("Set engine.region, and check engine.table, engine.database and your rights in Glue."):
        settings = Config(retries={"mode": "standard", "max_attempts": 8})
        client = boto3.Session(region_name=region).client("athena", config=settings)
        check_table(client, table, tags, database=database, workgroup=workgroup)
    try:
        yield AthenaEngine(client, table, tags, database=database, workgroup=workgroup)
    finally:
        client.close()


def check_table(client: Any, table: str, tags: TagForm, *, database: str | None, workgroup: str) -> None:
    """Refuse a table that is not one of costs.

    Raises:
        EngineError: which column is missing or of the wrong type.
    """
    place = parse_table(table)
    if not (place.db or database):
        raise EngineError(f"{table} names no database", hint="Set engine.database.")
    found = client.get_table_metadata(
        CatalogName=place.catalog or CATALOG,
        DatabaseName=place.db or database,
        TableName=place.name,
        WorkGroup=workgroup,
    )["TableMetadata"]
    columns = [*found.get("Columns", ()), *found.get("PartitionKeys", ())]
    kinds = {column["Name"]: column.get("Type", "").partition("(")[0].partition("<")[0] for column in columns}
    check_columns(table, kinds, _KINDS, tags)


def _without_heading(rows: list[dict[str, Any]], columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the first page less the first, which holds the names of the columns.

    Raises:
        EngineError: the first row is something else.
    """
    heading = [cell.get("VarCharValue") for cell in rows[0]["Data"]] if rows else []
    if heading != [column["Name"] for column in columns]:
        raise EngineError("athena: the result has no heading", hint="Report this query.")
    return rows[1:]


def _read(kind: str, texts: list[str | None]) -> pa.Array:
    """A column from Athena's texts; no text at all is NULL."""
    arrow, reader = _READ.get(kind, (None, None))
    if reader is None:
        raise EngineError(f"athena: a column of type {kind}", hint="Report this query.")
    try:
        return pa.array([None if text is None else reader(text) for text in texts], type=arrow)
    except (ValueError, pa.ArrowInvalid) as error:
        raise EngineError(f"athena: a value that is no {kind}: {error}", hint="Report this query.") from error


@contextmanager
def _failures(hint: str) -> Iterator[None]:
    """What boto3 raises, as an EngineError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise EngineError(f"athena: {brief(error)}", hint=hint) from error
