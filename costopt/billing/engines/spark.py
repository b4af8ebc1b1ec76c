"""Spark, Databricks or anything else that speaks Spark Connect.

Source of the settings: https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html and
https://spark.apache.org/docs/latest/sql-ref-literals.html.
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa

from costopt.billing.engines.answer import brief, canonical, check_columns
from costopt.billing.engines.dialect import TagForm, output_names, parse_table, translate
from costopt.errors import EngineError
from costopt.model.focus import ColumnType

PORT: Final = 15002
"""Of Spark Connect where the address has none: https://spark.apache.org/docs/latest/spark-connect-overview.html."""
REMOTE: Final = "SPARK_REMOTE"
"""Environment variable with the address, token included."""
_REACH_SECONDS: Final = 10.0
"""The client itself would try for ten minutes."""
_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    # A sum that overflows is an error, as everywhere else, and not NULL.
    "spark.sql.ansi.enabled": "true",
    # Else `${env:NAME}` in a tag would be replaced by the server's own environment.
    "spark.sql.variable.substitute": "false",
}
_PROBE: Final = r"SELECT '\\' AS a, '${env:PATH}' AS b, current_timezone() AS c"
_PROBED: Final = {"a": "\\", "b": "${env:PATH}", "c": "UTC"}
"""What the probe answers where texts and times mean what the translation takes them to mean."""
_KINDS: Final = {
    "string": ColumnType.TEXT,
    "decimal": ColumnType.MONEY,
    "double": ColumnType.NUMBER,
    "timestamp": ColumnType.TIME,
    "timestamp_ntz": ColumnType.TIME,
}


class SparkEngine:
    """Answers from one table of a Spark session that is set as `open_spark` sets it."""

    name = "spark"
    catalog = None

    def __init__(self, session: Any, table: str, tags: TagForm) -> None:
        self._session = session
        self._table = table
        self._tags: TagForm = tags

    def query(self, sql: str) -> pa.Table:
        """Answer one SELECT; see `costopt.billing.engine.Engine`."""
        from pyspark.errors import PySparkException

        names = output_names(sql)
        translated = translate(sql, "spark", table=self._table, tags=self._tags)
        try:
            answer = self._session.sql(translated).toArrow()
        except (PySparkException, pa.ArrowException) as error:
            raise EngineError(f"spark: {brief(error)}", hint="Ask for fewer days or dimensions.") from error
        return canonical(answer, names)


@contextmanager
def open_spark(remote: str | None, table: str, tags: TagForm = "json") -> Iterator[SparkEngine]:
    """The engine over a table of a Spark Connect server, in a session of its own.

    Args:
        remote: `sc://host:15002`, without a token; None takes it from SPARK_REMOTE, where a token may be.
        table: the FOCUS table or view, `catalog.schema.table`.
        tags: how its column Tags holds tags.

    Raises:
        EngineError: the client is not installed, the server not reachable, or the table not one of costs.
    """
    address = _address(remote)
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            "the client of Spark is not installed", hint="pip install 'cloud-costopt[spark]', then repeat."
        ) from error
    # The client logs every failed query with the server's stack trace; the error that follows says it in one line.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    try:
        session = SparkSession.builder.remote(address).create()
    except PySparkException as error:
        raise EngineError(
            f"spark: {brief(error)}", hint="Check engine.remote and the token in SPARK_REMOTE."
        ) from error
    try:
        try:
            _prepare(session, table, tags)
        except PySparkException as error:
            raise EngineError(f"spark: {brief(error)}", hint="Check engine.table and your rights to it.") from error
        yield SparkEngine(session, table, tags)
    finally:
        session.stop()


def _address(remote: str | None) -> str:
    """Address of a server that answers; a token in it is never shown."""
    address = remote or os.environ.get(REMOTE) or ""
    if remote and "token=" in remote.casefold():
        raise EngineError("engine.remote holds a token", hint=f"Put the whole address into {REMOTE} instead.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, PORT
    if host is None or parts.scheme != "sc":
        raise EngineError("there is no address of a Spark Connect server", hint="Set engine.remote to sc://host:15002.")
    try:
        socket.create_connection((host, port), timeout=_REACH_SECONDS).close()
    except OSError as error:
        raise EngineError(
            f"no Spark Connect server at {host}:{port}: {error}", hint="Start it, or correct engine.remote."
        ) from error
    return address


def _prepare(session: Any, table: str, tags: TagForm) -> None:
    for setting, value in _SETTINGS.items():
        session.conf.set(setting, value)
    answers = session.sql(_PROBE).toArrow().to_pylist()
    if answers != [_PROBED]:
        raise EngineError(
            "this Spark reads texts or times in its own way",
            hint="Unset spark.sql.parser.escapedStringLiterals on the server.",
        )
    place = parse_table(table).sql(dialect="spark", identify=True)
    schema = session.sql(f"SELECT * FROM {place} LIMIT 0").schema  # noqa: S608 - checked and quoted
    check_columns(table, {field.name: field.dataType.typeName() for field in schema}, _KINDS, tags)
