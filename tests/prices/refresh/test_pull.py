import io
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.prices.refresh.fetch import FetchError
from costopt.prices.refresh.pull import elements, events, members, reading, skip, value

leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
documents = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


def stream(document: object) -> io.BytesIO:
    return io.BytesIO(json.dumps(document).encode())


@settings(max_examples=50, deadline=None)
@given(documents)
def test_a_value_is_what_the_standard_reader_makes_of_it(document: object) -> None:
    assert value(events(stream(document))) == document


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), documents), st.sets(st.integers(0, 9)))
def test_passing_over_some_members_does_not_disturb_the_others(
    document: dict[str, object], passed_over: set[int]
) -> None:
    left = events(stream(document))
    seen = {}
    for place, key in enumerate(members(left)):
        if place in passed_over:
            skip(left)
        else:
            seen[key] = value(left)
    assert seen == {key: part for place, (key, part) in enumerate(document.items()) if place not in passed_over}


@settings(max_examples=50, deadline=None)
@given(st.lists(documents))
def test_elements_come_one_by_one(document: list[object]) -> None:
    assert [value(item) for item in elements(events(stream(document)))] == document


def test_numbers_are_exact() -> None:
    assert value(events(io.BytesIO(b"[0.1]"))) == [Decimal("0.1")]


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": [1, 2', b"<html>", b"[1}", b'{"a": "\xff"}'])
def test_what_is_no_json_names_its_address(body: bytes) -> None:
    with pytest.raises(FetchError, match="https://host/file"), reading("https://host/file"):
        value(events(io.BytesIO(body)))


def test_another_structure_names_its_address() -> None:
    with pytest.raises(FetchError, match="not built like a price file"), reading("https://host/file"):
        list(members(events(stream(["a list"]))))
