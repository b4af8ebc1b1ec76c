"""The types that columns of a bill are written as, where a collector makes its file itself."""

from typing import Any

from costopt.model.focus import ColumnType


def arrow_types() -> dict[ColumnType, Any]:
    """Type of Arrow by type of column: money as DECIMAL(28,10), times as UTC without a zone."""
    import pyarrow as pa

    return {
        ColumnType.TEXT: pa.string(),
        ColumnType.MONEY: pa.decimal128(28, 10),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.TIME: pa.timestamp("us"),
    }
