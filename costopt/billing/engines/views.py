"""The read-only view over an export in the user's own engine, as SQL that the user runs there.

It is made of the same tables that an ingest reads (`costopt.billing.mappings`), so that a bill in a warehouse and the
same bill in the local store are one. The view reads each line once for its own row and once for the rows beside it.
"""

import re
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Final, Literal

from costopt.billing.engines.dialect import parse_table, rewritten
from costopt.billing.mapping import SourceMapping, fill, mapping_of, service_categories
from costopt.billing.sql_text import literal, quoted
from costopt.errors import UsageError
from costopt.model.bill import BillKind
from costopt.model.focus import COLUMNS, TYPES, ColumnType

ViewDialect = Literal["athena", "trino", "spark", "bigquery", "duckdb"]

_LEGACY_ONLY: Final = frozenset({"product_product_name", "product_operating_system", "product_region"})
"""Columns that CUR 2.0 has no more; they are keys of its map `product`."""
_IN_PRODUCT = re.compile(r"json_extract_string\(\{product\}, '/(\w+)'\)")
_KEYS_OF_USERS = """CASE WHEN k LIKE 'user\\_%' {escape} THEN substr(k, 6)
    WHEN k LIKE 'aws\\_%' {escape} THEN concat('aws:', substr(k, 5)) ELSE k END"""
_TRINO_KEYS = _KEYS_OF_USERS.format(escape="ESCAPE '\\'")
_SPARK_KEYS = "CASE WHEN startswith(k, 'user_') THEN substr(k, 6) WHEN startswith(k, 'aws_') THEN concat('aws:', substr(k, 5)) ELSE k END"  # noqa: E501
_MAPS: Final = {"resource_tags": "tags", "cost_category": "categories", "product": "product"}
"""Columns of CUR 2.0 that are maps, and what the mapping calls what it makes of them."""
_SOURCE: Final = "source_of_view"
_NATIVE: Mapping[str, Mapping[str, str]] = {
    "trino": {
        "map": "json_format(CAST(map_filter(transform_keys({column}, (k, v) -> "
        + " ".join(_TRINO_KEYS.split())
        + "), (k, v) -> v <> '') AS JSON))",
        "key": "element_at({column}, '{key}')",
    },
    "spark": {
        "map": f"to_json(map_filter(transform_keys({{column}}, (k, v) -> {_SPARK_KEYS}), (k, v) -> v <> ''))",
        "key": "try_element_at({column}, '{key}')",
    },
    "duckdb": {
        "map": "CAST(to_json(map_from_entries(list_sort(list_transform(list_filter(map_entries({column}), "
        "lambda e: e.value <> ''), lambda e: {{'key': CASE WHEN starts_with(e.key, 'user_') THEN substr(e.key, 6) "
        "WHEN starts_with(e.key, 'aws_') THEN 'aws:' || substr(e.key, 5) ELSE e.key END, 'value': e.value}})))) "
        "AS VARCHAR)",
        "key": "{column}['{key}']",
    },
}
"""What no translator knows: tags of a map as JSON text, and a key of a map, in each engine's own words."""


def report_view(dialect: ViewDialect, *, table: str, view: str, columns: Collection[str] | None = None) -> str:
    """`CREATE VIEW` of a Cost and Usage Report 2.0 (or a legacy one under Athena's names) as FOCUS.

    Args:
        dialect: of the engine.
        table: the report's table, one to three names between dots.
        view: name of the view, in the same way.
        columns: columns of the table; None for all that CUR 2.0 knows. What a table lacks is NULL in the view.

    Raises:
        UsageError: a dialect in which AWS delivers no report, or a table without a column that is needed.
        EngineError: no name of a table.
    """
    native = _NATIVE.get("trino" if dialect == "athena" else dialect)
    if native is None:
        raise UsageError(f"no view of a report for {dialect}", hint="AWS delivers reports to Athena; Spark reads them.")
    mapping = mapping_of(BillKind.CUR)
    typed, own = _typed(mapping, columns, native)
    body = rewritten(_union(mapping, typed), dialect)
    source = parse_table(table).sql(dialect=dialect)
    for name, text in {**own, _SOURCE: source}.items():
        body = re.sub(rf"([`\"]){name}\1", lambda _, text=text: text, body)  # type: ignore[misc]
    return f"CREATE OR REPLACE VIEW {parse_table(view).sql(dialect=dialect)} AS\n{body};\n"


def _typed(
    mapping: SourceMapping, columns: Collection[str] | None, native: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Columns that the view reads, each of its declared type, and stand-ins for what only the engine can say."""
    there = set(mapping.source.types) | set(_MAPS) if columns is None else set(columns)
    there -= _LEGACY_ONLY if columns is None else set()
    missing = sorted(mapping.source.required - there)
    if missing:
        raise UsageError(f"the table lacks {', '.join(missing)}", hint="Add them to the export.")
    own: dict[str, str] = {}
    typed = {
        name: f"CAST({quoted(name)} AS {kind})" if name in there else f"CAST(NULL AS {kind})"
        for name, kind in mapping.source.types.items()
        if name not in _MAPS
    }
    for column, name in _MAPS.items():
        text = f"NULLIF({native['map'].format(column=column)}, '{{}}')"
        typed[name] = _stand_in(own, f"own_{name}", text) if column in there else "CAST(NULL AS VARCHAR)"
    keys = sorted({key for term in mapping.terms.values() for key in _IN_PRODUCT.findall(term)})
    for key in keys:
        text = native["key"].format(column="product", key=key)
        stand_in = _stand_in(own, f"own_product_{key}", text) if "product" in there else "CAST(NULL AS VARCHAR)"
        typed[f"product__{key}"] = stand_in
    del typed["product"]
    return typed, own


def _stand_in(own: dict[str, str], name: str, text: str) -> str:
    own[name] = text
    return quoted(name)


def _service_category(code: str) -> str:
    cases = " ".join(f"WHEN {literal(one)} THEN {literal(name)}" for one, name in service_categories().items())
    return f"CASE {code} {cases} ELSE 'Other' END"


def _union(mapping: SourceMapping, typed: Mapping[str, str]) -> str:
    """Rows of the lines that are kept, and beside them the rows of their second parts."""
    read = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in typed.items())
    values = {name: quoted(name) for name in typed}
    values["service_category"] = _service_category(values["line_item_product_code"])
    period, net = fill(mapping.expand(mapping.period), values), values[mapping.source.net or ""]
    filled = f'MAX(CASE WHEN COALESCE({net}, 0) <> 0 THEN 1 ELSE 0 END) OVER (PARTITION BY {period}) AS "has_net"'
    selects = []
    for part in ("0", "1"):
        given = {**values, "is_part": part, "is_net": '"has_net" = 1'}
        columns = ", ".join(
            f"CAST({_filled(mapping, column.expression, given)} AS {TYPES[column.name].value}) AS {quoted(column.name)}"
            for column in mapping.columns
        )
        kept = f"({_filled(mapping, mapping.set_aside or 'NULL', given)}) IS NULL"
        more = f" AND ({_filled(mapping, mapping.parts or '1', given)}) > 1" if part == "1" else ""
        selects.append(f'SELECT {columns} FROM "lines" WHERE {kept}{more}')  # noqa: S608 - made of escaped parts
    return (
        f"WITH report AS (SELECT {read} FROM {quoted(_SOURCE)}), "  # noqa: S608 - made of escaped parts
        f'"lines" AS (SELECT *, {filled} FROM report) {" UNION ALL ".join(selects)}'
    )


def _filled(mapping: SourceMapping, expression: str, values: Mapping[str, str]) -> str:
    return fill(_IN_PRODUCT.sub(lambda match: f"{{product__{match[1]}}}", mapping.expand(expression)), values)


def export_view(*, table: str, view: str, detailed: bool, columns: Collection[str] | None = None) -> str:
    """`CREATE VIEW` of Google's usage cost export as FOCUS, in BigQuery's SQL.

    Args:
        table: the export's table, such as `project.dataset.gcp_billing_export_resource_v1_012345_678901_ABCDEF`.
        view: name of the view.
        detailed: whether it is the detailed export, which names resources.
        columns: columns of the table; None for what exports of 2026 are documented to have. What a table lacks is NULL.

    Raises:
        EngineError: no name of a table.
    """
    template = files("costopt.billing").joinpath("engines", "gcp_export_view.sql").read_text(encoding="utf-8")
    named = set(_AS_NAMED.findall(template))
    canonical = [
        column.name if column.name in named else f"CAST(NULL AS {_BIGQUERY[column.type]}) AS {column.name}"
        for column in COLUMNS
    ]
    services = " ".join(f"WHEN {_text(code)} THEN {_text(name)}" for code, name in service_categories().items())
    resource = "NULLIF(resource.name, '')"
    global_name = f"COALESCE(NULLIF(resource.global_name, ''), {resource})"
    there = (_NEW if detailed else _NEW - _DETAILED) if columns is None else set(columns)
    read = {name: text if column in there else f"CAST(NULL AS {kind})" for name, (column, text, kind) in _LATE.items()}
    return template.format(
        table=parse_table(table).sql(dialect="bigquery"),
        view=parse_table(view).sql(dialect="bigquery"),
        reductions=", ".join(map(_text, REDUCTIONS)),
        service_category=f"CASE service.description {services} ELSE 'Other' END",
        resource_id=global_name if detailed else "CAST(NULL AS STRING)",
        resource_name=resource if detailed else "CAST(NULL AS STRING)",
        columns=",\n  ".join(canonical),
        **read,
    )


REDUCTIONS: Final = (
    "SUSTAINED_USAGE_DISCOUNT", "DISCOUNT", "COMMITTED_USAGE_DISCOUNT", "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE",
    "FREE_TIER", "SUBSCRIPTION_BENEFIT", "RESELLER_MARGIN", "FEE_UTILIZATION_OFFSET",
)  # fmt: skip
"""Types of credit that lower the price of usage, as in `mappings/gcp-export.toml`; a test holds the two together.
Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage, `credits.type`."""
_LATE: Final = {
    "cost_at_list": ("cost_at_list", "cost_at_list", "FLOAT64"),
    "cost_at_default": ("cost_at_effective_price_default", "cost_at_effective_price_default", "FLOAT64"),
    "effective_price": ("price", "price.effective_price", "FLOAT64"),
    # Came with the models: a table that has these has its field of the price.
    "default_price": ("consumption_model", "price.effective_price_default", "FLOAT64"),
    "model": ("consumption_model", "consumption_model.description", "STRING"),
    "commitment": ("subscription", "subscription.instance_id", "STRING"),
    "seller": ("seller_name", "seller_name", "STRING"),
}
"""What exports have had only since 2023 or later: its column, and how it is read there.
Sources: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage and, for the standard
export, https://cloud.google.com/docs/cuds-multiprice-datamodel."""
_NEW: Final = frozenset(column for column, _, _ in _LATE.values())
_DETAILED: Final = frozenset({"subscription", "seller_name"})
"""Of these it could not be confirmed that the standard export has them."""
_AS_NAMED = re.compile(r" AS (\w+),?$", re.MULTILINE)
_BIGQUERY: Final = {
    ColumnType.TEXT: "STRING",
    ColumnType.MONEY: "BIGNUMERIC",
    ColumnType.NUMBER: "FLOAT64",
    ColumnType.TIME: "TIMESTAMP",
}


def _text(text: str) -> str:
    """A text of our own tables in BigQuery's quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
