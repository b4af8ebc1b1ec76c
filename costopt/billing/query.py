"""The questions to the bill: one SQL file each, in DuckDB's dialect, over the one table `cost`.

A file begins with a comment that says what it answers, its grain, columns and parameters. Parameters stand in the SQL
as `:name`, those of a grouping as `:by.part`; `Query.bind` writes values in their place as literals, in one pass, so
that nothing in a value is ever read as SQL or as another parameter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from costopt.billing.dimensions import Fragment, Grouping
from costopt.billing.sql_text import literal

_PACKAGE: Final = "costopt.billing"
_FOLDER: Final = "queries"
_NAME = re.compile(r"[a-z][a-z_]{0,60}")
_TOKEN = re.compile(
    r"""'(?:[^']|'')*'          # a text: not looked into
      | "(?:[^"]|"")*"          # an identifier: neither
      | --[^\n]*                # a comment: neither
      | ::                      # a cast
      | :(?P<name>[a-z_]+)(?:\.(?P<part>[a-z_]+))?""",
    re.VERBOSE,
)
_ENTRY = re.compile(r"  (?P<name>\S+) (?P<type>[^:]+): (?P<words>.+)")
_MONEY_DIGITS: Final = 18
_MONEY_SCALE: Final = 10
"""Digits before and after the point of DECIMAL(28,10), the type of money in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question, not yet asked."""

    name: str
    """Name of its file, without `.sql`."""
    doc: str
    """The comment at the head of the file, without the dashes."""
    sql: str
    """The statement, with parameters."""
    columns: Mapping[str, str]
    """Columns of the answer in their order and what each holds: `money`, `ratio`, `quantity`, `price`, `count`, `text`,
    `time` or `day`. `(by)` stands for the dimensions of a grouping."""
    parameters: Mapping[str, str]
    """Parameters and their types, which `bind` checks."""

    def bind(self, **values: object) -> str:
        """The statement with its values in place.

        Args:
            **values: one for each of `parameters`: an aware datetime for `time`, a date for `date`, an int for
                `integer`, a Decimal for `decimal`, a bool for `boolean`, a str for `text`, a sequence of str for
                `texts`, and what `costopt.billing.dimensions` makes for `grouping`, `condition` and `tag`.

        Raises:
            ValueError: a value is missing, unknown or of the wrong type. What users write is checked before.
        """
        if values.keys() != self.parameters.keys():
            raise ValueError(f"{self.name} takes {sorted(self.parameters)}, not {sorted(values)}")
        parts = {name: _rendered(self.name, name, kind, values[name]) for name, kind in self.parameters.items()}

        def replaced(token: re.Match[str]) -> str:
            name, part = token["name"], token["part"] or ""
            if name is None:
                return token[0]
            if part not in parts[name]:
                raise ValueError(f"{self.name}: {token[0]} has no such part; does it need a derived dimension?")
            return parts[name][part]

        return _TOKEN.sub(replaced, self.sql)


@cache
def load(name: str) -> Query:
    """One question by the name of its file.

    Raises:
        ValueError: no such file, or one whose comment does not fit its SQL.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a query")
    try:
        text = files(_PACKAGE).joinpath(_FOLDER, f"{name}.sql").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"there is no query {name!r}") from None
    return read_query(name, text)


def load_costs(by: Grouping) -> Query:
    """The question for costs that suits the grouping: one step less where no dimension is derived."""
    return load("costs_derived" if by.derived else "costs")


def names() -> tuple[str, ...]:
    """Names of all questions, sorted."""
    entries = (entry.name for entry in files(_PACKAGE).joinpath(_FOLDER).iterdir())
    return tuple(sorted(entry.removesuffix(".sql") for entry in entries if entry.endswith(".sql")))


def read_query(name: str, text: str) -> Query:
    """A question from the text of its file.

    Raises:
        ValueError: the comment lacks a part, or lists other parameters than the SQL has.
    """
    lines = text.splitlines()
    head = next((index for index, line in enumerate(lines) if not line.startswith("--")), len(lines))
    doc = "\n".join(line.removeprefix("--").removeprefix(" ") for line in lines[:head])
    sql = "\n".join(lines[head:]).strip()
    columns, parameters = _section(name, doc, "Columns:"), _section(name, doc, "Parameters:")
    used = {token["name"] for token in _TOKEN.finditer(sql) if token["name"]}
    if used != parameters.keys():
        raise ValueError(f"{name}: the comment lists {sorted(parameters)}, the SQL has {sorted(used)}")
    unknown = set(parameters.values()) - _RENDERERS.keys()
    if unknown or "Grain:" not in doc or not columns or not sql:
        raise ValueError(f"{name}: the comment needs grain, columns and parameters of known types, not {unknown}")
    return Query(name=name, doc=doc, sql=sql, columns=columns, parameters=parameters)


def _section(name: str, doc: str, title: str) -> dict[str, str]:
    """Name and type of the entries that follow a title, each on a line of its own, to the next empty line."""
    _, found, rest = doc.partition(f"\n{title}\n")
    if not found and f"\n{title} none" not in doc:
        raise ValueError(f"{name}: the comment has no {title!r}")
    entries: dict[str, str] = {}
    for line in rest.partition("\n\n")[0].splitlines() if found else ():
        entry = _ENTRY.fullmatch(line)
        if entry:
            entries[entry["name"]] = entry["type"]
        elif not line.startswith("    "):  # deeper lines continue the words of the entry above
            raise ValueError(f"{name}: {line!r} under {title!r} is not `name type: words`")
    return entries


def _rendered(query: str, name: str, kind: str, value: Any) -> dict[str, str]:
    """SQL of one value, by part; a plain value has the one part without a name."""
    try:
        rendered = _RENDERERS[kind](value)
    except ValueError as error:
        raise ValueError(f"{query}: {name}={value!r} is no {kind}: {error}") from error
    return rendered if isinstance(rendered, dict) else {"": rendered}


def _time(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return f"TIMESTAMP '{value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"


def _date(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("a date without a time is needed")  # noqa: TRY004 - bind promises ValueError
    return f"DATE '{value.isoformat()}'"


def _integer(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of 64 bits is needed")
    return str(value)


def _decimal(value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError("a finite Decimal is needed")
    if abs(value) >= 10**_MONEY_DIGITS or value != round(value, _MONEY_SCALE):
        raise ValueError("it does not fit DECIMAL(28,10)")
    return f"CAST('{value:f}' AS DECIMAL(28, 10))"  # a bare 0.1 would be a binary fraction in some dialects


def _boolean(value: Any) -> str:
    if not isinstance(value, bool):
        raise ValueError("True or False is needed")  # noqa: TRY004 - bind promises ValueError
    return str(value).upper()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a str is needed")  # noqa: TRY004 - bind promises ValueError
    value.encode()  # half a surrogate pair is no text; UnicodeEncodeError is a ValueError
    if "\0" in value:
        raise ValueError("no engine takes the character NUL")
    return literal(value)


def _texts(value: Any) -> str:
    if isinstance(value, str) or not isinstance(value, (list, tuple)) or not value:
        raise ValueError("a list or tuple of at least one str is needed")
    return f"({', '.join(map(_text, value))})"


def _fragment(kind: str) -> Callable[[Any], dict[str, str]]:
    def parts(value: Any) -> dict[str, str]:
        if not isinstance(value, Fragment) or value.kind != kind:
            raise ValueError(f"a Fragment of kind {kind} is needed")
        return dict(value.parts)

    return parts


_RENDERERS: Final[dict[str, Callable[[Any], str | dict[str, str]]]] = {
    "time": _time,
    "date": _date,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "text": _text,
    "texts": _texts,
    "grouping": _fragment("grouping"),
    "condition": _fragment("condition"),
    "tag": _fragment("tag"),
}
"""How a value of each type is written."""
