"""A value that is written is the value that is read."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import TerraformError
from costopt.model.terraform_patch import Literal
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.hcl.source import expression_of, parse_source
from costopt.terraform.hcl.spelling import spell
from costopt.terraform.trace.expression import inner

HOSTILE = [
    '"} resource "aws_x" "y" {',
    '${file("/etc/passwd")}',
    "%{ if true }x%{ endif }",
    'a"\n  evil = "x',
    "$${x} %%{y} $ % {",
    "\\\\ \\n \\",
    "\u202egnp\u200b",
    "\x00\x1b[31m",
    "*/ # //",
]


def read_back(value: Literal) -> object:
    (block,) = read_hcl(f"locals {{\n  a = {spell(value)}\n}}\n".encode(), Path("x"))
    return block.arguments[0].value


def text_back(text: str) -> str:
    source = parse_source(Path("x"), f"a = {spell(text)}\n".encode())
    attribute = source.attribute(source.root, "a")
    assert attribute
    literal = inner(source, expression_of(attribute))
    assert literal.type == "literal_value"
    return source.quoted(literal.named_children[0])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_texts(text: str) -> None:
    assert "\n" not in spell(text)
    assert "\u202e" not in spell(text)
    if "$${" not in text:  # the reader takes the escape of an escape for one escape; terraform does not
        assert text_back(text) == text


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "${" not in text and "%{" not in text))
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    assert text_back(text) == text


@pytest.mark.parametrize("value", [0, -3, 10**15, True, False, Decimal("0.25"), Decimal("1e-7")])
def test_numbers_and_truth_values_are_read_as_they_were_written(value: Literal) -> None:
    assert read_back(value) == value


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TerraformError, match="no number"):
        spell(Decimal("NaN"))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(TerraformError, match="half of a character"):
        spell("\ud800")
