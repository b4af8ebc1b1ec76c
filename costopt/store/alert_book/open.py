"""From an address to the place of the alert book."""

import re
from pathlib import Path

from costopt.errors import AlertBookError, ConfigError
from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.sqlite import SqliteShelf

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)

_CREDENTIALS = re.compile(r":.*@|\bpassword\s*=", re.IGNORECASE)
"""A path is named in messages; a scheme that lacks a slash, or the words of libpq, would put a password there."""


def open_shelf(address: str, folder: Path) -> Shelf:
    """The place that an address names; nothing is read yet.

    Args:
        address: path of a file, `s3://bucket/key`, `gs://bucket/key` or `postgresql://...`.
        folder: what a relative path is relative to.

    Raises:
        ConfigError: it cannot be meant.
        AlertBookError: the package for it is not installed.
    """
    found = _SCHEME.match(address)
    scheme = found[1].lower() if found else "file"
    if scheme in {"s3", "gs"}:
        return _bucket(scheme, address.partition("://")[2])
    if scheme in {"postgres", "postgresql"}:
        return _postgres(address)
    if found:
        # Only the scheme: there is no telling what else holds a secret.
        raise ConfigError(
            f"notify: the state cannot be kept at {scheme}://",
            hint="Give the path of a file, s3://bucket/key, gs://bucket/key or postgresql://.",
        )
    if _CREDENTIALS.search(address):
        raise ConfigError(
            "notify: the state looks like a mistyped address with credentials",
            hint="Write postgresql://user:password@host/database, or the path of a file without : before an @.",
        )
    return SqliteShelf(folder / address)


def _bucket(scheme: str, rest: str) -> Shelf:
    bucket, _, key = rest.partition("/")
    if not _BUCKET.fullmatch(bucket) or not key or key.endswith("/"):
        raise ConfigError(
            f"notify: the state at {scheme}:// names no object",
            hint=f"Write {scheme}://bucket/folder/costopt-alerts.json.",
        )
    if scheme == "s3":
        from costopt.store.alert_book.s3 import S3Shelf

        return S3Shelf(bucket, key)
    try:
        from costopt.store.alert_book.gcs import GcsShelf
    except ImportError as error:
        raise _not_installed("Cloud Storage", "gcp") from error
    return GcsShelf(bucket, key)


def _postgres(address: str) -> Shelf:
    try:
        from costopt.store.alert_book.postgres import PostgresShelf
    except ImportError as error:
        raise _not_installed("PostgreSQL", "postgres") from error
    return PostgresShelf(address)


def _not_installed(what: str, extra: str) -> AlertBookError:
    return AlertBookError(
        f"the alert book is to be kept in {what}, and its client is not installed",
        hint=f"pip install 'cloud-costopt[{extra}]'",
    )
