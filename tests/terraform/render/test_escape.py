"""What goes in comes out: by the reader of configurations, and by terraform itself."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import TerraformError
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.render.escape import aligned, hcl_comment, hcl_key, hcl_string, hcl_value
from costopt.terraform.render.expressions import Expression
from tests.oracles.terraform_binary import needs_terraform, terraform
from tests.terraform.render.naughty import AIMED, naughty, nfc

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PIECES = st.lists(st.sampled_from(AIMED), max_size=4).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXT | PIECES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def read_back(expression: str) -> Any:
    """The value as the project's own reader of configurations reads it, which is another's work."""
    (block,) = read_hcl(f"locals {{\n  value = {expression}\n}}\n".encode(), Path("x.tf"))
    found = block.argument("value")
    assert found
    assert len(block.arguments) == 1
    return found.value


@settings(deadline=None)
@given(TEXT | PIECES)
def test_any_text_reads_back(text: str) -> None:
    assert read_back(hcl_string(text)) == text


@settings(deadline=None)
@given(VALUES)
def test_any_value_reads_back(value: Any) -> None:
    assert normal(read_back(hcl_value(value, 1))) == normal(value)


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {nfc(key): normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    return nfc(value) if isinstance(value, str) else value


@settings(deadline=None)
@given(TEXT | PIECES)
def test_a_comment_never_ends_before_its_line(text: str) -> None:
    blocks = read_hcl(f"locals {{\n  # {hcl_comment(text)}\n  a = 1\n}}\n".encode(), Path("x.tf"))
    assert [one.name for one in blocks[0].arguments] == ["a"]
    assert len(f"# {hcl_comment(text)}".splitlines()) == 1


@needs_terraform
def test_terraform_reads_every_naughty_string_as_value_and_key(tmp_path: Path) -> None:
    strings = naughty()
    keys = [f"{one}{number}" for number, one in enumerate(strings)]
    text = "".join(f"# {hcl_comment(one)}\n" for one in strings)
    text += f'output "values" {{\n{aligned([("value", hcl_value(strings, 1))], 1)}}}\n\n'
    text += f'output "keys" {{\n{aligned([("value", hcl_value(dict.fromkeys(keys, 1), 1))], 1)}}}\n'
    (tmp_path / "main.tf").write_bytes(text.encode())
    formatted = terraform(tmp_path, "fmt", "-check", "-diff", "-no-color")
    assert formatted.returncode == 0, formatted.stdout[:2000]
    for arguments in (("init", "-no-color"), ("plan", "-no-color", "-out=plan")):
        ended = terraform(tmp_path, *arguments)
        assert ended.returncode == 0, ended.stderr
    outputs = json.loads(terraform(tmp_path, "show", "-json", "plan").stdout)["planned_values"]["outputs"]
    assert len(strings) > 500
    assert outputs["values"]["value"] == [nfc(one) for one in strings]
    assert set(outputs["keys"]["value"]) == {nfc(one) for one in keys}


def test_values_have_the_form_that_terraform_gives_them() -> None:
    assert hcl_value(Decimal("1E+3")) == "1000"
    assert hcl_value(0.1) == "0.1"
    assert hcl_value(1e-7) == "0.0000001"
    assert hcl_value(True) == "true"
    assert hcl_value(Expression("var.subnet_ids")) == "var.subnet_ids"
    assert hcl_value({"b": 1, "for": "x"}) == '{\n  b     = 1\n  "for" = "x"\n}'
    assert hcl_value([]) == "[]"


def test_keys_are_bare_only_where_that_is_safe() -> None:
    assert [hcl_key(one) for one in ("Team", "a-b", "9a", "null", "a.b", "\u00e9")] == [
        "Team", "a-b", '"9a"', '"null"', '"a.b"', '"\u00e9"',
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), Decimal("NaN"), "\ud800", {"\udfff": 1}, {1: 2}])
def test_what_terraform_cannot_hold_is_refused(bad: Any) -> None:
    with pytest.raises(TerraformError):
        hcl_value(bad)


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        hcl_value(b"x")


@pytest.mark.parametrize("bad", ['a" b', "a\nb", "a{b", "${a}", "a/b", "", "a#b", "1a"])
def test_an_expression_takes_plain_references_and_types_only(bad: str) -> None:
    with pytest.raises(ValueError, match="no plain expression"):
        Expression(bad)
