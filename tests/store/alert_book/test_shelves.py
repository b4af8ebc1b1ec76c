"""Every place keeps the same promise: whole documents, and of two writers one."""

import threading
from collections.abc import Callable

import pytest

from costopt.store.alert_book.interface import Overtaken, Shelf

pytestmark = pytest.mark.xdist_group("alert book")  # its servers are started once

Open = Callable[[], Shelf]


def test_where_nothing_was_ever_written_there_is_no_document(shelves: Open) -> None:
    assert shelves().read() is None


def test_what_is_written_is_read_again_by_another_run(shelves: Open) -> None:
    first = shelves().write(b'{"a": 1}', replaces=None)
    kept = shelves().read()
    assert kept is not None
    assert (kept.content, kept.version) == (b'{"a": 1}', first)
    second = shelves().write('{"b": "\u00fc"}'.encode(), replaces=kept.version)
    kept = shelves().read()
    assert kept is not None
    assert (kept.content.decode(), kept.version) == ('{"b": "\u00fc"}', second)
    assert first != second


def test_who_began_from_an_old_edition_is_overtaken_and_changes_nothing(shelves: Open) -> None:
    old = shelves().write(b"1", replaces=None)
    shelves().write(b"2", replaces=old)
    with pytest.raises(Overtaken):
        shelves().write(b"3", replaces=old)
    with pytest.raises(Overtaken):
        shelves().write(b"3", replaces=None)
    kept = shelves().read()
    assert kept is not None
    assert kept.content == b"2"


# The made S3 looks and writes in two steps, so that it would be tested and not we.
@pytest.mark.parametrize("shelves", ["sqlite", "gs", "postgresql"], indirect=True)
@pytest.mark.parametrize("begun", [False, True])
def test_of_writers_at_the_same_moment_exactly_one_wins(shelves: Open, *, begun: bool) -> None:
    version = shelves().write(b"0", replaces=None) if begun else None
    barrier, won, lost = threading.Barrier(4), list[bytes](), list[bytes]()

    def write(content: bytes) -> None:
        shelf = shelves()
        barrier.wait()
        try:
            shelf.write(content, replaces=version)
        except Overtaken:
            lost.append(content)
        else:
            won.append(content)

    threads = [threading.Thread(target=write, args=(str(number).encode(),)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = shelves().read()
    assert kept is not None
    assert ([kept.content], len(lost)) == (won, 3)
