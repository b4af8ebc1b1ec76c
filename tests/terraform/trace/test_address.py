"""Addresses are taken apart as terraform puts them together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.errors import TerraformError
from costopt.terraform.addresses import resource_address
from costopt.terraform.trace.address import Address, parse_address

NAME = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda name: name != "module")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), max_size=10)
KEY = st.none() | st.integers(0, 99) | TEXT.filter(lambda key: "${" not in key and "%{" not in key)


@given(modules=st.lists(st.tuples(NAME, KEY), max_size=3), type_name=NAME, name=NAME, key=KEY)
def test_an_address_is_read_as_it_was_written(
    modules: list[tuple[str, str | int | None]], type_name: str, name: str, key: str | int | None
) -> None:
    steps = [resource_address("", "module", called, index) for called, index in modules]
    text = resource_address(".".join(steps), type_name, name, key)
    assert parse_address(text) == Address(modules=tuple(modules), type=type_name, name=name, key=key)


@pytest.mark.parametrize("text", ["", "aws_instance", "aws_instance.", "a.b.c", "a[0].b", "module.x", "a..b", "a.b[x]"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(TerraformError, match="no address"):
        parse_address(text)
