"""Write `docs/bill-mapping.md` from the tables that map sources to FOCUS. A test holds the page to them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from costopt.billing.mapping import MappedColumn, SourceMapping, mapping_of
from costopt.model.bill import BillKind

PAGE = Path(__file__).resolve().parents[1] / "docs/bill-mapping.md"

_HEAD = """# How bills become FOCUS

Every bill becomes one table of [FOCUS 1.2](https://focus.finops.org/focus-specification/v1-2/) columns and some that
begin with `x_` (`costopt/model/focus.py` says what they are). These tables are generated from
`costopt/billing/mappings/*.toml`, which is what the program reads: change them there.

`{name}` is a column of the source, `{_name}` a term that the source's last table defines, `{tags}`, `{categories}` and
`{service_category}` are made by the reader. Columns that are not listed are NULL.
"""

_TITLES = {
    BillKind.CUR: "AWS Cost and Usage Report, legacy and 2.0",
    BillKind.GCP_EXPORT: "Google Cloud usage cost export, standard and detailed",
    BillKind.FOCUS: "FOCUS 1.0 to 1.4",
}


def page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *(_section(mapping_of(kind), title) for kind, title in _TITLES.items())])


def _section(mapping: SourceMapping, title: str) -> str:
    columns = [column for column in mapping.columns if column.expression not in ("NULL", f"{{{column.name}}}")]
    empty = [column for column in mapping.columns if column.expression == "NULL" and column.note]
    parts = [f"## {title}\n", _rows(mapping), _table(columns + empty)]
    if mapping.source.rename:
        other = "\n".join(f"| `{name}` | `{fills}` |" for name, fills in mapping.source.rename.items())
        parts.append(
            f"Another name, which fills a column where that one is missing:\n\n| name | fills |\n|---|---|\n{other}\n"
        )
    if mapping.terms:
        terms = "\n".join(f"| `{name}` | {_code(text)} |" for name, text in mapping.terms.items())
        parts.append(f"Terms:\n\n| term | expression |\n|---|---|\n{terms}\n")
    return "\n".join(parts)


def _rows(mapping: SourceMapping) -> str:
    required = ", ".join(f"`{name}`" for name in sorted(mapping.source.required))
    lines = [f"Refused without {required}. Its own total is the sum of `{mapping.source.total}`.\n"]
    if mapping.parts:
        lines.append(f"Rows that a line gives: {_code(mapping.parts)}. {mapping.parts_note}\n")
    if mapping.set_aside:
        lines.append(
            f"Set aside, and kept in the accounts of the ingest: {_code(mapping.set_aside)}. {mapping.set_aside_note}\n"
        )
    return "\n".join(lines)


def _table(columns: list[MappedColumn]) -> str:
    lines = [f"| `{column.name}` | {_code(column.expression)} | {column.note} |" for column in columns]
    return "| column | expression | note |\n|---|---|---|\n" + "\n".join(lines) + "\n"


def _code(expression: str) -> str:
    """SQL on one line, for a cell of a table."""
    return "`" + " ".join(expression.split()).replace("|", "\\|") + "`"


if __name__ == "__main__":
    PAGE.write_text(page())
