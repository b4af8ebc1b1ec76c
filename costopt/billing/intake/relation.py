"""The files of a bill as one relation, each column of its declared type; nothing is interpreted yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costopt.billing.duckdb_engine import parquet_rows, path_list
from costopt.billing.intake.json_text import as_json_text, repaired
from costopt.billing.intake.names import source_name
from costopt.billing.mapping import SourceMapping
from costopt.billing.sql_text import literal, quoted
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm
from costopt.model.focus import ColumnType

_MONEY, _NUMBER, _TIME = ColumnType.MONEY.value, ColumnType.NUMBER.value, ColumnType.TIME.value
_JSON = "JSON"
_LONGEST_LINE = 2**20
"""Bytes of one line of JSON. A line of Google's export has some kilobytes."""
_NULLS = "['', 'NULL']"
"""Words that mean nothing is there: the empty field, and what the FOCUS sample data writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Something to select from."""

    sql: str
    """A table expression that gives every column under its own name and as the files have it; JSON as checked text."""
    columns: Mapping[str, str]
    """Name, as the mapping knows it, to an expression of the declared type."""
    extras: Mapping[str, str]
    """Columns that the mapping does not know: name to expression, as they are."""


def relations(connection: Any, files: Sequence[BillFile], mapping: SourceMapping) -> list[Relation]:
    """The files, grouped so that each group can be read at once: all Parquet together, each text file by itself.

    Raises:
        BillError: a file lacks a column that the mapping requires.
        duckdb.Error: a file cannot be read.
    """
    parquet = [Path(file.path) for file in files if file.form is FileForm.PARQUET]
    found = [_parquet(connection, parquet, mapping)] if parquet else []
    for file in files:
        if file.form in (FileForm.CSV, FileForm.CSV_GZ):
            found.append(_csv(file, mapping))
        elif file.form in (FileForm.JSONL, FileForm.JSONL_GZ):
            found.append(_jsonl(connection, file, mapping))
    return found


def _parquet(connection: Any, paths: Sequence[Path], mapping: SourceMapping) -> Relation:
    return _nested(
        connection, parquet_rows(paths), mapping, f"{paths[0].name}" + (" and others" if len(paths) > 1 else "")
    )


def _jsonl(connection: Any, file: BillFile, mapping: SourceMapping) -> Relation:
    """A relation of the columns that the mapping names, with its own types.

    Types that are found by looking at the first rows would round later ones: a column that begins with whole numbers
    becomes one of whole numbers.
    """
    packed = "gzip" if file.form is FileForm.JSONL_GZ else "uncompressed"
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in mapping.source.nested.items())
    table = (
        f"read_json({path_list([Path(file.path)])}, format = 'newline_delimited', compression = '{packed}', "
        f"columns = {{{columns}}}, maximum_object_size = {_LONGEST_LINE}, hive_partitioning = false)"
    )
    return _nested(connection, table, mapping, Path(file.path).name)


def _nested(connection: Any, table: str, mapping: SourceMapping, name: str) -> Relation:
    """A relation whose types the file knows. Structures are taken apart by the path of their fields."""
    described = connection.sql(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - paths are escaped
    known: dict[str, str] = {}
    extras: dict[str, str] = {}
    texts: dict[str, str] = {}
    for column, kind in zip(described.columns, described.dtypes, strict=True):
        for path, identifier, inner in _fields(column, quoted(column), kind, mapping):
            wanted = source_name(path, mapping.kind)
            declared = mapping.source.types.get(mapping.source.rename.get(wanted, wanted))
            if declared == _JSON and identifier == quoted(column):
                texts[identifier] = as_json_text(identifier, str(inner))
                known.setdefault(wanted, identifier)
            elif declared is not None:
                known.setdefault(wanted, _cast(identifier, str(inner), declared))
            elif "." not in path:
                extras.setdefault(wanted, _plain(identifier, str(inner)))
    return Relation(sql=_replaced(table, texts), columns=_complete(known, mapping, name), extras=extras)


def _replaced(table: str, texts: Mapping[str, str]) -> str:
    """A table with the text of JSON in the place of some columns: made once, in however many expressions it occurs."""
    if not texts:
        return table
    made = ", ".join(f"{expression} AS {identifier}" for identifier, expression in texts.items())
    return f"(SELECT * REPLACE ({made}) FROM {table})"  # noqa: S608 - names and paths are escaped


def _fields(path: str, identifier: str, kind: Any, mapping: SourceMapping) -> list[tuple[str, str, Any]]:
    """A column, or the fields of a structure that the mapping names."""
    if kind.id != "struct" or source_name(path, mapping.kind) in mapping.source.types:
        return [(path, identifier, kind)]
    return [
        field
        for name, inner in kind.children
        for field in _fields(f"{path}.{name}", f"struct_extract({identifier}, {literal(name)})", inner, mapping)
    ]


def _csv(file: BillFile, mapping: SourceMapping) -> Relation:
    """A relation whose types are given to the reader, so that a wrong value is named with its line and column."""
    types, known, extras = {}, {}, {}
    texts: dict[str, str] = {}
    taken: set[str] = set()
    for number, column in enumerate(file.columns):
        wanted = source_name(column, mapping.kind)
        declared = mapping.source.types.get(mapping.source.rename.get(wanted, wanted))
        # DuckDB tells no capitals apart. A second product/usageType is not used; a second tag is another tag.
        name = wanted if wanted.casefold() not in taken else f"{wanted} ({number})"
        taken.add(name.casefold())
        # Times are read as text: DuckDB's reader makes NULL, without a word, of a TIMESTAMPTZ that it cannot read.
        types[name] = declared if declared in (_MONEY, _NUMBER) else "VARCHAR"
        if declared is None:
            extras[wanted] = quoted(name)
        elif name == wanted:
            known[wanted] = _utc(quoted(name)) if declared == _TIME else quoted(name)
            if declared == _JSON:
                texts[quoted(name)] = repaired(quoted(name))
    columns = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
    packed = "gzip" if file.form is FileForm.CSV_GZ else "none"
    table = (
        f"read_csv({path_list([Path(file.path)])}, auto_detect = false, header = true, compression = '{packed}', "
        f"delim = {literal(file.delimiter)}, quote = '\"', escape = '\"', nullstr = {_NULLS}, columns = {{{columns}}}, "
        "hive_partitioning = false)"
    )
    sql = _replaced(table, texts)
    return Relation(sql=sql, columns=_complete(known, mapping, Path(file.path).name), extras=extras)


def _utc(text: str) -> str:
    """A text of time as UTC without a zone. A cast to TIMESTAMP alone would drop the offset, and not apply it.

    Both casts in a row ask a calendar for every value. Counted in microseconds it is the same and four times as fast,
    except for what has no count, such as infinity.
    """
    instant = f"CAST({text} AS TIMESTAMPTZ)"
    return f"COALESCE(make_timestamp(epoch_us({instant})), CAST({instant} AS TIMESTAMP))"


def _cast(identifier: str, kind: str, declared: str) -> str:
    """A value of any type as the declared one; what does not fit ends the reading."""
    if declared == _JSON:
        return as_json_text(identifier, kind)
    if declared == _TIME and kind == "VARCHAR":
        return _utc(identifier)
    return identifier if kind == declared else f"CAST({identifier} AS {declared})"


def _plain(identifier: str, kind: str) -> str:
    """A value that nobody interprets, as text: of two bills one may have a number where the other has words."""
    composed = kind.endswith("[]") or kind.startswith(("STRUCT", "MAP", "JSON", "UNION"))
    return as_json_text(identifier, kind) if composed else f"CAST({identifier} AS VARCHAR)"


def _complete(known: dict[str, str], mapping: SourceMapping, name: str) -> dict[str, str]:
    """Fill columns by their other names, and every one that is missing by NULL of its type.

    Raises:
        BillError: a required column is missing.
    """
    for other, filled in mapping.source.rename.items():
        if other in known:
            known.setdefault(filled, known.pop(other))
    missing = sorted(mapping.source.required - set(known))
    if missing:
        wanted = "FOCUS" if mapping.kind is BillKind.FOCUS else mapping.kind.value
        raise BillError(
            f"{name} lacks {', '.join(missing)}",
            hint=f"A bill of kind {wanted} needs them; add them to the export, or choose another kind.",
        )
    for column, kind in mapping.source.types.items():
        known.setdefault(column, f"CAST(NULL AS {'VARCHAR' if kind == _JSON else kind})")
    return known
