"""What the user writes after `--by` and `--where`, as SQL that cannot hold anything else.

A dimension is a column of the table, `tag:KEY`, or one of the words

- `day`: UTC day of ChargePeriodStart, a date;
- `month`: calendar month, UTC, of ChargePeriodStart, text `YYYY-MM`;
- `hour`: ChargePeriodStart itself, which in an hourly bill is the hour; longer charges stand at their own start;
- `period`: the billing period by its BillingPeriodStart, text `YYYY-MM`, in the provider's own calendar.

A filter is `DIMENSION=VALUE` or `DIMENSION!=VALUE`; values of one dimension are alternatives, dimensions all hold.
An empty value stands for a cell or tag that is absent or empty. The first `=` divides, so a tag whose key has one
cannot be filtered by.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, Literal

from costopt.billing.sql_text import literal, quoted
from costopt.errors import UsageError
from costopt.model.focus import TYPES, ColumnType

CURRENCY: Final = "BillingCurrency"
"""Part of every grouping: money of two currencies is never summed."""
WORDS: Final = ("day", "month", "hour", "period")
"""Dimensions that are no columns. A column of the same name is hidden by them."""
MAX_DIMENSIONS: Final = 20
MAX_FILTERS: Final = 100
MAX_LETTERS: Final = 1024
"""Of a dimension or a filter. AWS allows 128 in the key of a tag and 256 in its value:
https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
_OWN_NAMES: Final = """
    billed_cost change change_fraction charge_day commitment_savings contracted_cost coverage covered covered_cost
    current_cost effective_cost effective_savings_rate eligible_cost line_items list_cost meter negotiated_savings
    path place previous_cost quantity savings tagged_cost tagged_line_items tags unit unpriced_cost
    unpriced_line_items untagged_cost words
"""
RESERVED: Final = frozenset(_OWN_NAMES.split())
"""Names that queries with a grouping give to columns of their own; a dimension of such a name gets another."""

_TAG: Final = "tag:"
_NUMBERED = re.compile(r"dimension_|source_", re.IGNORECASE)
"""How names that are given here begin."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPLIT = re.compile(r"(?<!\\),")
_FILTER = re.compile(r"(?P<name>.+?)(?P<sign>!=|=)(?P<value>.*)", re.DOTALL)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY_OF_CHARGE: Final = 'CAST("ChargePeriodStart" AS DATE)'
_COMPARABLE: Final = (ColumnType.TEXT, None)
"""Types of columns that a filter may name; None is a column that only one source has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of SQL that this module has made; the only SQL that `Query.bind` takes."""

    kind: Literal["grouping", "condition", "tag"]
    """What it may stand for."""
    parts: Mapping[str, str]
    """SQL by the name of the part: `:by.rows`. A condition and a tag have one part, without a name."""


EVERY_ROW: Final = Fragment(kind="condition", parts={"": "TRUE"})
"""The condition that all rows meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing to group by or to filter by."""

    label: str
    """What the user wrote."""
    row: str
    """SQL over a row of `cost`: for a derived dimension what it is derived from."""
    derivation: str | None = None
    """SQL over `{row}`, which is worth taking after a first GROUP BY: tags and months repeat in many rows."""

    @property
    def expression(self) -> str:
        """SQL over a row of `cost`."""
        return self.row if self.derivation is None else self.derivation.replace("{row}", self.row, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Dimensions of an answer, in order; the currency is always one of them."""

    dimensions: tuple[Dimension, ...]
    """Each once."""

    @property
    def derived(self) -> bool:
        """Whether a dimension is taken only after a first GROUP BY."""
        return any(dimension.derivation is not None for dimension in self.dimensions)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the answer: the dimension's own name where every engine can take it, else `dimension_N`."""
        taken = {CURRENCY.casefold(), *RESERVED}
        names = []
        for number, dimension in enumerate(self.dimensions, start=1):
            label = dimension.label
            free = label == CURRENCY or (label.casefold() not in taken and not _NUMBERED.match(label))
            names.append(label if free and _PLAIN.fullmatch(label) else f"dimension_{number}")
            taken.add(label.casefold())
        return tuple(names)

    def headings(self, columns: Sequence[str]) -> list[str]:
        """What to call the columns of an answer: dimensions as the user wrote them, all others by their own name."""
        labels = {
            name: f"column:{dimension.label}" if dimension.label in RESERVED else dimension.label
            for name, dimension in zip(self.names, self.dimensions, strict=True)
        }
        return [labels.get(column, column) for column in columns]

    @property
    def fragment(self) -> Fragment:
        """The SQL of it.

        `rows` and `row_keys` select and group rows of `cost`, whose columns are then `row_names`; `columns` and `keys`
        do so over that result; `names` are the columns of the answer. `rows_and_tags` and `row_keys_and_tags` also hold
        Tags. Where nothing is derived, one step does: `plain_columns`, `plain_keys`.
        """
        rows = {self._row_name(index): dimension.row for index, dimension in enumerate(self.dimensions)}
        tagged = {**rows, "Tags": '"Tags"'}
        outer = dict(zip(self.names, map(self._over_rows, range(len(self.dimensions))), strict=True))
        parts = {
            "rows": _selected(rows),
            "row_keys": ", ".join(rows.values()),
            "row_names": ", ".join(map(quoted, rows)),
            "rows_and_tags": _selected(tagged),
            "row_keys_and_tags": ", ".join(tagged.values()),
            "columns": _selected(outer),
            "keys": ", ".join(outer.values()),
            "names": ", ".join(map(quoted, self.names)),
        }
        if not self.derived:
            parts |= {"plain_columns": parts["rows"], "plain_keys": parts["row_keys"]}
        return Fragment(kind="grouping", parts=parts)

    def _row_name(self, index: int) -> str:
        dimension = self.dimensions[index]
        if dimension.derivation is None:
            return self.names[index]
        return "Tags" if dimension.row == '"Tags"' else f"source_{index + 1}"

    def _over_rows(self, index: int) -> str:
        derivation = self.dimensions[index].derivation or "{row}"
        return derivation.replace("{row}", quoted(self._row_name(index)), 1)


def parse_grouping(texts: Sequence[str], columns: Collection[str]) -> Grouping:
    """Dimensions from what the user wrote.

    Args:
        texts: each one or several dimensions between commas; before a comma inside a name stands a backslash.
        columns: names of the table's columns.

    Raises:
        UsageError: no such dimension, or too many.
    """
    written = [part.replace("\\,", ",").strip() for text in texts for part in _SPLIT.split(text)]
    dimensions = {label: parse_dimension(label, columns) for label in written}
    if len(dimensions) > MAX_DIMENSIONS:
        raise UsageError(
            f"{len(dimensions)} dimensions are too many", hint=f"Name at most {MAX_DIMENSIONS} after --by."
        )
    dimensions.setdefault(CURRENCY, _column(CURRENCY))
    return Grouping(dimensions=tuple(dimensions.values()))


def parse_dimension(text: str, columns: Collection[str]) -> Dimension:
    """One dimension from what the user wrote.

    Raises:
        UsageError: the table has no such column, with the nearest one that it has.
    """
    _check_text(text)
    if text.startswith(_TAG):
        return _tag_dimension(text.removeprefix(_TAG))
    if text in WORDS:
        return _word(text)
    if text in columns:
        return _column(text)
    raise UsageError(f"the bill has no column {text!r}", hint=_nearest(text, columns))


def parse_tag(key: str) -> Fragment:
    """The value of one tag.

    Raises:
        UsageError: no text that can be a key.
    """
    _check_text(key)
    return Fragment(kind="tag", parts={"": _tag_dimension(key).expression})


def parse_condition(texts: Sequence[str], columns: Collection[str]) -> Fragment:
    """Filters from what the user wrote, one each; see the head of this module.

    Raises:
        UsageError: not a filter, no such dimension, or one that filters cannot name.
    """
    if len(texts) > MAX_FILTERS:
        raise UsageError(f"{len(texts)} filters are too many", hint=f"Give at most {MAX_FILTERS}.")
    wanted: dict[tuple[str, str], tuple[Dimension, list[str]]] = {}
    for text in texts:
        _check_text(text)
        found = _FILTER.fullmatch(text)
        if found is None:
            raise UsageError(f"{text!r} is no filter", hint="Write COLUMN=VALUE, COLUMN!=VALUE or tag:KEY=VALUE.")
        dimension = _comparable(parse_dimension(found["name"].strip(), columns))
        _, values = wanted.setdefault((dimension.label, found["sign"]), (dimension, []))
        values.append(_checked(dimension.label, found["value"]))
    terms = [_term(dimension.expression, sign, values) for (_, sign), (dimension, values) in wanted.items()]
    return Fragment(kind="condition", parts={"": " AND ".join(terms)}) if terms else EVERY_ROW


def _column(name: str) -> Dimension:
    return Dimension(label=name, row=quoted(name))


def _tag_dimension(key: str) -> Dimension:
    if not key:
        raise UsageError("the key of the tag is missing", hint="Write tag:KEY, such as tag:team.")
    return Dimension(label=f"{_TAG}{key}", row='"Tags"', derivation=f"TAG({{row}}, {literal(key)})")


def _word(word: str) -> Dimension:
    if word == "day":
        return Dimension(label=word, row=_DAY_OF_CHARGE)
    if word == "hour":
        return Dimension(label=word, row='"ChargePeriodStart"')
    source = _DAY_OF_CHARGE if word == "month" else 'CAST("BillingPeriodStart" AS DATE)'
    # A day is text as YYYY-MM-DD in every engine; formats of months are not.
    return Dimension(label=word, row=source, derivation="SUBSTRING(CAST({row} AS VARCHAR), 1, 7)")


def _comparable(dimension: Dimension) -> Dimension:
    """The dimension as text, or refused where equality of text says nothing about it."""
    label = dimension.label
    if label in ("day", "month", "period") or label.startswith(_TAG):
        row = f"CAST({dimension.row} AS VARCHAR)" if label == "day" else dimension.row
        return Dimension(label=label, row=row, derivation=dimension.derivation)
    kind = TYPES.get(label)
    if label == "hour" or kind not in _COMPARABLE:
        raise UsageError(
            f"{label} cannot be filtered by",
            hint="Filter by columns of text, tags, day, month or period; --from and --to.",
        )
    return dimension if kind else Dimension(label=label, row=f"CAST({dimension.row} AS VARCHAR)")


def _checked(label: str, value: str) -> str:
    if label == "day":
        try:
            return date.fromisoformat(value if _DAY.fullmatch(value) else "").isoformat()
        except ValueError:
            raise UsageError(f"{value!r} is no day", hint="Write day=YYYY-MM-DD.") from None
    if label in ("month", "period") and not _MONTH.fullmatch(value):
        raise UsageError(f"{value!r} is no month", hint=f"Write {label}=YYYY-MM.")
    return value


def _term(expression: str, sign: str, values: Sequence[str]) -> str:
    """SQL that is true or false of every row, never unknown."""
    listed = f"({', '.join(map(literal, dict.fromkeys(values)))})"
    absent = "" in values
    if sign == "=":
        return f"({expression} IS {'' if absent else 'NOT '}NULL {'OR' if absent else 'AND'} {expression} IN {listed})"
    return f"({expression} IS {'NOT ' if absent else ''}NULL {'AND' if absent else 'OR'} {expression} NOT IN {listed})"


def _selected(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {quoted(name)}" for name, expression in columns.items())


def _check_text(text: str) -> None:
    if not text or len(text) > MAX_LETTERS or "\0" in text or _is_broken(text):
        raise UsageError(
            f"{text[:40]!r} is no dimension or filter", hint=f"Write 1 to {MAX_LETTERS} characters, NUL not among them."
        )


def _is_broken(text: str) -> bool:
    """Whether half a surrogate pair is in it, which has no bytes."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _nearest(text: str, columns: Collection[str]) -> str:
    """The next step after a name that is not there."""
    known = {name.casefold(): name for name in (*columns, *WORDS)}
    close = get_close_matches(text.casefold(), known, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {', '.join(known[name] for name in close)}?"
    return f"Name columns of the bill (ServiceName, SubAccountId, RegionId), tag:KEY, or {', '.join(WORDS)}."
