"""A way to ask the real engine about rows written by hand."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from costopt.billing.dimensions import EVERY_ROW, Grouping, parse_condition, parse_grouping, parse_tag
from costopt.billing.duckdb_engine import DuckDbEngine, open_duckdb
from costopt.billing.query import Query, load, load_costs
from costopt.model.focus import TYPES
from tests.oracles.bill_rows import Row, publish

OCTOBER = {"start": datetime(2026, 10, 1, tzinfo=UTC), "end": datetime(2026, 11, 1, tzinfo=UTC)}

Store = Callable[[Sequence[Row]], DuckDbEngine]
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Puts rows into a new store and opens it."""
    with ExitStack() as opened:

        def publish_and_open(rows: Sequence[Row]) -> DuckDbEngine:
            return opened.enter_context(open_duckdb(publish(tmp_path / "store", rows)))

        yield publish_and_open


@pytest.fixture
def ask(store: Store) -> Ask:
    """Answers one question about rows, for October 2026 where nothing else is said.

    `by` and `where` are what users write, `tag` is a key. The rows of the answer have the headings that users see; of
    many columns `wanted` says which to keep.
    """

    def answer(rows: Sequence[Row], name: str, *, wanted: str = "", **values: Any) -> list[dict[str, Any]]:
        columns = {*TYPES, *(column for row in rows for column in row)}
        grouping = parse_grouping(values.pop("by", ()), columns)
        query = load_costs(grouping) if name == "costs" else load(name)
        table = store(rows).query(bound(query, grouping, columns, values))
        headings = grouping.headings(table.column_names) if "by" in query.parameters else table.column_names
        kept = wanted.split() or headings
        return [{name: row[name] for name in kept} for row in table.rename_columns(headings).to_pylist()]

    return answer


def bound(query: Query, grouping: Grouping, columns: set[str], values: dict[str, Any]) -> str:
    """SQL of a question with what it needs."""
    given: dict[str, Any] = {**OCTOBER, "where": EVERY_ROW, "by": grouping.fragment, **values}
    if "tag" in values:
        given["tag"] = parse_tag(values["tag"])
    if "where" in values:
        given["where"] = parse_condition(values["where"], columns)
    return query.bind(**{name: given[name] for name in query.parameters})
