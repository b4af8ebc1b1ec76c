"""The alert book as text: versioned JSON, checked before anything in it is believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec

from costopt.errors import AlertBookError
from costopt.model.alert import AlertBook, Remembered
from costopt.store.alert_book.interface import damaged, require_small

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One run's right to tell."""

    owner: str
    """Which run, in words that name its machine and process."""
    expires: datetime
    """When others need not wait for it any more, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDocument:
    """Everything that is kept."""

    schema_version: int = SCHEMA_VERSION
    """Of this layout."""
    revision: int = 0
    """Rises with each writing, so that no two editions are alike: the ETag of S3 is a hash of the content."""
    lease: Lease | None = None
    """Who tells at the moment."""
    channels: Mapping[str, AlertBook] = field(default_factory=dict)
    """What each channel knows, by its name. Those of channels that are no longer configured stay."""


def encode(document: BookDocument) -> bytes:
    """As it is kept."""
    return msgspec.json.encode(document, order="deterministic")


def decode(content: bytes, place: str) -> BookDocument:
    """The document that `encode` made.

    Args:
        content: what was found.
        place: where, for messages.

    Raises:
        AlertBookError: no book, a damaged one, or one of a newer version.
    """
    require_small(place, len(content))
    try:
        version = msgspec.json.decode(content, type=_Version).schema_version
        if version != SCHEMA_VERSION:
            raise _other_version(place, version)
        document = msgspec.json.decode(content, type=BookDocument)
    except (msgspec.DecodeError, RecursionError) as error:
        raise damaged(place, str(error) or "it is nested too deeply") from None
    for problem in _problems(document):
        raise damaged(place, problem)
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    schema_version: int


def _other_version(place: str, version: int) -> AlertBookError:
    return AlertBookError(
        f"the alert book at {place} has version {version}, this costopt reads version {SCHEMA_VERSION}",
        hint="Run the version of costopt that wrote it, or give this one a state of its own.",
    )


def _problems(document: BookDocument) -> Iterator[str]:
    """What the types do not say."""
    if document.lease is not None and document.lease.expires.tzinfo is None:
        yield "the lease has a time without a zone"
    for channel, book in document.channels.items():
        for key, entry in book.remembered.items():
            if not _is_sound(key, entry):
                yield f"what channel {channel!r} knows of {key!r} makes no sense"


def _is_sound(key: str, entry: Remembered) -> bool:
    moments = (entry.since, entry.last_seen, entry.told_at or entry.since)
    amounts: tuple[Decimal, ...] = (entry.told_measure, entry.condition.measure)
    return (
        key == entry.condition.fingerprint
        and all(one.tzinfo is not None for one in moments)
        and all(one.is_finite() for one in amounts)
        and entry.episode >= 1
        and entry.told_times >= 0
    )
