"""Maps, lists and structures as text of JSON: one spelling for tags, whatever form they come in."""

from collections.abc import Sequence

from costopt.billing.sql_text import literal


def as_json_text(expression: str, kind: str) -> str:
    """Text of JSON of a value of DuckDB's type `kind`; a map's keys are sorted, so that equal maps are equal texts."""
    if kind == "VARCHAR":
        return repaired(expression)
    if kind.startswith("MAP"):
        entries = f"list_sort(map_entries({expression}))"
        return f"CASE WHEN {expression} IS NOT NULL THEN CAST(to_json(map_from_entries({entries})) AS VARCHAR) END"
    return f"CAST(to_json({expression}) AS VARCHAR)"


def repaired(expression: str) -> str:
    """Text of JSON from a text, whose writer may have left out the braces or printed a Python list instead.

    Some tools write tags as `"team": "ml"`, and Google's nested columns as `[{'key': 'a', 'value': None}]`. What is
    neither JSON nor becomes JSON by adding braces or exchanging quotes is an error: a credit that cannot be read must
    not count as none, and one broken tag would fail every question about tags.
    """
    bare = f"replace({expression}, '''', '\"')"
    for word, value in (("None", "null"), ("True", "true"), ("False", "false")):
        bare = f"replace({bare}, ': {word}', ': {value}')"
    braced = f"'{{' || {expression} || '}}'"
    unreadable = "error('tags, labels or credits that are neither JSON nor a printed list')"
    return (
        f"CASE WHEN {expression} IS NULL OR json_valid({expression}) THEN {expression} "
        f"WHEN json_valid({braced}) THEN {braced} "
        f"WHEN json_valid({bare}) THEN {bare} ELSE {unreadable} END"
    )


def tags_from_columns(columns: Sequence[tuple[str, str]]) -> str:
    """JSON object of one column a tag, empty ones left out; NULL where none is left.

    Args:
        columns: key and expression of text, sorted by key.
    """
    pairs = ", ".join(f"{literal(key)}, NULLIF({expression}, '')" for key, expression in columns)
    return f"NULLIF(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')"


def tags_from_labels(expressions: Sequence[str]) -> str:
    """JSON object of Google's lists of labels, `[{"key": ..., "value": ...}]` as text; NULL where there are none.

    Of two labels with one key in a list the one whose value sorts last is taken, so that the result does not depend on
    the order.

    Args:
        expressions: lists, those first whose labels give way to the labels of later ones.
    """
    kept = _labels(expressions[0])
    for expression in expressions[1:]:
        own = _labels(expression)
        named = f"list_transform({own}, lambda o: o.key)"
        kept = f"list_concat(list_filter({kept}, lambda g: NOT list_contains({named}, g.key)), {own})"
    text = f"CAST(to_json(map_from_entries(list_sort({kept}))) AS VARCHAR)"
    return f"NULLIF({text}, '{{}}')"


def _labels(expression: str) -> str:
    """Labels of one list, each key once, sorted; none where there is no list."""
    read = f'from_json({expression}, \'[{{"key":"VARCHAR","value":"VARCHAR"}}]\')'
    labels = f"COALESCE(CAST({read} AS STRUCT(key VARCHAR, value VARCHAR)[]), [])"
    entries = f"list_sort(list_filter({labels}, lambda l: l.key IS NOT NULL))"
    return f"list_filter({entries}, lambda l, i: i = len({entries}) OR {entries}[i + 1].key <> l.key)"


def tags_from_report(expression: str) -> str:
    """JSON object of CUR 2.0's map of tags as text, its keys as FOCUS spells them, empty values left out."""
    parsed = f"map_entries(json_transform({expression}, '\"MAP(VARCHAR, VARCHAR)\"'))"
    key = (
        "CASE WHEN starts_with(e.key, 'user_') THEN substr(e.key, 6) "
        "WHEN starts_with(e.key, 'user:') THEN substr(e.key, 6) "
        "WHEN starts_with(e.key, 'aws_') THEN 'aws:' || substr(e.key, 5) ELSE e.key END"
    )
    kept = f"list_filter({parsed}, lambda e: COALESCE(e.value, '') <> '')"
    renamed = f"list_sort(list_transform({kept}, lambda e: {{'key': {key}, 'value': e.value}}))"
    return f"NULLIF(CAST(to_json(map_from_entries({renamed})) AS VARCHAR), '{{}}')"
