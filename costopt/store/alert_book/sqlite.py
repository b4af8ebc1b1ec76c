"""The alert book in a file of SQLite: the place for one machine."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from costopt.store.alert_book.interface import Kept, damaged, overtaken, require_small, unreachable

_WAIT_SECONDS = 10.0
_CREATE = "CREATE TABLE alert_book (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER, content BLOB)"
_READ = "SELECT revision, content FROM alert_book"
_FIRST = "INSERT INTO alert_book VALUES (1, 1, ?)"
_REPLACE = "UPDATE alert_book SET content = ?, revision = revision + 1 WHERE revision = ?"
_BROKEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
"""Primary result codes of a file that is no database, of a damaged one, and of one without our table.
Source: https://sqlite.org/rescode.html."""


class SqliteShelf:
    """A database with one row."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """Path of the file."""
        return str(self._path)

    def read(self) -> Kept | None:
        """The row; None where there is no file.

        Raises:
            AlertBookError: it is no book, damaged, or cannot be read.
        """
        if not self._is_there():
            return None
        with self._open() as database:
            row = database.execute(_READ).fetchone()
        if row is None:
            raise damaged(self.place, "the database holds no book")
        return Kept(content=row[1], version=str(row[0]))

    def write(self, content: bytes, *, replaces: str | None) -> str:
        """Replace the row of that revision, or make the file.

        Raises:
            Overtaken: another run has written.
            AlertBookError: the file cannot be written.
        """
        require_small(self.place, len(content))
        if replaces is None:
            self._create(content)
            return "1"
        with self._open() as database:
            changed = database.execute(_REPLACE, (content, int(replaces))).rowcount
        if not changed:
            raise overtaken(self.place)
        return str(int(replaces) + 1)

    def _is_there(self) -> bool:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise unreachable(self.place, error.strerror or "it cannot be read") from error
        if not stat.S_ISREG(found.st_mode):
            raise unreachable(self.place, "it is no ordinary file")
        if not found.st_size:
            raise damaged(self.place, "the file is empty")
        return True

    def _create(self, content: bytes) -> None:
        """Make the whole database aside and link it into place: a run that dies leaves no half of one."""
        try:
            with tempfile.TemporaryDirectory(dir=self._path.parent, prefix=f".{self._path.name}.") as folder:
                made = Path(folder) / self._path.name
                made.touch(mode=0o600)
                with self._open(made) as database:
                    database.execute(_CREATE)
                    database.execute(_FIRST, (content,))
                os.link(made, self._path)
        except FileExistsError:
            raise overtaken(self.place) from None
        except OSError as error:
            why = error.strerror or "it cannot be written"
            raise unreachable(self.place, why, "Name a file in a folder that can be written: notify.state.") from error

    @contextmanager
    def _open(self, path: Path | None = None) -> Iterator[sqlite3.Connection]:
        """A transaction that ends with the block; messages name the book, wherever it is being made."""
        address = f"file:{quote(str((path or self._path).absolute()))}?mode=rw"
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)) as database, database:
                database.execute("BEGIN IMMEDIATE")
                yield database
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _BROKEN:
                raise damaged(self.place, str(error)) from error
            raise unreachable(self.place, str(error)) from error
