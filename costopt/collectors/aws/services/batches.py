"""Lists cut to the size that a call takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Consecutive parts of at most `size` items, as `itertools.batched` of Python 3.12 gives them."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
