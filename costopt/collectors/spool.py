"""Values of many series in a file that nobody else sees, until their scope is kept."""

import os
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from typing import IO, overload

from costopt.collectors.packed import PackedValues

IN_MEMORY_POINTS = 500_000
"""Points of one scope that stay in memory (4 MB); 10,000 instances with five hourly metrics have 16.8 million."""
_BYTES = 8


class SpooledValues(Sequence[float | None]):
    """Floats with holes that are read from a file each time they are asked for."""

    __slots__ = ("_first", "_length", "_spool")

    def __init__(self, spool: "Spool", first: int, length: int) -> None:
        self._spool = spool
        self._first = first
        self._length = length

    @property
    def raw(self) -> "array[float]":
        """The values with NaN for holes."""
        return self._spool.read(self._first, self._length)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[float | None]:
        return iter(PackedValues(self.raw))

    @overload
    def __getitem__(self, index: int) -> float | None: ...
    @overload
    def __getitem__(self, index: slice) -> PackedValues: ...
    def __getitem__(self, index: int | slice) -> "float | PackedValues | None":
        return PackedValues(self.raw)[index]


class Spool:
    """Keeps the first values in memory and the rest in a temporary file, which is gone with the process."""

    def __init__(self, in_memory_points: int = IN_MEMORY_POINTS) -> None:
        self._file: IO[bytes] | None = None
        self._left = in_memory_points

    def keep(self, values: "array[float]") -> Sequence[float | None]:
        """The same values, in memory or in the file."""
        if self._left >= len(values):
            self._left -= len(values)
            return PackedValues(values)
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="costopt-")  # noqa: SIM115 - closed with the spool
        first = self._file.seek(0, os.SEEK_END)
        self._file.write(values.tobytes())
        self._file.flush()
        return SpooledValues(self, first, len(values))

    def read(self, first: int, length: int) -> "array[float]":
        """So many values from a place in the file."""
        values = array("d")
        if self._file is not None:
            values.frombytes(os.pread(self._file.fileno(), length * _BYTES, first))
        return values

    def __del__(self) -> None:
        """Every series that is read from the file holds the spool, so that nobody needs it any more."""
        if self._file is not None:
            self._file.close()
