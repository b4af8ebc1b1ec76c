"""The text of the book: everything survives it, and nothing is believed that makes no sense."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.budgets.alerts import USUAL_POLICY
from costopt.config.budget_settings import MOST_BUDGETS
from costopt.config.notify_settings import MOST_CHANNELS
from costopt.errors import AlertBookError
from costopt.model.alert import AlertBook, Condition, Remembered, Rule
from costopt.store.alert_book.document import BookDocument, Lease, decode, encode
from costopt.store.alert_book.interface import MAX_BYTES

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


def entry(name: str = "web", **more: Any) -> Remembered:
    plain: dict[str, Any] = {"episode": 2, "since": NOW, "last_seen": NOW, "told_measure": Decimal("1.05")}
    condition = Condition(
        fingerprint=f"A-{name}", rule=Rule.FORECAST, subject=name, rank=1, measure=Decimal("1.0500"), grows=True,
        summary=f"{name} \u202e", channels=("finops",),
    )  # fmt: skip
    return Remembered(condition=condition, **(plain | more))


def document(*entries: Remembered) -> BookDocument:
    book = AlertBook(remembered={one.condition.fingerprint: one for one in entries})
    return BookDocument(revision=7, lease=Lease(owner="me", expires=NOW), channels={"finops": book})


MOMENTS = st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
ENTRIES = st.builds(
    entry,
    st.text(max_size=20).filter(lambda text: text.isprintable()),
    told_at=st.none() | MOMENTS,
    last_seen=MOMENTS,
    told_measure=st.decimals(0, 10**12, places=4),
    told_times=st.integers(0, 10**6),
    open=st.booleans(),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ENTRIES, max_size=5))
def test_everything_survives(entries: list[Remembered]) -> None:
    made = document(*entries)
    assert decode(encode(made), "here") == made


def changed(**values: Any) -> bytes:
    """A good document with some keys of its only entry changed."""
    found = json.loads(encode(document(entry())))
    found["channels"]["finops"]["remembered"]["A-web"] |= values
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"null", b"[]", b"{}", b"{", b"\xff\xfe", b'{"schema_version": "1"}',
        b'{"schema_version": 1, "channels": 3}',
        b'{"schema_version":' * 100_000,
        changed(since="2026-11-20T06:00:00"), changed(told_measure="NaN"), changed(told_measure="Infinity"),
        changed(episode=0), changed(told_times=-1), changed(condition=None),
        changed().replace(b'"A-web": {', b'"A-other": {'),
        b'{"schema_version": 1, "lease": {"owner": "x", "expires": "2026-11-20T06:00:00"}}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_damaged_and_never_an_empty_book(content: bytes) -> None:
    with pytest.raises(AlertBookError, match=r"the alert book at here is damaged") as caught:
        decode(content, "here")
    assert "move it away" in caught.value.hint


def test_a_book_of_a_newer_version_is_left_to_it() -> None:
    content = encode(document(entry())).replace(b'"schema_version":1', b'"schema_version":2')
    with pytest.raises(AlertBookError, match="has version 2, this costopt reads version 1"):
        decode(content, "here")


def test_a_book_that_is_far_too_large_is_not_read() -> None:
    with pytest.raises(AlertBookError, match="more than the"):
        decode(b" " * (MAX_BYTES + 1), "here")


def test_the_largest_book_that_settings_allow_is_kept() -> None:
    """Refused after sending it would be sent again by every run: 500 budgets with three alerts each, in 20 channels."""
    name = "platform of the team"
    told = entry(name, told_at=NOW)
    told = replace(
        told, condition=replace(told.condition, summary=f"{name} 2026-11: forecast 105% of 1,000.00 USD, above")
    )
    one = len(encode(document(told)))
    assert one * (3 * MOST_BUDGETS + USUAL_POLICY.most_resolved) * MOST_CHANNELS < MAX_BYTES
