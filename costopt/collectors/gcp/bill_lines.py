"""Lines of an export, from BigQuery's answer to a file of JSON lines, to the last digit.

Every value is written as text, as BigQuery's own exports write decimals: a reader that takes a number for a binary one
would round it. A FLOAT64 is written by the shortest digits that give it back.
"""

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from costopt.errors import BillError

_LEVEL = 1
"""Of gzip: a bill packs to a tenth at once, and higher levels cost more time than BigQuery takes to answer."""


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes every row to a packed file, one a line.

    Args:
        path: the file; its folder must be one that nobody else reads.
        rows: name to value, as google-cloud-bigquery gives them: nested ones as dicts and lists.

    Returns:
        How many there were.

    Raises:
        BillError: the file cannot be written. What `rows` raises passes through.
    """
    count = 0
    with _File(path) as file:
        for row in rows:
            file.write(json.dumps({name: _text(value) for name, value in row.items()}))
            count += 1
    return count


class _File:
    """Tells the failures of the disk from those of the network, which are OSErrors, too."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "_File":
        try:
            # Without a time in its header, the same lines are the same bytes, and the same bill again is known.
            packed = gzip.GzipFile(self._path, "wb", _LEVEL, mtime=0)
            self._stream = io.TextIOWrapper(packed, encoding="ascii", newline="\n")
        except OSError as error:
            raise self._refused(error) from error
        return self

    def write(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
        except OSError as error:
            raise self._refused(error) from error

    def __exit__(self, *_: object) -> None:
        try:
            self._stream.close()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> BillError:
        hint = "The lines are put into the folder for temporary files first: set TMPDIR to a disk with room."
        return BillError(f"{self._path} cannot be written: {error.strerror or error}", hint=hint)


def _text(value: Any) -> Any:
    """A value as JSON has it, every number and time as text; what is null stays null."""
    match value:
        case None | str():
            return value
        case Mapping():
            return {name: _text(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_text(inner) for inner in value]
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case float():
            return repr(value)
    return str(value)
