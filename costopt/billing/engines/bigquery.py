"""Google BigQuery: a FOCUS table or view in the user's project, read-only, within a bound of bytes.

Source: https://cloud.google.com/bigquery/docs/best-practices-costs#restrict-bytes-billed.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pyarrow as pa

from costopt.billing.engines.answer import brief, canonical, check_columns
from costopt.billing.engines.dialect import TagForm, output_names, parse_table, translate
from costopt.errors import DAMAGED_CREDENTIALS, EngineError
from costopt.model.focus import ColumnType

SECONDS: Final = 900
"""How long a query may take."""
_GIB: Final = 2**30
_KINDS: Final = {
    "string": ColumnType.TEXT,
    "numeric": ColumnType.MONEY,
    "bignumeric": ColumnType.MONEY,
    "float": ColumnType.NUMBER,
    "float64": ColumnType.NUMBER,
    "timestamp": ColumnType.TIME,
}
"""DATETIME is not among them: it cannot be compared with a TIMESTAMP."""


class BigQueryEngine:
    """Answers from one table through a client of google-cloud-bigquery."""

    name = "bigquery"
    catalog = None

    def __init__(self, client: Any, table: str, tags: TagForm, max_gib_billed: float) -> None:
        self._client = client
        self._table = table
        self._tags: TagForm = tags
        self._max_bytes = int(max_gib_billed * _GIB)

    def query(self, sql: str) -> pa.Table:
        """Answer one SELECT; see `costopt.billing.engine.Engine`."""
        from google.cloud import bigquery

        names = output_names(sql)
        translated = translate(sql, "bigquery", table=self._table, tags=self._tags)
        settings = bigquery.QueryJobConfig(
            maximum_bytes_billed=self._max_bytes, use_legacy_sql=False, job_timeout_ms=SECONDS * 1000
        )
        with _failures(f"Ask for fewer days, or raise engine.max_gib_billed above {self._max_bytes / _GIB:g}."):
            rows = self._client.query(translated, job_config=settings, timeout=SECONDS).result(timeout=SECONDS)
            # Without the storage API: it needs a right and a package more, and answers are small.
            answer = rows.to_arrow(create_bqstorage_client=False)
        return canonical(answer, names)


@contextmanager
def open_bigquery(
    *,
    table: str,
    tags: TagForm = "json",
    project: str | None = None,
    location: str | None = None,
    max_gib_billed: float,
) -> Iterator[BigQueryEngine]:
    """The engine over a table of BigQuery, with the user's application default credentials.

    Args:
        table: `project.dataset.table`, or `dataset.table` of the project that pays.
        tags: `json`: BigQuery has no maps.
        project: the project that pays; None for the credentials' own.
        location: of the table; None lets BigQuery find it.
        max_gib_billed: GiB; a query that would be billed more is refused by BigQuery before it runs.

    Raises:
        EngineError: the client is not installed, there are no credentials, or the table is not one of costs.
    """
    if not (math.isfinite(max_gib_billed) and max_gib_billed > 0):
        raise EngineError("engine.max_gib_billed is no number above 0", hint="Set how many GiB a query may be billed.")
    try:
        from google.cloud import bigquery
    except ImportError as error:
        raise EngineError(
            "the client of BigQuery is not installed", hint="pip install 'cloud-costopt[bigquery]', then repeat."
        ) from error
    hint = "Check engine.table and engine.project; `gcloud auth application-default login` gives credentials."
    try:
        with _failures(hint):
            client = bigquery.Client(project=project, location=location)
    except DAMAGED_CREDENTIALS:
        raise EngineError("bigquery: the file of credentials for Google Cloud is damaged", hint=hint) from None
    try:
        check_table(client, table, tags, hint)
        yield BigQueryEngine(client, table, tags, max_gib_billed)
    finally:
        client.close()


def check_table(client: Any, table: str, tags: TagForm, hint: str = "") -> None:
    """Refuse a table that cannot be read or is not one of costs.

    Raises:
        EngineError: which column is missing or of the wrong type.
    """
    place = parse_table(table)
    if not place.db:
        raise EngineError(f"{table} names no dataset", hint="Set engine.table to project.dataset.table.")
    with _failures(hint):
        found = client.get_table(".".join((place.catalog or client.project, place.db, place.name)))
    check_columns(table, {column.name: column.field_type for column in found.schema}, _KINDS, tags)


@contextmanager
def _failures(hint: str) -> Iterator[None]:
    """What the client raises, as an EngineError."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except (
        GoogleAPIError,
        GoogleAuthError,
        OSError,
    ) as error:  # OSError: no network, too late, or no project to be found
        raise EngineError(f"bigquery: {brief(error)}", hint=hint) from error
