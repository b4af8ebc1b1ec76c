"""The store as one clean FOCUS file, written as it streams."""

import os
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from costopt.billing.dimensions import Fragment
from costopt.billing.duckdb_engine import DuckDbEngine
from costopt.billing.sql_text import literal, quoted
from costopt.disk import move_file
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


def export(engine: DuckDbEngine, form: ExportForm, path: Path, *, period: Period, where: Fragment) -> int:
    """Write the rows that begin in `period` and meet `where` to `path`, which is replaced whole.

    Times are UTC. Rows are sorted by time, account, resource and SKU, so that equal stores give equal files.

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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    staged = Path(name)
    try:
        rows = engine.write(sql, staged, _options(form, packed=path.suffix == ".gz"))
        move_file(staged, path)
    except duckdb.Error as error:
        raise EngineError(f"cannot write {path}: {error}", hint="Check the disk and the path.") from error
    finally:
        staged.unlink(missing_ok=True)
    return rows


def _options(form: ExportForm, *, packed: bool) -> str:
    if form is ExportForm.PARQUET:
        return "FORMAT parquet, COMPRESSION zstd"
    return f"FORMAT csv, HEADER true, NULLSTR '', COMPRESSION {literal('gzip' if packed else 'none')}"


def _written(name: str, form: ExportForm) -> str:
    """A column; in CSV times as ISO 8601 with their zone, as FOCUS asks."""
    column = next(column for column in COLUMNS if column.name == name)
    if form is ExportForm.FOCUS and column.type.value == "TIMESTAMP":
        return f"strftime({quoted(name)}, '%Y-%m-%dT%H:%M:%SZ') AS {quoted(name)}"
    return quoted(name)


def _moment(moment: Any) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"
