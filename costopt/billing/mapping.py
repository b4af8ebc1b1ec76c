"""The mapping of a source to FOCUS, which is data: one table a source, with column, expression and note.

The tables are `mappings/<kind>.toml`; `docs/bill-mapping.md` states them. Expressions name what they take in braces:
`{name}` is a column of the source, `{_name}` a term of the table, and a few are given by the reader (`{tags}`).
"""

import re
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from costopt.model.bill import BillKind
from costopt.model.focus import COLUMNS, TYPES, ColumnType

_NAME = re.compile(r"\{(\w+)\}")
_DEEPEST = 12
"""Terms within terms; a table that nests deeper names itself."""
_JSON = "JSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumns:
    """What is read of a source."""

    types: Table[str, str]
    """Name of a column to its type in DuckDB; `JSON` for maps, lists and text of JSON, which become text."""
    required: frozenset[str]
    """Columns without which a file is refused."""
    total: str
    """The column that its own total is the sum of."""
    net: str | None
    """The column of costs net of discounts, filled only in periods that have discounts; None where there is none."""
    tags: tuple[str, ...]
    """Where tags are: a column's name, or the prefix of one column a tag."""
    categories: tuple[str, ...]
    """Where the provider's own cost categories are, in the same way."""
    kind: str | None
    """The column of the source's own kind of line; None where the survey before the mapping has nothing to find."""
    currency: str
    """The column of the currency."""
    total_is: str
    """Expression of a line's share of the source's own total."""
    nested: Table[str, str]
    """Columns of JSON lines with their types; structures as the source nests them."""
    rename: Table[str, str]
    """Another name of a column to the one that it fills where that one is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedColumn:
    """How one column of the canonical table comes to be."""

    name: str
    """The column."""
    expression: str
    """SQL with names in braces."""
    note: str
    """Why, in words; empty where it is plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """One source's table."""

    kind: BillKind
    """The source."""
    source: SourceColumns
    """What is read."""
    columns: tuple[MappedColumn, ...]
    """Every canonical column, in order; NULL where the source has nothing."""
    terms: Table[str, str]
    """Terms that expressions share."""
    period: str
    """Expression of the first day of a row's billing period."""
    parts: str | None
    """Expression of how many rows a line gives; None where it is always one."""
    parts_note: str
    """Why, in words."""
    set_aside: str | None
    """Expression of why a line is not kept, NULL for those that are; None where all are."""
    set_aside_note: str
    """Why, in words."""

    def expand(self, expression: str) -> str:
        """Replace terms by what they stand for; names of the source stay in braces."""
        for _ in range(_DEEPEST):
            expanded = _NAME.sub(self._term, expression)
            if expanded == expression:
                return expression
            expression = expanded
        raise ValueError(f"terms of {self.kind} nest deeper than {_DEEPEST}")

    def _term(self, match: re.Match[str]) -> str:
        term = self.terms.get(match.group(1))
        return match.group(0) if term is None else f"({term.strip()})"


def names_in(expression: str) -> set[str]:
    """Names in braces in an expression."""
    return set(_NAME.findall(expression))


def fill(expression: str, values: Table[str, str]) -> str:
    """Replace the names in braces; a name without a value is a mistake in the table.

    Raises:
        KeyError: such a name.
    """
    return _NAME.sub(lambda match: values[match.group(1)], expression)


@cache
def mapping_of(kind: BillKind) -> SourceMapping:
    """The table of a source; what Cost Explorer answers is FOCUS already."""
    name = BillKind.FOCUS if kind is BillKind.COST_EXPLORER else kind
    table = _read(f"{name.value}.toml")
    rows = table["rows"]
    return SourceMapping(
        kind=kind,
        source=_source(table, focus=name is BillKind.FOCUS),
        columns=_columns(table["column"], focus=name is BillKind.FOCUS),
        terms=table.get("term", {}),
        period=rows["period"],
        parts=rows.get("parts"),
        parts_note=_line(rows.get("parts_note", "")),
        set_aside=rows.get("set_aside"),
        set_aside_note=_line(rows.get("set_aside_note", "")),
    )


@cache
def service_categories() -> Table[str, str]:
    """Product code or service name to FOCUS ServiceCategory."""
    return {code: category for category, codes in _read("service_categories.toml").items() for code in codes}


def _line(text: str) -> str:
    """A text of several lines as one."""
    return " ".join(text.split())


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("costopt.billing").joinpath("mappings", name).read_text(encoding="utf-8"))


def _source(table: dict[str, Any], *, focus: bool) -> SourceColumns:
    source = table["source"]
    kinds = {
        "money": ColumnType.MONEY.value,
        "number": ColumnType.NUMBER.value,
        "time": ColumnType.TIME.value,
        "text": ColumnType.TEXT.value,
        "json": _JSON,
    }
    types = {name: kind for key, kind in kinds.items() for name in source.get(key, "").split()}
    required = frozenset(source.get("required", "").split())
    if focus:
        json = {"Tags", "SkuPriceDetails", "x_CostCategories"}
        types = {name: _JSON if name in json else kind.value for name, kind in TYPES.items()}
        required = frozenset(column.name for column in COLUMNS if column.mandatory)
    return SourceColumns(
        types=types,
        required=required,
        total=source["total"],
        net=source.get("net"),
        kind=source.get("kind"),
        currency=source["currency"],
        total_is=source.get("total_is", f"{{{source['total']}}}"),
        nested=source.get("nested", {}),
        tags=tuple(source.get("tags", ())),
        categories=tuple(source.get("categories", ())),
        rename={other: entry["fills"] for other, entry in table.get("rename", {}).items()},
    )


def _columns(table: dict[str, Any], *, focus: bool) -> tuple[MappedColumn, ...]:
    unknown = set(table) - set(TYPES)
    if unknown:
        raise ValueError(f"no such column of FOCUS: {', '.join(sorted(unknown))}")
    return tuple(
        MappedColumn(
            name=column.name,
            expression=table.get(column.name, {}).get("is", f"{{{column.name}}}" if focus else "NULL").strip(),
            note=_line(table.get(column.name, {}).get("note", "")),
        )
        for column in COLUMNS
    )
