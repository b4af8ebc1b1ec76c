"""Lines of an export, from BigQuery's answer to a file, to the last digit.

BigQuery makes JSON of each line (`TO_JSON_STRING`), and its text is written as it came: nothing is parsed on the way,
so that no decimal can become a binary number.
Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_encodings.
"""

import gzip
import io
from collections.abc import Iterable
from pathlib import Path

from costopt.errors import BillError

_LEVEL = 1
"""Of gzip: a bill packs to a tenth at once, and higher levels cost more time than BigQuery takes to answer."""


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Writes every line to a packed file.

    Args:
        path: the file; its folder must be one that nobody else reads.
        lines: one JSON object each.

    Returns:
        How many there were.

    Raises:
        BillError: the file cannot be written, or a line is none. What `lines` raises passes through.
    """
    count = 0
    with _File(path) as file:
        for line in lines:
            if not line.startswith("{") or "\n" in line:
                raise BillError("BigQuery answered with something else than lines of JSON", hint="Report it, please.")
            file.write(line)
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
            self._stream = io.TextIOWrapper(packed, encoding="utf-8", newline="\n")
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
