"""Labels and names are of few characters, unique, and the same each time."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.terraform.render.labels import google_labels, label, labels, resource_name

TEXTS = st.lists(st.text(max_size=80), max_size=12)


@settings(deadline=None)
@given(TEXTS)
def test_labels_are_unique_and_plain(texts: list[str]) -> None:
    found = labels(texts)
    assert len(set(found)) == len(texts)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,47}", one) for one in found)
    assert found == labels(texts)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_names_keep_what_modules_ask_of_names(text: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,31}", resource_name(label(text)))


def test_labels_are_what_a_reader_expects() -> None:
    assert labels(["Checkout API", "checkout-api", "M\u00fcller & S\u00f6hne", "42", "count", "\u65e5\u672c"]) == (
        "checkout_api", "checkout_api_2", "muller_sohne", "workload_42", "workload_count", "workload",
    )  # fmt: skip


def test_long_labels_that_begin_alike_have_different_names() -> None:
    first, second = (resource_name("a" * 40 + ending) for ending in ("x", "y"))
    assert first != second
    assert len(first) == len(second) == 32


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=80), st.text(max_size=80), max_size=70))
def test_labels_of_google_are_what_it_takes(tags: dict[str, str]) -> None:
    found = google_labels(tags)
    assert len(found) <= 64
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", name) for name in found)
    assert all(re.fullmatch(r"[a-z0-9_-]{0,63}", value) for value in found.values())


def test_a_tag_becomes_the_label_that_a_reader_expects() -> None:
    tags = {"ManagedBy": "terraform", "Cost Centre": "M\u00fcller & S\u00f6hne", "1st": "x", "\u65e5": "x"}
    assert google_labels(tags) == {"managedby": "terraform", "cost_centre": "muller_sohne", "st": "x"}


def test_of_two_tags_that_become_one_label_the_first_counts() -> None:
    assert google_labels({"team": "b", "Team": "a"}) == {"team": "a"}
