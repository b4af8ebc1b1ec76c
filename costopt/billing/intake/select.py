"""The SELECT that turns a relation into canonical rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from costopt.billing.intake.json_text import tags_from_columns, tags_from_labels, tags_from_report
from costopt.billing.intake.names import tag_key
from costopt.billing.intake.relation import Relation
from costopt.billing.intake.survey import period_of
from costopt.billing.mapping import MappedColumn, SourceMapping, fill, names_in, service_categories
from costopt.billing.sql_text import literal, quoted
from costopt.errors import BillError
from costopt.model.bill import BillKind
from costopt.model.focus import TYPES

_NO_TAGS = "CAST(NULL AS VARCHAR)"
_PART = "x_costopt_part"
"""Column of the number of a row among those that its line gives."""
_SEPARATORS = ("/", "_")
"""What the prefix of one column a tag ends with; a place without it is one column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is made of a relation."""

    kept: str
    """SELECT of the canonical rows, and of the extra columns behind them."""
    extras: tuple[str, ...]
    """Names of the extra columns."""


def select(relation: Relation, mapping: SourceMapping, *, net_periods: Collection[str]) -> Selection:
    """Map a relation.

    Args:
        relation: the files.
        mapping: its source's table.
        net_periods: billing periods, `YYYY-MM`, in which the columns net of discounts are filled.

    Raises:
        BillError: the files have a column of the name that the reader needs for itself.
    """
    _require_free(relation)
    values = {**relation.columns, **_given(relation, mapping), "is_net": _is_net(relation, mapping, net_periods)}
    rows = relation.sql
    values["is_part"] = "0"
    if mapping.parts is not None:
        # A line that gives several rows is repeated by a list of their numbers, so that the files are read once.
        parts = fill(mapping.expand(mapping.parts), values)
        rows = f"(SELECT *, unnest(range(CAST({parts} AS BIGINT))) AS {_PART} FROM {rows})"  # noqa: S608 - a mapping's
        values["is_part"] = _PART
    extras = _distinct(relation.extras) if mapping.kind is BillKind.FOCUS else {}
    columns = [_column(column, mapping, values) for column in mapping.columns]
    columns += [f"{expression} AS {quoted(name)}" for name, expression in sorted(extras.items())]
    aside = None if mapping.set_aside is None else fill(mapping.expand(mapping.set_aside), values)
    where = "" if aside is None else f" WHERE ({aside}) IS NULL"
    return Selection(
        kept=f"SELECT {', '.join(columns)} FROM {rows}{where}",  # noqa: S608 - made of escaped parts
        extras=tuple(sorted(extras)),
    )


def _require_free(relation: Relation) -> None:
    if _PART in {name.casefold() for name in relation.extras}:
        raise BillError(f"the bill has a column {_PART}, which costopt needs for itself", hint="Rename or drop it.")


def _distinct(extras: Mapping[str, str]) -> dict[str, str]:
    """Extra columns under names that differ by more than capitals, as no engine has it otherwise."""
    named: dict[str, str] = {}
    taken = {name.casefold() for name in TYPES}
    for name, expression in sorted(extras.items()):
        free = name
        while free.casefold() in taken:
            free += "_"
        taken.add(free.casefold())
        named[free] = expression
    return named


def _column(column: MappedColumn, mapping: SourceMapping, values: Mapping[str, str]) -> str:
    expression = fill(mapping.expand(column.expression), values)
    return f"CAST({expression} AS {TYPES[column.name].value}) AS {quoted(column.name)}"


def _is_net(relation: Relation, mapping: SourceMapping, periods: Collection[str]) -> str:
    if not periods:
        return "false"
    return f"{period_of(mapping, relation.columns)} IN ({', '.join(literal(period) for period in sorted(periods))})"


def _given(relation: Relation, mapping: SourceMapping) -> dict[str, str]:
    """What expressions may name that is no column: tags, cost categories, the service's category."""
    return {
        "tags": _gathered(relation, mapping, mapping.source.tags),
        "categories": _gathered(relation, mapping, mapping.source.categories),
        "service_category": _service_category(relation, mapping),
    }


def _gathered(relation: Relation, mapping: SourceMapping, places: Sequence[str]) -> str:
    """JSON object of the tags of one sort: from a map, from Google's labels, or from one column a tag."""
    if mapping.kind is BillKind.GCP_EXPORT and places:
        return tags_from_labels([relation.columns[place] for place in places])
    columns: dict[str, str] = {}
    for place in places:
        if place in relation.columns:
            return relation.columns[place]
        if place in relation.extras:
            return tags_from_report(f"CAST({relation.extras[place]} AS VARCHAR)")
        for name, expression in relation.extras.items():
            if place.endswith(_SEPARATORS) and name.startswith(place):
                columns.setdefault(tag_key(name, place), f"CAST({expression} AS VARCHAR)")
    return tags_from_columns(sorted(columns.items())) if columns else _NO_TAGS


def _service_category(relation: Relation, mapping: SourceMapping) -> str:
    service = {BillKind.CUR: "line_item_product_code", BillKind.GCP_EXPORT: "service_description"}.get(mapping.kind)
    if service is None or not any("service_category" in names_in(column.expression) for column in mapping.columns):
        return _NO_TAGS
    cases = " ".join(
        f"WHEN {literal(code)} THEN {literal(category)}" for code, category in service_categories().items()
    )
    return f"CASE {relation.columns[service]} {cases} ELSE 'Other' END"
