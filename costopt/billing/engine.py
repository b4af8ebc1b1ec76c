"""The one protocol between the questions and whatever answers them."""

from typing import Protocol

import pyarrow as pa

from costopt.model.bill import Catalog


class Engine(Protocol):
    """Something that runs SQL over the table `cost`, whose columns `costopt.model.focus` names."""

    @property
    def name(self) -> str:
        """What it is, for provenance: `duckdb`, `spark`, `bigquery` or `athena`."""
        ...

    @property
    def catalog(self) -> Catalog | None:
        """The store's table of contents as it was when the engine was opened; None where there is no local store."""
        ...

    def query(self, sql: str) -> pa.Table:
        """Answer one SELECT.

        Args:
            sql: DuckDB's dialect with the functions that `tests/billing/test_queries.py` allows, and
                `TAG(Tags, 'key')` for the value of a tag. Parameters are bound already (`costopt.billing.query`).

        Returns:
            Costs as decimal128, quantities as double, times as timestamp without a zone (UTC); rows in the order of
            the query.

        Raises:
            EngineError: the engine refused or failed; the message names it.
        """
        ...
