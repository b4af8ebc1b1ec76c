"""A picture of a budget: how much of it is spent and foretold, as a bar with a line at its amount.

It is a PNG without any text, since mail programs show no SVG, and text is beside it. The format is small enough to be
written here: a palette and one compressed block. Source: https://www.w3.org/TR/png/.
"""

import struct
import zlib
from decimal import Decimal

from costopt.model.budget_status import BudgetState, BudgetStatus

WIDTH = 600
HEIGHT = 28
"""Points; shown at half of it on screens of double density."""
_PALETTE = ("ffffff", "e4e7eb", "2f9e5b", "d98a00", "c92a3f", "8a93a0", "1f2933")
_BACK, _TRACK, _FINE, _RISK, _BREACH, _RANGE, _LINE = range(len(_PALETTE))
_COLOURS = {BudgetState.FINE: _FINE, BudgetState.AT_RISK: _RISK, BudgetState.BREACHED: _BREACH}
_MARGIN = 4
"""Rows above and below the bar, which the line at the amount crosses."""
_HEADROOM = Decimal("1.05")
_LINE_WIDTH = 3


def bullet(status: BudgetStatus) -> bytes | None:
    """The picture as a PNG; None where nothing is known to be drawn."""
    if status.spent is None:
        return None
    forecast = status.forecast
    values = [status.amount, status.spent, *((forecast.expected, forecast.high) if forecast else ())]
    longest = max(values) * _HEADROOM
    bar = bytearray([_TRACK]) * WIDTH
    if forecast is not None:
        _fill(bar, _x(forecast.low, longest), _x(forecast.high, longest), _RANGE)
    _fill(bar, 0, _x(status.spent, longest), _COLOURS.get(status.state, _RANGE))
    edge = bytearray([_BACK]) * WIDTH
    line = _x(status.amount, longest)
    for row in (bar, edge):
        _fill(row, line - _LINE_WIDTH // 2, line + _LINE_WIDTH // 2 + 1, _LINE)
    rows = [edge if y < _MARGIN or y >= HEIGHT - _MARGIN else bar for y in range(HEIGHT)]
    return _png(rows)


def bullet_words(status: BudgetStatus) -> str:
    """What it shows, for those who do not see it: only shares, which stand beside it in full."""
    spent = "nothing known" if status.spent is None else f"{status.spent / status.amount:.0%}"
    return f"Bar: {spent} of the amount is spent; the line is the amount, the grey part what the forecast ends in"


def _x(value: Decimal, longest: Decimal) -> int:
    """Place on the bar; credits can make spending negative, which is at its beginning."""
    return max(0, min(WIDTH, int(value / longest * WIDTH)))


def _fill(row: bytearray, start: int, end: int, colour: int) -> None:
    start, end = max(start, 0), min(end, WIDTH)
    row[start:end] = bytes([colour]) * max(end - start, 0)


def _png(rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)  # eight bits of palette, not interlaced
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", bytes.fromhex("".join(_PALETTE))), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
