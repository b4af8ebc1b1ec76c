"""A run's turn: of several runs at once one may tell, and what it remembers goes to the book as it tells."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from costopt.errors import AlertBookError
from costopt.model.alert import AlertBook
from costopt.store.alert_book.document import BookDocument, Lease, decode, encode
from costopt.store.alert_book.interface import Overtaken, Shelf

LEASE = timedelta(minutes=10)
"""How long a run may take over one channel; after that it is thought dead, and another may tell."""
_TRIES = 3
"""Readings of a book that is written all the time; each loses only to a run that took its turn."""


class Turn:
    """The right to tell, and the book as it is. Leaving it gives the right back."""

    def __init__(self, shelf: Shelf, document: BookDocument, version: str, clock: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._document = document
        self._version = version
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        released = replace(self._document, lease=None)
        if error is None:
            self._write(released)
            return
        with suppress(AlertBookError):  # the error that ends the turn says more, and the lease ends by itself
            self._write(released)

    def book(self, channel: str) -> AlertBook:
        """What a channel knows."""
        return self._document.channels.get(channel, AlertBook())

    def save(self, channel: str, book: AlertBook) -> None:
        """Remember what a channel was told, and keep the turn for another while.

        Raises:
            Overtaken: the turn took too long and is another run's now.
            AlertBookError: the book cannot be written.
        """
        assert self._document.lease is not None  # noqa: S101 - a turn has it from the beginning
        lease = replace(self._document.lease, expires=self._clock() + LEASE)
        self._write(replace(self._document, lease=lease, channels={**self._document.channels, channel: book}))

    def _write(self, document: BookDocument) -> None:
        self._document, self._version = _put(self._shelf, document, self._version)


def take_turn(shelf: Shelf, *, owner: str, clock: Callable[[], datetime]) -> Turn | Lease:
    """The turn, or the lease of the run that has it.

    Args:
        shelf: where the book is.
        owner: names this run, its machine and process; unlike any other.
        clock: the time, aware.

    Raises:
        AlertBookError: the book cannot be used.
    """
    for _ in range(_TRIES):
        kept = shelf.read()
        document = BookDocument() if kept is None else decode(kept.content, shelf.place)
        now = clock()
        if document.lease is not None and _holds(document.lease, now):
            return document.lease
        mine = replace(document, lease=Lease(owner=owner, expires=now + LEASE))
        with suppress(Overtaken):  # another run was quicker: its lease is read next
            return Turn(shelf, *_put(shelf, mine, None if kept is None else kept.version), clock)
    return Lease(owner="other runs that take their turns at once", expires=clock() + LEASE)


def _holds(lease: Lease, now: datetime) -> bool:
    """Whether a lease is still good. One that ends later than any could was given by a clock that was ahead."""
    return now < lease.expires <= now + 2 * LEASE


def _put(shelf: Shelf, document: BookDocument, replaces: str | None) -> tuple[BookDocument, str]:
    """Write an edition; an answer that was lost on the way is no failure where the edition is there."""
    edition = replace(document, revision=document.revision + 1)
    content = encode(edition)
    try:
        return edition, shelf.write(content, replaces=replaces)
    except Overtaken:
        # Client libraries send again when an answer is lost, and are then refused by their own first writing.
        kept = shelf.read()
        if kept is None or kept.content != content:
            raise
        return edition, kept.version
