"""Arguments of a planned resource: set, left to the provider, or known to nobody."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.model.terraform import UNKNOWN, Engine, Masked
from costopt.terraform.cost.reading import MOST, NotKnown, Section, number_of
from tests.terraform.cost.made import resource


def section(engine: Engine = Engine.STUB, references: Any = None, **values: Any) -> Section:
    """A resource with these values."""
    made = resource("aws_instance.a", references=references, **values)
    return Section(made, made.values, "", engine)


def test_a_computed_argument_that_nobody_set_is_left_to_the_provider() -> None:
    assert section(volume_size=UNKNOWN).number("volume_size") is None


def test_an_argument_that_refers_to_something_unknown_is_not_known() -> None:
    one = section(references={"volume_size": ("aws_x.y.size",)}, volume_size=UNKNOWN)
    with pytest.raises(NotKnown, match="volume_size is not known"):
        one.number("volume_size")


def test_without_a_plan_every_unknown_value_is_one_that_was_set() -> None:
    with pytest.raises(NotKnown):
        section(Engine.TFPARSE, volume_size=UNKNOWN).number("volume_size")


def test_a_secret_is_not_read() -> None:
    with pytest.raises(NotKnown, match="is a secret"):
        section(username=Masked(fingerprint="x")).text("username")


def test_places_of_nested_blocks_are_named_as_references_name_them() -> None:
    one = section(disk=[{"ebs": [{"size": UNKNOWN}]}], references={"disk[0].ebs[0].size": ("var.size",)})
    with pytest.raises(NotKnown, match=r"disk\[0\]\.ebs\[0\]\.size"):
        one.block("disk").block("ebs").number("size")


def test_an_absent_block_reads_as_an_empty_one() -> None:
    one = section().block("disk")
    assert one.number("size") is None
    assert one.text("type", "gp2") == "gp2"
    assert one.flag("encrypted") is False


def test_elements_that_are_not_known_are_counted_by_what_they_refer_to() -> None:
    told = {"subnet_ids": ("aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b")}
    assert section(references=told, subnet_ids=UNKNOWN).count("subnet_ids") == 2


@pytest.mark.parametrize("value", [True, "x", float("nan"), float("inf"), "-1", -1, "1e99", MOST + 1, [], None])
def test_what_cannot_be_meant_is_no_number(value: Any) -> None:
    assert number_of(value) is None


@given(st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False, places=4))
def test_numbers_are_read_exactly_however_they_are_written(value: Decimal) -> None:
    assert number_of(str(value)) == number_of(value) == value
