"""Questions to an export in BigQuery: none runs before a dry run has said what it is billed, none above the limit."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from costopt.collectors.gcp.bill_access import PATIENCE, READ_TABLE, RUN_QUERY, telling
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.errors import BillError, UsageError

if TYPE_CHECKING:
    from google.cloud import bigquery

SECONDS: Final = 900
"""How long a query may take."""
GIB: Final = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query and its parameters; nothing of the user's stands in its text but the checked name of the table."""

    sql: str
    """BigQuery's SQL."""
    values: tuple[tuple[str, str, Any], ...] = ()
    """Name, type and value of scalar parameters."""
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Name and members of parameters that are lists of texts."""

    def parameters(self) -> list[Any]:
        """As the client takes them."""
        from google.cloud import bigquery

        scalars = [bigquery.ScalarQueryParameter(name, kind, value) for name, kind, value in self.values]
        return [
            *scalars,
            *(bigquery.ArrayQueryParameter(name, "STRING", list(members)) for name, members in self.texts),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedTable:
    """A table that may be asked as long as it is billed no more than some bytes."""

    client: "bigquery.Client"
    """Of BigQuery."""
    address: TableAddress
    """The table."""
    is_partitioned: bool
    """Whether a query can leave parts of it out."""
    limit: int
    """Bytes that all questions together may be billed."""
    advice: str
    """What to do where that is too little."""
    patience: float = PATIENCE
    """Seconds in which a query that is refused in passing is sent again."""

    def admit(self, question: Question, *, before: int = 0) -> int:
        """Bytes of a question that keeps the limit.

        Args:
            question: what is to be asked.
            before: bytes that other questions were billed already.

        Raises:
            BillError: it does not keep it.
            CollectError: the table cannot be read.
        """
        total = before + dry_run(self.client, self.address, question)
        if total > self.limit:
            why = "" if self.is_partitioned else "; it has no partitions, so that every query reads all of it"
            raise BillError(
                f"reading {self.address} would be billed {total / GIB:,.2f} GiB, above the limit of "
                f"{self.limit / GIB:,.6g}{why}",
                hint=self.advice,
            )
        return total - before

    def rows(self, question: Question) -> Iterator[Any]:
        """The answer, row by row, to its end; BigQuery itself refuses what is above the limit.

        Raises:
            BillError: while iterating: the answer ends before its end.
            CollectError: the table cannot be read.
        """
        from google.cloud import bigquery

        settings = bigquery.QueryJobConfig(
            maximum_bytes_billed=self.limit,
            use_legacy_sql=False,
            job_timeout_ms=SECONDS * 1000,
            query_parameters=question.parameters(),
        )
        with telling(f"table {self.address}", RUN_QUERY):
            rows = _started(self.client, question, settings, self.patience).result(timeout=SECONDS)
        return self._to_the_end(rows)

    def _to_the_end(self, rows: Any) -> Iterator[Any]:
        count = 0
        with telling(f"the answer from {self.address}", READ_TABLE):
            for row in rows:
                count += 1
                yield row
        if rows.total_rows is not None and count != rows.total_rows:
            raise BillError(
                f"BigQuery announced {rows.total_rows:,} lines of {self.address} and sent {count:,}", hint="Repeat it."
            )


def limit_of(max_gib_billed: float) -> int:
    """Bytes of a limit in GiB.

    Raises:
        UsageError: it limits nothing, or to nothing.
    """
    if not (math.isfinite(max_gib_billed) and max_gib_billed > 0):
        raise UsageError(
            f"a limit of {max_gib_billed:g} GiB is none",
            hint="Give --max-gib-billed (engine.max_gib_billed) as a number above 0.",
        )
    return int(max_gib_billed * GIB)


def dry_run(client: "bigquery.Client", address: TableAddress, question: Question) -> int:
    """Bytes that a question would be billed. Costs nothing.

    Raises:
        CollectError: the table cannot be read.
    """
    from google.cloud import bigquery

    settings = bigquery.QueryJobConfig(
        dry_run=True, use_query_cache=False, use_legacy_sql=False, query_parameters=question.parameters()
    )
    with telling(f"table {address}", RUN_QUERY):
        job = _started(client, question, settings, PATIENCE)
    return int(job.total_bytes_processed or 0)


def _started(
    client: "bigquery.Client", question: Question, settings: "bigquery.QueryJobConfig", patience: float
) -> "bigquery.QueryJob":
    from google.cloud.bigquery import DEFAULT_RETRY

    return client.query(
        question.sql,
        job_config=settings,
        timeout=SECONDS,
        retry=DEFAULT_RETRY.with_timeout(patience),
        job_retry=None,  # it would send the query anew for ten minutes, whatever `retry` says
    )


def require_undiminished(address: TableAddress, *, counted: int, sent: int) -> None:
    """Lines that came since they were counted are new ones; fewer would be half an answer.

    Raises:
        BillError: they are fewer.
    """
    if sent < counted:
        raise BillError(
            f"{address} had {counted:,} of these lines a moment ago and gave {sent:,}",
            hint="It changes while it is read, or has lines in no partition. Repeat it in an hour.",
        )
