"""The alert book in a table of PostgreSQL: for jobs without a disk that have a database anyway."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from costopt.errors import AlertBookError, ConfigError
from costopt.store.alert_book.interface import Kept, overtaken, require_small, unreachable

TABLE = "costopt_alert_book"
_NAME = "alerts"
_CONNECT_SECONDS = 10
_STATEMENT_MILLISECONDS = 30_000
_CREATE = f"CREATE TABLE {TABLE} (name text PRIMARY KEY, revision bigint NOT NULL, content bytea NOT NULL)"
_MADE_MEANWHILE = (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation)
"""Of two first runs at once one makes the table; the other is told so by whichever of its parts is there first."""
_THERE = "SELECT to_regclass(%s) IS NOT NULL"
_READ = f"SELECT revision, content FROM {TABLE} WHERE name = %s"  # noqa: S608 - a constant
_FIRST = f"INSERT INTO {TABLE} VALUES (%s, 1, %s) ON CONFLICT DO NOTHING"  # noqa: S608
_REPLACE = f"UPDATE {TABLE} SET content = %s, revision = revision + 1 WHERE name = %s AND revision = %s"  # noqa: S608


class PostgresShelf:
    """One row of the table `costopt_alert_book`, in the first schema of the search path.

    Several books live in several schemas: `postgresql://.../database?options=-csearch_path%3Dcostopt_staging`.
    """

    def __init__(self, address: str) -> None:
        """Prepare; nothing is connected yet.

        Raises:
            ConfigError: no address of a database.
        """
        try:
            self._parts = conninfo_to_dict(address)
        except psycopg.Error:
            self._parts = {}
        # A password with an @ or / of its own runs into the parts behind it, which are shown.
        shown = [str(self._parts.get(name) or "") for name in ("host", "dbname")]
        port = str(self._parts.get("port") or "0")
        if not self._parts or "@" in "".join(shown) or not port.replace(",", "").isdecimal():
            # The library's text is left out, too: it quotes what it could not read.
            raise ConfigError(
                "notify: the state is no address of a PostgreSQL database",
                hint="Write postgresql://user:password@host/database, special characters in the password as %40.",
            )
        self._address = address

    @property
    def place(self) -> str:
        """Host and database, without the user and the password."""
        host, database = self._parts.get("host") or "the local host", self._parts.get("dbname") or "its database"
        return f"postgresql://{host}/{database}"

    def read(self) -> Kept | None:
        """The row; None where there is no table or no row.

        Raises:
            AlertBookError: the database cannot be reached or refuses.
        """
        with self._open() as connection:
            if not _is_there(connection):
                return None
            row = connection.execute(_READ, (_NAME,)).fetchone()
        if row is None:
            return None
        require_small(self.place, len(row[1]))
        return Kept(content=bytes(row[1]), version=str(row[0]))

    def write(self, content: bytes, *, replaces: str | None) -> str:
        """Replace the row of that revision, or make table and row.

        Raises:
            Overtaken: another run has written.
            AlertBookError: the database cannot be reached or refuses.
        """
        with self._open() as connection:
            if replaces is None:
                self._require_table(connection)
                changed = connection.execute(_FIRST, (_NAME, content)).rowcount
            else:
                changed = connection.execute(_REPLACE, (content, _NAME, int(replaces))).rowcount
        if not changed:
            raise overtaken(self.place)
        return str(int(replaces or 0) + 1)

    def _require_table(self, connection: Any) -> None:
        if _is_there(connection):
            return
        try:
            with connection.transaction():
                connection.execute(_CREATE)
        except _MADE_MEANWHILE:
            return

    @contextmanager
    def _open(self) -> Iterator[Any]:
        """A transaction that ends with the block."""
        try:
            with psycopg.connect(self._address, connect_timeout=_CONNECT_SECONDS) as connection:
                connection.execute(f"SET statement_timeout = {_STATEMENT_MILLISECONDS}")
                yield connection
        except psycopg.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: psycopg.Error) -> AlertBookError:
        """Of a server's answer its own sentence; a failure to connect can quote the address."""
        said = error.diag.message_primary
        why = f"PostgreSQL answered {error.sqlstate}: {said}" if said else "no connection, or it was refused"
        return unreachable(
            self.place, why, "Check address, user and rights: it needs CREATE once, then SELECT, INSERT and UPDATE."
        )


def _is_there(connection: Any) -> bool:
    row = connection.execute(_THERE, (TABLE,)).fetchone()
    return bool(row and row[0])
