"""What a place for the alert book can do: keep one document, and replace it only where nobody else has.

That is what S3, Cloud Storage and a database have in common, and all that is needed: the lease lies in the document.
"""

from dataclasses import dataclass
from typing import Protocol

from costopt.errors import AlertBookError

MAX_BYTES = 64 * 2**20
"""Of a document. An alert takes about 600 bytes, and settings allow 20 channels and 500 budgets: with three open alerts
of each, and a thousand that are resolved, in every channel that is below 32 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as it was found."""

    content: bytes
    """All of it."""
    version: str
    """What the place calls this edition of it: an ETag, a generation, a revision."""


class Shelf(Protocol):
    """A place for one document. Reads and writes are whole or not at all."""

    @property
    def place(self) -> str:
        """How to name it in a message, without credentials."""

    def read(self) -> Kept | None:
        """The document; None where there has never been one.

        Raises:
            AlertBookError: it cannot be reached or is no book. That is never None.
        """

    def write(self, content: bytes, *, replaces: str | None) -> str:
        """Put a document in the place of that version, or of none; gives its own version.

        Raises:
            Overtaken: what is there is another version.
            AlertBookError: it cannot be reached or written.
        """


class Overtaken(AlertBookError):  # noqa: N818 - reads as what happened
    """Somebody else has written since the document was read."""


def overtaken(place: str) -> Overtaken:
    """The error for a version that is no longer there."""
    return Overtaken(
        f"another run has written the alert book at {place} meanwhile",
        hint="Nothing of it was overwritten. Run again; what was sent may be sent once more, with the same keys.",
    )


def damaged(place: str, why: str) -> AlertBookError:
    """The error for something that is there and is no book."""
    return AlertBookError(
        f"the alert book at {place} is damaged: {why}",
        hint="It is left as it is. Restore it, or move it away: then everything that holds now is told again.",
    )


def unreachable(place: str, why: str, hint: str = "") -> AlertBookError:
    """The error for a place that does not answer or refuses."""
    return AlertBookError(
        f"the alert book at {place} cannot be used: {why}",
        hint=hint or "Without it nobody can be told only once, so nobody was told. Correct notify.state and run again.",
    )


def require_small(place: str, size: int) -> None:
    """Refuse what no book is as large as.

    Raises:
        AlertBookError: more than `MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise damaged(place, f"{size:,} bytes are more than the {MAX_BYTES:,} that a book has")
