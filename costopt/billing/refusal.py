"""What DuckDB says of a file that it cannot read, as a refusal that a user can act on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from costopt.errors import BillError

_LONGEST = 300
_FILLER = re.compile(r"\s+")
_ROW = re.compile(r"Original Line:.*?(?=Expected Number|Error when|Possible|$)", re.DOTALL)
_ADVICE = re.compile(
    r"(Possible (fixes|solutions?):|Column \S+ is being converted|LINE \d+:|This type was).*", re.DOTALL
)
"""DuckDB repeats the whole row, the query, and its own options; none of them belongs in a message."""


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn errors of reading a bill into refusals that name it.

    Raises:
        BillError: the files are not what they say, hold values of the wrong type, or are too large for the memory.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise BillError(f"{name} has a name that is no text", hint="Export it again.") from error
    except duckdb.OutOfMemoryException as error:
        raise BillError(f"{name} needs more memory than costopt takes", hint="Split the file, or free disk.") from error
    except duckdb.IOException as error:
        raise BillError(
            f"{name} cannot be read or stored: {said(error)}", hint="Check the file and the disk."
        ) from error
    except duckdb.Error as error:
        raise BillError(
            f"{name} is not what it says: {said(error)}", hint="Export it again, or correct the value."
        ) from error


def said(error: Exception) -> str:
    """The first sentences of a message, on one line."""
    text = _FILLER.sub(" ", _ADVICE.sub("", _ROW.sub("", str(error)))).strip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
