"""The tables of the mapping: complete, consistent, and what the page says."""

import sys
from pathlib import Path

import pytest

from costopt.billing.mapping import fill, mapping_of, names_in, service_categories
from costopt.model.bill import BillKind
from costopt.model.focus import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"tags", "categories", "service_category", "is_net", "is_part"}
CATEGORIES = {
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
    "Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration",
    "Mobile", "Networking", "Security", "Storage", "Web", "Other",
}  # fmt: skip
"""Allowed values of ServiceCategory, FOCUS 1.2."""


@pytest.mark.parametrize("kind", BillKind)
def test_every_column_comes_from_columns_that_are_read(kind: BillKind) -> None:
    mapping = mapping_of(kind)
    assert [column.name for column in mapping.columns] == [column.name for column in COLUMNS]
    known = {*mapping.source.types, *GIVEN}
    expressions = [column.expression for column in mapping.columns] + [mapping.parts or "", mapping.set_aside or ""]
    for expression in expressions:
        assert names_in(mapping.expand(expression)) <= known
    assert mapping.source.required <= set(mapping.source.types)
    assert mapping.source.total in mapping.source.types


def test_a_name_without_a_value_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        fill("{nothing}", {})
    assert fill("{a} + {a}", {"a": "{b}"}) == "{b} + {b}"


def test_services_stand_in_categories_that_focus_knows() -> None:
    assert set(service_categories().values()) <= CATEGORIES
    assert service_categories()["AmazonEC2"] == service_categories()["Compute Engine"] == "Compute"


def test_the_page_states_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import build_mapping_docs

    assert build_mapping_docs.PAGE.read_text() == build_mapping_docs.page(), "run python tools/build_mapping_docs.py"
    sys.modules.pop("build_mapping_docs")
