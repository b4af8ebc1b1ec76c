"""`TAG(Tags, 'key')` in the words of each engine: the value of that key, NULL where it is absent.

Tags are text of a JSON object or, in the user's own table, a map. A map is turned into text as soon as a question hands
it on, since no engine sorts by maps and all group faster by text.
"""

import re
from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from costopt.billing.functions import TAG
from costopt.errors import EngineError

_TAGS = "tags"
_MAP = "map<string,string>"
_UNSAFE_IN_PATH = re.compile(r'["\\\x00-\x1f\x7f]')
"""Letters of a key that stand for themselves in no path, or in one version's and not in another's."""


def expand_tags(tree: exp.Expr, dialect: str, form: str) -> None:
    """Write out every TAG in `tree`, in place.

    Raises:
        EngineError: the engine has no maps, or cannot find a key with such characters.
    """
    if form == "map":
        if dialect == "bigquery":
            raise EngineError(
                "BigQuery has no maps", hint='Set engine.tags = "json", over a view whose Tags are text of JSON.'
            )
        _expand_maps(tree, dialect)
    for tag in list(_calls(tree)):
        tags, key = tag.expressions
        tag.replace(_from_json(tags, key, dialect))


def _calls(tree: exp.Expr) -> Iterator[exp.Anonymous]:
    return (node for node in tree.find_all(exp.Anonymous) if node.name.upper() == TAG)


def _from_json(tags: exp.Expr, key: exp.Expr, dialect: str) -> exp.Expr:
    """Value of a key in text of JSON."""
    if dialect == "spark":
        # Spark's paths cannot name a key with a quote, `*`, or a blank in front; a map has them all.
        return exp.Bracket(this=exp.func("from_json", tags, exp.Literal.string(_MAP)), expressions=[key])
    if _UNSAFE_IN_PATH.search(key.name):
        raise EngineError(
            f"{dialect} cannot look up the tag {key.name[:100]!r}: quotes, backslashes and control characters",
            hint="Leave this tag out, or run the question on DuckDB or Spark.",
        )
    if dialect == "bigquery":
        # Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_value
        return exp.Anonymous(this="JSON_VALUE", expressions=[tags, exp.Literal.string(f'$."{key.name}"')])
    # Source: https://trino.io/docs/current/functions/json.html#json_extract_scalar
    return exp.Anonymous(this="JSON_EXTRACT_SCALAR", expressions=[tags, exp.Literal.string(f'$["{key.name}"]')])


def _expand_maps(tree: exp.Expr, dialect: str) -> None:
    """Where `cost` itself is read: keys out of the map, and the map as text wherever it is handed on."""
    for scope in traverse_scope(tree):
        for column in [column for column in scope.columns if _is_map(column, scope)]:
            call = column.parent
            if isinstance(call, exp.Anonymous) and call.name.upper() == TAG:
                element = "try_element_at" if dialect == "spark" else "element_at"
                call.replace(exp.Anonymous(this=element, expressions=[column.copy(), call.expressions[1]]))
            elif not _is_heading(column, scope):
                _replace_named(column, _to_json(column.copy(), dialect))


def _is_map(column: exp.Column, scope: Scope) -> bool:
    """Whether it is the column Tags of the user's table."""
    if column.name.casefold() != _TAGS:
        return False
    name = column.table or next(iter(scope.sources))
    source = scope.sources.get(name)
    if not column.table and len(scope.selected_sources) > 1:
        raise EngineError("Tags of a join cannot be told apart", hint="Run it on DuckDB, or report this query.")
    if not column.table:
        ((_, source),) = scope.selected_sources.values()
    return isinstance(source, exp.Table)


def _is_heading(column: exp.Column, scope: Scope) -> bool:
    """Whether a name in ORDER BY is a column of the answer, which is text already."""
    order = column.find_ancestor(exp.Order, exp.Window, exp.Select)
    answer = scope.expression
    if not isinstance(order, exp.Order) or order.parent is not answer or not isinstance(answer, exp.Query):
        return False
    return _TAGS in {name.casefold() for name in answer.named_selects}


def _replace_named(column: exp.Column, text: exp.Expr) -> None:
    """Put `text` where the column is; a column of the answer keeps its name."""
    column.replace(exp.alias_(text, column.name) if isinstance(column.parent, exp.Select) else text)


def _to_json(tags: exp.Expr, dialect: str) -> exp.Expr:
    if dialect == "spark":
        return exp.Anonymous(this="to_json", expressions=[tags])
    cast = exp.Cast(this=tags, to=exp.DataType.build("JSON"))
    return exp.Anonymous(this="json_format", expressions=[cast])
