"""Values of a series in eight bytes each, so that 16.8 million of them fit in 135 MB and not in 540."""

import math
from array import array
from collections.abc import Iterator, Sequence
from typing import overload

HOLE = math.nan
"""No provider sends NaN, so it can stand for a step without a point."""


class PackedValues(Sequence[float | None]):
    """Floats with holes, read as floats and None."""

    __slots__ = ("_values",)

    def __init__(self, values: "array[float]") -> None:
        self._values = values

    @classmethod
    def holes(cls, length: int) -> "PackedValues":
        """`length` steps without a point."""
        return cls(array("d", (HOLE,)) * length)

    @property
    def raw(self) -> "array[float]":
        """The values with NaN for holes, for fast copies."""
        return self._values

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[float | None]:
        # Only NaN differs from itself; this is several times faster than math.isnan.
        return (value if value == value else None for value in self._values)

    @overload
    def __getitem__(self, index: int) -> float | None: ...
    @overload
    def __getitem__(self, index: slice) -> "PackedValues": ...
    def __getitem__(self, index: int | slice) -> "float | PackedValues | None":
        if isinstance(index, slice):
            return PackedValues(self._values[index])
        value = self._values[index]
        return None if math.isnan(value) else value
