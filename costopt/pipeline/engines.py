"""The engine that the settings choose, opened."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.engine import Engine
from costopt.billing.lake import Lake
from costopt.config.settings import EngineSettings, Settings
from costopt.errors import ConfigError
from costopt.model.bill import Catalog
from costopt.model.focus import COLUMNS


def store_path(settings: Settings, store: Path | None = None) -> Path:
    """The store that a command means: the one that is named, else the setting's."""
    return store if store is not None else Path(settings.billing.store)


@contextmanager
def open_engine(settings: Settings, store: Path | None = None) -> Iterator[Engine]:
    """What answers questions to the bill: the store on this machine, or the engine that `[engine]` names.

    Args:
        settings: the user's settings.
        store: directory of the store; naming one asks for it whatever the settings say.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: the remote engine cannot be reached, or its package is not installed.
        ConfigError: `[engine]` lacks something.
    """
    if store is not None or settings.engine.kind == "duckdb":
        with open_duckdb(Lake(store_path(settings, store))) as engine:
            yield engine
    else:
        with _open_remote(settings.engine) as remote:
            yield remote


@contextmanager
def _open_remote(engine: EngineSettings) -> Iterator[Engine]:
    if engine.table is None:
        raise ConfigError(f"engine.kind is {engine.kind}, but engine.table is not set", hint="Name the FOCUS table.")
    if engine.kind == "spark":
        from costopt.billing.engines.spark import open_spark

        with open_spark(engine.remote, table=engine.table, tags=engine.tags) as spark:
            yield spark
    elif engine.kind == "bigquery":
        from costopt.billing.engines.bigquery import open_bigquery

        with open_bigquery(
            table=engine.table,
            tags=engine.tags,
            project=engine.project,
            location=engine.location,
            max_gib_billed=engine.max_gib_billed,
        ) as bigquery:
            yield bigquery
    else:
        from costopt.billing.engines.athena import open_athena

        with open_athena(
            table=engine.table,
            tags=engine.tags,
            database=engine.database,
            workgroup=engine.workgroup,
            region=engine.region,
        ) as athena:
            yield athena


def columns_of(catalog: Catalog | None) -> Collection[str]:
    """Columns that a question may name: the canonical ones, and what some source of the store has beyond them."""
    extras = {name for bill in catalog.bills for name in bill.extra_columns} if catalog else set()
    return [*(column.name for column in COLUMNS), *sorted(extras)]


def view_sql(kind: str, *, table: str, view: str, engine: str, columns: Collection[str] | None, detailed: bool) -> str:
    """SQL of the view that makes FOCUS of an export in the user's own engine; nothing is created.

    Args:
        kind: `cur` (Athena, Trino, Spark) or `gcp-export` (BigQuery).
        table: the export's table there.
        view: name of the view.
        engine: dialect of a report's view.
        columns: columns of the table; None for all of CUR 2.0, or of Google's exports of 2026.
        detailed: whether Google's export is the detailed one.

    Raises:
        UsageError: a table that lacks a column that is needed.
        EngineError: no name of a table, or sqlglot is not installed.
    """
    from costopt.billing.engines.views import export_view, report_view

    if kind == "gcp-export":
        return export_view(table=table, view=view, detailed=detailed, columns=columns)
    return report_view(engine, table=table, view=view, columns=columns)  # type: ignore[arg-type]
