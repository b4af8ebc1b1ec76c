"""Fields are read by the type that they must have, and everything else makes a row unsound."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.collectors.gcp import values
from costopt.collectors.soundness import UnsoundRow

Read = Callable[[dict[str, Any], str], Any]
READERS: list[Read] = [
    values.text, values.optional_text, values.number, values.whole, values.flag, values.part, values.parts,
    values.texts, values.moment, values.moment_of_milliseconds, values.labels,
]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "given", "expected"),
    [
        (values.whole, "1073741824", 1073741824),
        (values.whole, 3.0, 3),
        (values.whole, "9007199254740993", 9007199254740993),
        (values.number, "0.5", 0.5),
        (values.flag, "true", True),
        (values.flag, None, False),
        (values.optional_text, "", None),
        (values.moment, "2018-10-31T02:21:01.334-07:00", datetime(2018, 10, 31, 9, 21, 1, 334000, UTC)),
        (values.moment, "2026-01-02T03:04:05.123456789Z", datetime(2026, 1, 2, 3, 4, 5, 123456, UTC)),
        (values.moment_of_milliseconds, "1700000000000", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (values.labels, None, {}),
    ],
)
def test_what_google_sends(read: Read, given: Any, expected: Any) -> None:
    assert read({"key": given}, "key") == expected


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (values.text, None),
        (values.text, 7),
        (values.whole, 1.5),
        (values.whole, "many"),
        (values.whole, True),
        (values.number, [1]),
        (values.number, "nan"),
        (values.number, float("inf")),
        (values.flag, 1),
        (values.moment, "yesterday"),
        (values.moment, 1700000000),
        (values.moment_of_milliseconds, "9" * 30),
        (values.part, "text"),
        (values.parts, ["text"]),
        (values.texts, [1]),
        (values.labels, {"team": 1}),
    ],
)
def test_what_no_api_means_is_refused(read: Read, given: Any) -> None:
    with pytest.raises(UnsoundRow):
        read({"key": given}, "key")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@given(found=_JSON)
@settings(max_examples=60, deadline=None)
def test_no_json_breaks_a_reader_in_another_way(found: Any) -> None:
    for read in READERS:
        try:
            read({"key": found}, "key")
        except UnsoundRow:
            continue
