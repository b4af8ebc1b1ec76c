"""One run tells at a time, and none waits for a dead one for long."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.errors import AlertBookError
from costopt.model.alert import AlertBook, Condition, Remembered, Rule
from costopt.store.alert_book.document import Lease
from costopt.store.alert_book.interface import Kept, Overtaken, Shelf
from costopt.store.alert_book.sqlite import SqliteShelf
from costopt.store.alert_book.turn import LEASE, Turn, take_turn

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return SqliteShelf(tmp_path / "alerts.sqlite")


def take(shelf: Shelf, owner: str, now: datetime = NOW) -> Turn | Lease:
    return take_turn(shelf, owner=owner, clock=lambda: now)


def turn(shelf: Shelf, owner: str, now: datetime = NOW) -> Turn:
    taken = take(shelf, owner, now)
    assert isinstance(taken, Turn)
    return taken


def book(name: str) -> AlertBook:
    condition = Condition(
        fingerprint=name, rule=Rule.ACTUAL, subject=name, rank=1, measure=Decimal(1), grows=False, summary=""
    )
    return AlertBook(remembered={name: Remembered(condition=condition, episode=1, since=NOW, last_seen=NOW)})


def test_while_one_has_its_turn_another_learns_whose_it_is(shelf: Shelf) -> None:
    with turn(shelf, "first"):
        assert take(shelf, "second") == Lease(owner="first", expires=NOW + LEASE)
    assert isinstance(take(shelf, "second"), Turn)


def test_what_is_saved_in_a_turn_is_there_in_the_next_for_each_channel(shelf: Shelf) -> None:
    with turn(shelf, "first") as one:
        one.save("mail", book("a"))
        one.save("chat", book("b"))
    with turn(shelf, "second") as two:
        assert set(two.book("mail").remembered) == {"a"}
        assert set(two.book("chat").remembered) == {"b"}
        assert two.book("new") == AlertBook()


def test_a_run_that_died_is_waited_for_until_its_lease_ends(shelf: Shelf) -> None:
    turn(shelf, "died")
    assert isinstance(take(shelf, "next", NOW + LEASE - timedelta(seconds=1)), Lease)
    assert isinstance(take(shelf, "next", NOW + LEASE), Turn)


def test_each_save_keeps_the_turn_for_another_while(shelf: Shelf) -> None:
    now = [NOW]
    taken = take_turn(shelf, owner="slow", clock=lambda: now[0])
    assert isinstance(taken, Turn)
    now[0] += LEASE - timedelta(seconds=1)
    taken.save("mail", book("a"))
    assert isinstance(take(shelf, "next", NOW + LEASE), Lease)


def test_a_run_that_took_too_long_cannot_write_over_the_one_after_it(shelf: Shelf) -> None:
    slow = turn(shelf, "slow")
    with turn(shelf, "quick", NOW + LEASE) as quick:
        quick.save("mail", book("b"))
        with pytest.raises(Overtaken):
            slow.save("mail", book("a"))
    assert set(turn(shelf, "third", NOW + LEASE).book("mail").remembered) == {"b"}


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_lease_from_a_clock_that_was_ahead_blocks_nobody(shelf: Shelf, back: timedelta) -> None:
    turn(shelf, "from the future", NOW + back)
    assert isinstance(take(shelf, "now"), Turn)


def test_a_turn_that_ends_with_an_error_is_given_back_and_what_was_saved_stays(shelf: Shelf) -> None:
    def stopped() -> None:
        with turn(shelf, "stopped") as one:
            one.save("mail", book("a"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert set(turn(shelf, "next").book("mail").remembered) == {"a"}


class Forgetful:
    """A place whose answer to every writing is lost, and whose client therefore writes again and is refused."""

    place = "far away"

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def read(self) -> Kept | None:
        return self._shelf.read()

    def write(self, content: bytes, *, replaces: str | None) -> str:
        self._shelf.write(content, replaces=replaces)
        return self._shelf.write(content, replaces=replaces)


def test_a_writing_that_arrived_and_whose_answer_was_lost_is_no_failure(shelf: Shelf) -> None:
    with turn(Forgetful(shelf), "unlucky") as one:
        one.save("mail", book("a"))
    assert set(turn(shelf, "next").book("mail").remembered) == {"a"}


def test_a_damaged_book_gives_nobody_a_turn(shelf: Shelf) -> None:
    shelf.write(b'{"schema_version": 1, "channels": 0}', replaces=None)
    with pytest.raises(AlertBookError, match="damaged"):
        take(shelf, "me")
