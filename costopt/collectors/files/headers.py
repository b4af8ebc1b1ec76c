"""The header of a file: how it is written, and the names of its columns."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from costopt.collectors.files.bounds import MAX_HEADER_BYTES, ordinary, require_columns
from costopt.collectors.files.contents import GZIP_MAGIC, PACKED
from costopt.collectors.files.footers import MAGIC, SEALED, footer_columns
from costopt.errors import BillError
from costopt.model.bill import BillFile, FileForm

SUFFIXES = {
    ".parquet": FileForm.PARQUET,
    ".csv.gz": FileForm.CSV_GZ,
    ".csv": FileForm.CSV,
    ".json.gz": FileForm.JSONL_GZ,
    ".jsonl.gz": FileForm.JSONL_GZ,
    ".json": FileForm.JSONL,
    ".jsonl": FileForm.JSONL,
}
"""Ends of names, in small letters, and what a file of such a name has to be."""
_ARCHIVES = (b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c")
"""How zip, Zstandard, xz and 7z files begin. Sources: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT,
https://www.rfc-editor.org/rfc/rfc8878, https://tukaani.org/xz/xz-file-format.txt, https://www.7-zip.org/7z.html."""
_DELIMITERS = ",;\t"
_OF_THE_USER = ("resourceTags/", "resource_tags", "costCategory/", "cost_category")
"""Columns of an AWS report that come and go with the user's tags and cost categories."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def named_form(path: Path) -> FileForm | None:
    """How a file is written by its name; None where the name does not tell."""
    name = path.name.lower()
    return next((form for suffix, form in SUFFIXES.items() if name.endswith(suffix)), None)


def header_of(path: Path) -> BillFile:
    """Read the beginning of a text file or the footer of a Parquet file.

    Args:
        path: an ordinary file, or a link to one.

    Returns:
        How it is written, by its content, with the names of its columns as they stand in it.

    Raises:
        BillError: it is not what its name says, is too large, empty, cut off or damaged; or its columns are too many,
            without a name or twice there.
    """
    with ordinary(path) as stream:
        form, head, whole = _form(path, stream)
        _require_name(path, form)
        delimiter = ","
        if form is FileForm.PARQUET:
            columns = footer_columns(path, stream)
        else:
            text = _text(path, head, whole=whole)
            if form in (FileForm.JSONL, FileForm.JSONL_GZ):
                columns = _keys(path, text, whole=whole)
            else:
                columns, delimiter = _header(path, text, whole=whole)
    require_columns(path, columns)
    return BillFile(path=str(path), form=form, columns=columns, delimiter=delimiter)


def _form(path: Path, stream: BinaryIO) -> tuple[FileForm, bytes, bool]:
    """How a file is written, the beginning of its text, and whether that is all of it."""
    head = stream.read(MAX_HEADER_BYTES + 1)
    if head.startswith(_ARCHIVES):
        raise BillError(f"{path} is an archive", hint="Unpack it first, then name the files that were in it.")
    if head.startswith((MAGIC, SEALED)):
        return FileForm.PARQUET, b"", False
    packed = head.startswith(GZIP_MAGIC)
    if packed:
        stream.seek(0)
        head = _unpacked(path, stream)
    whole = len(head) <= MAX_HEADER_BYTES
    is_json = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")
    if is_json:
        return FileForm.JSONL_GZ if packed else FileForm.JSONL, head, whole
    return FileForm.CSV_GZ if packed else FileForm.CSV, head, whole


def _unpacked(path: Path, stream: BinaryIO) -> bytes:
    try:
        with gzip.GzipFile(fileobj=stream) as packed:
            return packed.read(MAX_HEADER_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BillError(f"{path} is cut off or damaged", hint="Export or download it again.") from error


def _require_name(path: Path, form: FileForm) -> None:
    """A file that is not what its name says may be half of something else."""
    said = named_form(path)
    if said is None or said is form:
        return
    if said in PACKED and form not in PACKED:
        hint = "If something unpacked it on the way, rename it; otherwise download it again."
    else:
        hint = "Export or download it again, or rename it."
    raise BillError(f"{path} is not what its name says: by its content it is {_NAMES[form]}", hint=hint)


_NAMES = {
    FileForm.PARQUET: "Parquet",
    FileForm.CSV: "plain text",
    FileForm.CSV_GZ: "text packed by gzip",
    FileForm.JSONL: "JSON",
    FileForm.JSONL_GZ: "JSON packed by gzip",
}


def _text(path: Path, head: bytes, *, whole: bool) -> str:
    """The beginning of a text, without its byte order mark.

    Raises:
        BillError: it is no text, or in another encoding than UTF-8.
    """
    wide = head.startswith(_WIDE)
    if b"\0" in head or wide:
        raise BillError(
            f"{path} is {'UTF-16 text' if wide else 'no text: it holds bytes of zero'}",
            hint="Bills are read as UTF-8 CSV or as Parquet: save or export it so.",
        )
    try:
        # The end may be in the middle of a letter.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError as error:
        raise BillError(f"{path} is not UTF-8: see byte {error.start:,}", hint="Save or export it as UTF-8.") from error
    return text.removeprefix("\ufeff")


def _header(path: Path, text: str, *, whole: bool) -> tuple[tuple[str, ...], str]:
    """The columns of a CSV file, and the delimiter that makes most of them.

    A report may name tags and cost categories, which stand last, that its rows have no fields for. Such names are left
    out, and every row is then held to the width of the first. Any other row that is too short is cut off or damaged.
    """
    found = [(*_records(path, text, delimiter, whole=whole), delimiter) for delimiter in _DELIMITERS]
    columns, row, delimiter = max(found, key=lambda one: len(one[0]))
    if not columns:
        raise BillError(f"{path} has no header that can be read", hint="Its first line has to name the columns.")
    if row and all(name.startswith(_OF_THE_USER) for name in columns[len(row) :]):
        columns = columns[: len(row)]
    return columns, delimiter


def _records(path: Path, text: str, delimiter: str, *, whole: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first two records; nothing where quotes do not match, or where the text that was read has no more."""
    reader = csv.reader(_lines(path, text, whole=whole), delimiter=delimiter, strict=True)
    records: list[tuple[str, ...]] = [(), ()]
    try:
        for place, record in zip(range(2), reader, strict=False):
            records[place] = tuple(record)
    except csv.Error:
        pass
    return records[0], records[1]


def _lines(path: Path, text: str, *, whole: bool) -> Iterator[str]:
    """Lines of a text, without one that is cut where reading ended.

    Raises:
        BillError: that is already the first.
    """
    for number, line in enumerate(io.StringIO(text, newline="")):
        if not whole and not line.endswith(("\n", "\r")):
            if number == 0:
                raise BillError(
                    f"the first line of {path} is longer than {MAX_HEADER_BYTES:,} bytes",
                    hint="Its first line has to name the columns (CSV), or to be one object (JSON lines).",
                )
            return
        yield line


def _keys(path: Path, text: str, *, whole: bool) -> tuple[str, ...]:
    """Keys of the object in the first line."""
    first = next((line for line in _lines(path, text, whole=whole) if line.strip()), "")
    try:
        pairs = json.loads(first, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        raise _not_lines(path) from error
    if not isinstance(pairs, _Pairs):
        raise _not_lines(path)
    return tuple(key for key, _ in pairs)


class _Pairs(list[tuple[str, object]]):
    """An object of JSON with every key that it has, also those that are there twice."""


def _not_lines(path: Path) -> BillError:
    return BillError(
        f"{path} does not have one JSON object a line",
        hint="Export it newline-delimited: `bq extract --destination_format NEWLINE_DELIMITED_JSON`.",
    )
