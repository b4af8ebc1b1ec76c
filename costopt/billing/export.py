"""The store as one clean FOCUS file, written as it streams."""

from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from costopt.billing.dimensions import Fragment
from costopt.billing.duckdb_engine import DuckDbEngine
from costopt.billing.refusal import said
from costopt.billing.sql_text import literal, quoted
from costopt.errors import EngineError
from costopt.model.focus import COLUMNS
from costopt.model.period import Period


class ExportForm(StrEnum):
    """How an export is written."""

    FOCUS = "focus"
    """CSV, packed where the name ends in `.gz`: FOCUS 1.2 with columns of our own, which begin with `x_`."""
    PARQUET = "parquet"
    """The same as Parquet, in the store's own types."""


_ORDER = (
    "ChargePeriodStart, BillingAccountId, SubAccountId, ResourceId, SkuId, ChargeCategory, x_SourceType, BilledCost"
)


def export(
    engine: DuckDbEngine, form: ExportForm, path: Path, *, period: Period, where: Fragment, packed: bool = False
) -> int:
    """Write the rows that begin in `period` and meet `where` to `path` as they come.

    Times are UTC. Rows are sorted by time, account, resource and SKU, so that equal stores give equal files. A failure
    leaves a part of the file: who needs it whole or not at all names another path and moves it.

    Args:
        engine: the store, opened.
        form: how the file is written.
        path: the file.
        period: by the start of a charge.
        where: filter.
        packed: whether CSV is packed with gzip; Parquet always packs its columns.

    Returns:
        How many rows were written.

    Raises:
        EngineError: the store or the file cannot be read or written.
    """
    names = [column.name for column in COLUMNS]
    shown = ", ".join(_written(name, form) for name in names)
    sql = (
        f"SELECT {shown} FROM cost WHERE ChargePeriodStart >= {_moment(period.start)} "  # noqa: S608 - escaped parts
        f"AND ChargePeriodStart < {_moment(period.end)} AND ({where.parts['']}) ORDER BY {_ORDER}"
    )
    try:
        return engine.write(sql, path, _options(form, packed=packed))
    except duckdb.Error as error:
        raise EngineError(f"cannot write the export: {said(error)}", hint="Check the disk and the path.") from error


def _options(form: ExportForm, *, packed: bool) -> str:
    # DuckDB would write a file that exists beside it and move it, and its mode would be lost.
    if form is ExportForm.PARQUET:
        return "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
    packing = literal("gzip" if packed else "none")
    return f"FORMAT csv, HEADER true, NULLSTR '', COMPRESSION {packing}, USE_TMP_FILE false"


def _written(name: str, form: ExportForm) -> str:
    """A column; in CSV times as ISO 8601 with their zone, as FOCUS asks."""
    column = next(column for column in COLUMNS if column.name == name)
    if form is ExportForm.FOCUS and column.type.value == "TIMESTAMP":
        return f"strftime({quoted(name)}, '%Y-%m-%dT%H:%M:%SZ') AS {quoted(name)}"
    return quoted(name)


def _moment(moment: Any) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}'"
