"""Which bill a check reads, and what it knows of one that lies with an engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.config.settings import BillingSettings, EngineSettings, Settings
from costopt.errors import StoreError
from costopt.pipeline.budgets.bill import opened_bill
from costopt.pipeline.budgets.check import CheckRequest, check_budgets
from tests.oracles.bill_files import FOCUS_LINE, csv_file
from tests.oracles.bill_rows import publish
from tests.oracles.budget_bills import NOW, autumn, budget, checked

D = Decimal


def settings(tmp_path: Path, *files: str) -> Settings:
    return Settings(
        billing=BillingSettings(store=str(tmp_path / "bills"), files=tuple(str(tmp_path / one) for one in files))
    )


def test_files_of_the_settings_serve_only_where_there_is_no_store(tmp_path: Path) -> None:
    csv_file(tmp_path / "bill.csv", [{}], base=FOCUS_LINE)
    with opened_bill(settings(tmp_path, "bill.csv"), NOW) as bill:
        assert bill is not None
        assert bill.first_day == date(2026, 10, 5)
    publish(tmp_path / "bills", autumn(), now=NOW)
    with opened_bill(settings(tmp_path, "bill.csv"), NOW) as bill:
        assert bill is not None
        assert bill.first_day == date(2026, 9, 1)


def test_a_store_that_is_named_has_to_be_there_and_one_without_rows_is_no_bill(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"), opened_bill(settings(tmp_path), NOW, store=tmp_path / "x"):
        pass
    publish(tmp_path / "bills", [], now=NOW)
    with opened_bill(settings(tmp_path), NOW) as bill:
        assert bill is None


class Remote:
    """DuckDB as an engine far away looks: it answers, and has no catalog."""

    name = "athena"
    catalog = None

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def query(self, sql: str) -> pa.Table:
        return self._engine.query(sql)


def test_a_bill_with_an_engine_is_judged_by_the_days_that_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake: Lake = publish(tmp_path / "bills", autumn(10), now=NOW)

    @contextmanager
    def far_away(_: Settings) -> Iterator[Remote]:
        with open_duckdb(lake) as engine:
            yield Remote(engine)

    monkeypatch.setattr("costopt.pipeline.budgets.bill.open_engine", far_away)
    wanted = Settings(engine=EngineSettings(kind="athena"), budgets=(budget(amount=400),))
    check = check_budgets(wanted, CheckRequest(now=NOW)).check
    (source,) = check.sources
    assert (source.name, source.complete_until) == ("athena", date(2026, 11, 19))
    assert check.budgets[0].spent == D(190)


def test_a_bill_of_the_future_is_no_bill(tmp_path: Path) -> None:
    assert not checked(tmp_path / "s", autumn(), budget(), now=datetime(2026, 8, 1, tzinfo=UTC)).has_bill
