"""The picture of a budget, read back by a decoder that knows only the format."""

import struct
import zlib
from decimal import Decimal

import pytest

from costopt.model.budget_status import BudgetState
from costopt.renderers.messages.bullet import HEIGHT, WIDTH, bullet, bullet_words
from tests.oracles.alerts import D, status


def decoded(png: bytes) -> list[list[str]]:
    """Rows of colours, every chunk's check sum held against it."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, list[tuple[bytes, bytes]]()
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + data)
        chunks.append((name, data))
        at += 12 + length
    assert [name for name, _ in chunks] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, depth, kind, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (width, height, depth, kind, rest) == (WIDTH, HEIGHT, 8, 3, [0, 0, 0])
    palette = [chunks[1][1][i : i + 3].hex() for i in range(0, len(chunks[1][1]), 3)]
    raw = zlib.decompress(chunks[2][1])
    rows = [raw[y * (width + 1) : (y + 1) * (width + 1)] for y in range(height)]
    assert all(row[0] == 0 for row in rows)
    return [[palette[point] for point in row[1:]] for row in rows]


def bar(**more: object) -> list[str]:
    png = bullet(status(**more))
    assert png is not None
    return decoded(png)[HEIGHT // 2]


RED, AMBER, GREEN, LINE, TRACK, RANGE = "c92a3f", "d98a00", "2f9e5b", "1f2933", "e4e7eb", "8a93a0"


def test_the_bar_is_as_long_as_what_is_spent_and_the_line_stands_at_the_amount() -> None:
    row = bar()
    # 1,800 is the largest; a twentieth is left free: 1,890 are 600 points.
    assert row.index(LINE) in range(315, 319)
    assert row[0] == row[330] == RED
    assert row[334] == TRACK
    assert row[480] == row[570] == RANGE
    assert row[575] == TRACK


@pytest.mark.parametrize(("state", "colour"), [(BudgetState.FINE, GREEN), (BudgetState.AT_RISK, AMBER)])
def test_the_colour_is_where_the_budget_stands(state: BudgetState, colour: str) -> None:
    assert bar(state=state)[0] == colour


@pytest.mark.parametrize("spent", [D(0), D(-500), D("1e-9"), D(10) ** 15])
def test_extremes_are_drawn(spent: Decimal) -> None:
    row = bar(spent=spent, forecast=None)
    assert len(row) == WIDTH
    assert (row[20] == RED) == (spent > 1)


def test_what_is_unknown_has_no_picture() -> None:
    assert bullet(status(spent=None)) is None
    assert bullet_words(status()).startswith("Bar: 105% of the amount is spent;")
