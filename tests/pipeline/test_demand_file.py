"""Hourly demand from CSV files of several forms."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from costopt.errors import DemandError
from costopt.pipeline.demand_file import Columns, DemandTable, read_demand
from costopt.pipeline.demand_holes import Fill

LONG = """hour,region,type,usage
2026-01-01 00:00:00,1,m5,10
2026-01-01 00:00:00,1,c5,4
2026-01-01 01:00:00,1,m5,12
2026-01-01 02:00:00,1,m5,11
2026-01-01 02:00:00,1,c5,5
"""
WIDE = "when,m5,c5\n2026-01-01T00:00:00,10,4\n2026-01-01T01:00:00,12,0\n"


@pytest.fixture
def read(tmp_path: Path):
    def call(text: str, **options: object) -> DemandTable:
        path = tmp_path / "demand.csv"
        path.write_text(text)
        return read_demand(path, **options)  # type: ignore[arg-type]

    return call


def test_a_long_table_has_a_column_for_each_group(read) -> None:
    table = read(LONG)
    assert table.group_names == ("region", "type")
    assert table.keys == (("1", "c5"), ("1", "m5"))
    assert table.values.tolist() == [[4, 10], [0, 12], [5, 11]]
    assert str(table.start) == "2026-01-01T00"


def test_an_absent_group_in_an_hour_is_no_demand_and_is_said(read) -> None:
    assert any("1 of 6 values have no row" in note for note in read(LONG).notes)


def test_a_wide_table_has_its_own_columns(read) -> None:
    table = read(WIDE)
    assert table.keys == (("m5",), ("c5",))
    assert table.values.tolist() == [[10, 4], [12, 0]]


def test_a_table_of_time_and_value_is_one_group(read) -> None:
    table = read("t,usage\n2026-01-01T00:00:00,1\n2026-01-01T01:00:00,2\n")
    assert table.keys == (("all",),)
    assert table.values[:, 0].tolist() == [1, 2]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "demand.csv.gz"
    path.write_bytes(gzip.compress(LONG.encode()))
    assert read_demand(path).values.sum() == 42


def test_times_with_a_zone_become_utc(read) -> None:
    table = read("t,usage\n2026-01-01T01:00:00+01:00,1\n2026-01-01T02:00:00+01:00,2\n")
    assert str(table.start) == "2026-01-01T00"


def test_rows_in_any_order_give_the_same(read) -> None:
    head, *rows = LONG.strip().split("\n")
    assert (read("\n".join([head, *reversed(rows)]) + "\n").values == read(LONG).values).all()


def test_rows_of_one_hour_and_group_are_summed_and_said(read) -> None:
    table = read(LONG + "2026-01-01 02:00:00,1,m5,100\n")
    assert table.values[2, 1] == 111
    assert any("1 rows of the same hour" in note for note in table.notes)


def test_times_without_a_zone_are_taken_as_utc_and_that_is_said(read) -> None:
    assert "Times name no zone and are taken as UTC." in read(LONG).notes
    assert not any("zone" in note for note in read(LONG.replace(":00,", ":00Z,")).notes)


def autumn(day: str, *, twice: bool) -> str:
    """A day of two groups by a clock on the wall; two o'clock comes twice."""
    hours = [*range(3), *([2] if twice else []), *range(3, 24)]
    rows = [f"{day} {hour:02}:00:00,{group},1" for hour in hours for group in "ab"]
    return "hour,group,usage\n" + "\n".join(rows)


def test_the_hour_that_a_clock_repeats_in_autumn_is_not_counted_for_two(read) -> None:
    with pytest.raises(DemandError, match="2026-10-25T02 has each row twice") as caught:
        read(autumn("2026-10-25", twice=True))
    assert "in UTC, or with their offset" in caught.value.hint
    assert read(autumn("2026-10-25", twice=False)).values.sum() == 48


def test_rows_that_come_twice_on_any_other_day_are_summed(read) -> None:
    assert read(autumn("2026-10-26", twice=True)).values.sum() == 50


def test_rows_that_always_come_twice_are_no_change_of_clocks(read) -> None:
    once = autumn("2026-10-25", twice=False)
    assert read(once + "\n" + once.partition("\n")[2]).values.sum() == 96


@pytest.mark.parametrize("amount", ["1e308", "-1e13"])
def test_a_demand_that_nobody_has_is_refused_with_its_row(read, amount: str) -> None:
    with pytest.raises(DemandError, match=r"'usage' holds .*in row 4"):
        read(LONG.replace(",11", f",{amount}"))


def test_columns_can_be_named(read) -> None:
    columns = Columns(time="hour", value="usage", groups=("type",))
    assert read(LONG, columns=columns).keys == (("c5",), ("m5",))


HOLE = "t,usage\n2026-01-01T00:00:00,1\n2026-01-01T03:00:00,4\n"


def test_a_missing_hour_is_refused_with_its_time(read) -> None:
    with pytest.raises(DemandError, match="2 hours are missing, the first 2026-01-01T01") as caught:
        read(HOLE)
    assert "--fill" in caught.value.hint


@pytest.mark.parametrize(("fill", "expected"), [(Fill.FORWARD, [1, 1, 1, 4]), (Fill.ZERO, [1, 0, 0, 4])])
def test_a_missing_hour_is_filled_knowingly(fill: Fill, expected: list[float], read) -> None:
    table = read(HOLE, fill=fill)
    assert table.values[:, 0].tolist() == expected
    assert any("2 hours are missing" in note for note in table.notes)


def test_an_empty_cell_of_a_wide_table_is_a_hole(read) -> None:
    text = "t,m5,c5\n2026-01-01T00:00:00,10,4\n2026-01-01T01:00:00,,6\n"
    with pytest.raises(DemandError, match="1 hour is missing"):
        read(text)
    assert read(text, fill=Fill.FORWARD).values.tolist() == [[10, 4], [10, 6]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\nx,1\n", "which column is the time"),
        ("t,type,usage\n2026-01-01T00:30:00,m5,1\n", "within an hour"),
        ("t,type,name\n2026-01-01T00:00:00,m5,x\n", "which column is the demand"),
        ("t,usage_a,usage_b,type\n2026-01-01T00:00:00,1,2,m5\n", "'usage_a', 'usage_b'"),
        ("t,type,usage\n2026-01-01T00:00:00,m5,\n2026-01-01T00:00:00,c5,2\n", "holds no number in 1 rows"),
        ("t,m5,c5\n2026-01-01T00:00:00,1,2\n2026-01-01T00:00:00,1,2\n", "two rows"),
        ("t,usage\n", "no rows"),
        ("t,m5,m5\n2026-01-01T00:00:00,1,2\n", "two columns of one name"),
        ("\n", "no CSV table"),
    ],
)
def test_a_file_that_cannot_be_meant_says_what_is_wrong(text: str, said: str, read) -> None:
    with pytest.raises(DemandError, match=said):
        read(text)


def test_a_column_that_is_not_there_is_named_with_those_that_are(read) -> None:
    with pytest.raises(DemandError, match=r"no column 'load'.*'usage'"):
        read(LONG, columns=Columns(value="load"))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DemandError, match="no file"):
        read_demand(tmp_path / "none.csv")


def test_a_column_given_as_demand_must_hold_numbers(read) -> None:
    with pytest.raises(DemandError, match="not a number"):
        read(LONG, columns=Columns(value="type", groups=("region",)))


def test_a_group_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    path.write_bytes(b"t,type,usage\n2026-01-01T00:00:00,m\xff5,1\n")
    with pytest.raises(DemandError, match="'type' is no text"):
        read_demand(path)


def test_times_of_another_age_are_an_error(read) -> None:
    with pytest.raises(DemandError, match="another age"):
        read("t,type,usage\n0001-01-01T00:00:00,m5,1\n")


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"PAR1" * 99, b'"open\n'])
def test_bytes_that_are_no_table_are_an_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    path.write_bytes(content)
    with pytest.raises(DemandError):
        read_demand(path)


def test_far_apart_times_do_not_fill_the_memory(read) -> None:
    with pytest.raises(DemandError, match="more than fit"):
        read("t,type,usage\n1700-01-01T00:00:00,a,1\n" + "".join(f"2200-01-01T00:00:00,b{n},1\n" for n in range(20)))


def test_the_published_demand_is_read(shared_data: Path) -> None:
    table = read_demand(shared_data / "shavedice/hourly_normalized_dev.csv.gz")
    assert table.values.shape == (17520, 21)
    assert {key[0] for key in table.keys} == {"1", "4"}
    assert not np.isnan(table.values).any()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-01T00:00:00,m5,1\n2026-01-01T01:00:00,m5,2\n", "begins with a time, not with a header"),
        ("time;usage\n2026-01-01T00:00:00;1\n", "the one column 'time;usage'"),
        ("t,m5,c5\n2026-01-01T00:00:00,1,\n2026-01-01T01:00:00,2,\n", "2 hours are missing"),
    ],
)
def test_a_table_that_would_be_misread_is_refused(read, text: str, words: str) -> None:
    with pytest.raises(DemandError, match=words):
        read(text)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    path.write_bytes(LONG.replace("region", "région").encode("latin-1"))
    with pytest.raises(DemandError, match="no text in UTF-8"):
        read_demand(path)
