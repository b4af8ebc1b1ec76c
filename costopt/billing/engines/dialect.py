"""The questions in the dialects of other engines.

The questions are written for DuckDB. Here each becomes the same question for Spark, BigQuery, Athena or Trino: parsed,
checked against a short list of what all engines mean the same by, and written anew, so that nothing of the text is
passed on unread. What is not on the list is refused.
"""

import re
from typing import Final, Literal

from costopt.billing.functions import FUNCTIONS, TAG
from costopt.errors import EngineError
from costopt.model.focus import TYPES, ColumnType

try:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    from costopt.billing.engines.tags import expand_tags
except ImportError as error:
    raise EngineError(
        "sqlglot, which writes questions for other engines, is not installed",
        hint="pip install 'cloud-costopt[spark]', [bigquery] or [athena], then repeat.",
    ) from error

Dialect = Literal["spark", "bigquery", "athena", "trino"]
TagForm = Literal["json", "map"]

COST: Final = "cost"
"""The one table of the questions."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_TABLE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_$-]{0,254}")
"""No dots or quotes. A dash stands in names of Google's projects."""
_MOST_PARTS: Final = 3
_STRUCTURE: Final = (
    exp.Add, exp.Alias, exp.Between, exp.Boolean, exp.Column, exp.CTE, exp.DataType, exp.DataTypeParam, exp.Distinct,
    exp.Div, exp.EQ, exp.From, exp.Group, exp.GT, exp.GTE, exp.Having, exp.Identifier, exp.In, exp.Is, exp.Join,
    exp.Like, exp.Limit, exp.Literal, exp.LT, exp.LTE, exp.Neg, exp.NEQ, exp.Not, exp.Null, exp.Order, exp.Ordered,
    exp.Paren, exp.Select, exp.Star, exp.Sub, exp.Subquery, exp.Table, exp.TableAlias, exp.Union, exp.Where, exp.Window,
    exp.With,
)  # fmt: skip
"""What a question may be made of, besides functions. There is no product: two decimals would overflow."""
_TYPES: Final = frozenset(
    {"BIGINT", "BOOLEAN", "DATE", "DECIMAL(28, 10)", "DECIMAL(38, 10)", "DOUBLE", "TEXT", "TIMESTAMPNTZ"}
)
"""What a question may cast to, in sqlglot's names."""
_MONEY: Final = "DECIMAL(28, 10)"
_CONSTANT: Final = (exp.Literal, exp.Null, type(None))
_UNEQUAL_AS_TEXT: Final = frozenset(name for name, kind in TYPES.items() if kind is not ColumnType.TEXT)
"""Columns that each engine writes in its own way: with or without fractions of seconds, zeros, exponents."""


def translate(sql: str, dialect: Dialect, *, table: str, tags: TagForm = "json") -> str:
    """One question in the dialect of another engine.

    Args:
        sql: a SELECT in DuckDB's dialect over `cost`.
        dialect: of the engine.
        table: the user's table as the engine names it, one to three names between dots.
        tags: how its column Tags holds tags: text of a JSON object, or a map from text to text.

    Raises:
        EngineError: the question has something that engines differ in, or the table's name is none.
    """
    tree = parse(sql)
    place = parse_table(table)
    if dialect == "bigquery":
        _use_types_of_bigquery(tree)
    if dialect == "spark":
        _type_zeros(tree)
    expand_tags(tree, dialect, tags)
    for node in list(tree.find_all(exp.Table)):
        if node.name == COST:
            alias = node.alias or COST
            node.replace(exp.alias_(place.copy(), alias, table=True))
    try:
        # Every name in quotes: `path` or `change` may be a word of some engine.
        return tree.sql(dialect=dialect, identify=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        raise _refused(f"{dialect} has no equal of it: {error}") from error


def rewritten(sql: str, dialect: str) -> str:
    """SQL of our own, not checked, in the dialect of another engine and laid out for people."""
    return sqlglot.transpile(sql, read="duckdb", write=dialect, identify=True, pretty=True)[0]


def output_names(sql: str) -> tuple[str, ...]:
    """Columns of the answer, in order and as the question spells them; Athena gives them in small letters.

    Raises:
        EngineError: the question has something that engines differ in.
    """
    return tuple(parse(sql).named_selects)


def parse(sql: str) -> exp.Query:
    """A question, checked.

    Raises:
        EngineError: it is no single SELECT over `cost`, or has something that engines differ in.
    """
    try:
        statements = sqlglot.parse(sql, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise _refused(f"it cannot be read: {error}") from error
    if len(statements) != 1 or not isinstance(statements[0], (exp.Select, exp.Union)):
        raise _refused("it is not one SELECT")
    tree = statements[0]
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        _check_kind(node)
        _check_parts(node)
        _check_name(node, own)
        _check_text(node)
    return tree


def parse_table(table: str) -> exp.Table:
    """The user's table.

    Raises:
        EngineError: more than three names, or a name with characters that no table has.
    """
    parts = table.split(".")
    if len(parts) > _MOST_PARTS or not all(map(_TABLE_PART.fullmatch, parts)):
        raise EngineError(
            f"{table[:100]!r} is no name of a table", hint="Set engine.table to catalog.schema.table, without quotes."
        )
    name, schema, catalog = (*reversed(parts), None, None)[:3]
    return exp.table_(name or "", db=schema, catalog=catalog, quoted=True)


def _check_kind(node: exp.Expr) -> None:
    """Refuse what is on no list."""
    if isinstance(node, exp.Anonymous):
        if node.name.upper() != TAG or len(node.expressions) != 2 or not _is_text(node.expressions[1]):
            raise _refused(f"function {node.name[:60]}")
    elif isinstance(node, exp.Func):
        if node.sql_name() not in FUNCTIONS:
            raise _refused(f"function {node.sql_name()}")
    elif not isinstance(node, _STRUCTURE):
        raise _refused(type(node).__name__)


def _check_parts(node: exp.Expr) -> None:
    """Refuse what is on the list, but not in this form."""
    if isinstance(node, exp.DataType) and node.sql() not in _TYPES:
        raise _refused(f"type {node.sql()[:60]}")
    if isinstance(node, exp.Union) and node.args.get("distinct"):
        raise _refused("UNION without ALL")
    if isinstance(node, exp.Group) and any(value for part, value in node.args.items() if part != "expressions"):
        raise _refused("GROUP BY with more than keys")


def _check_name(node: exp.Expr, own: set[str]) -> None:
    """Refuse tables other than `cost` and the question's own, and names that some engine cannot give a column."""
    if isinstance(node, exp.Table) and (node.db or node.catalog or node.name not in {COST, *own}):
        raise _refused(f"table {node.name[:60]!r}")
    if isinstance(node, exp.CTE) and node.alias == COST:
        raise _refused(f"another table named {COST}")
    if isinstance(node, (exp.Alias, exp.TableAlias)) and not _PLAIN.fullmatch(node.alias or node.name):
        raise _refused(f"the name {(node.alias or node.name)[:60]!r}")
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        raise _refused("SELECT *")


def _check_text(node: exp.Expr) -> None:
    """Refuse patterns and texts of numbers and times that engines read or write in different ways."""
    if isinstance(node, exp.Like):
        pattern = node.expression
        if not _is_text(pattern) or "\\" in pattern.name:  # Spark and BigQuery take a backslash for an escape
            raise _refused("a pattern that is no plain text")
    if isinstance(node, exp.Cast) and node.to.this == exp.DType.TEXT:
        source = node.this
        if isinstance(source, exp.Column) and source.name in _UNEQUAL_AS_TEXT:
            raise _refused(f"{source.name} as text")


def _use_types_of_bigquery(tree: exp.Expr) -> None:
    """Times as TIMESTAMP, as Google's own tables have them; decimals of 38 places rounded to those they stand for."""
    for cast in list(tree.find_all(exp.Cast)):
        if cast.to.this == exp.DType.TIMESTAMPNTZ:
            cast.to.replace(exp.DataType(this=exp.DType.TIMESTAMPTZ))
        elif cast.to.this == exp.DType.DECIMAL:
            places = cast.to.expressions[1].this
            cast.replace(exp.Round(this=cast.copy(), decimals=places.copy()))


def _type_zeros(tree: exp.Expr) -> None:
    """Give a zero that is the first result of a CASE the type of money; Sail gives the CASE the type of the first."""
    for case in tree.find_all(exp.Case):
        results = [branch.args["true"] for branch in case.args["ifs"]] + [case.args.get("default")]
        if isinstance(results[0], exp.Literal) and not all(isinstance(node, _CONSTANT) for node in results):
            results[0].replace(exp.cast(results[0].copy(), _MONEY))


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _refused(what: str) -> EngineError:
    return EngineError(
        f"the query cannot run on another engine: {what[:500]}", hint="Run it on DuckDB, or report this query."
    )
