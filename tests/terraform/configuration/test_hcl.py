"""HCL is read as it is written; what is no literal is unknown."""

import contextlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.hcl import number, read_hcl, unescape

FILE = Path("main.tf")


def value(expression: str) -> Any:
    (block,) = read_hcl(f"locals {{\n  x = {expression}\n}}\n".encode(), FILE)
    (argument,) = block.arguments
    return argument.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"text"', "text"),
        ('""', ""),
        ('" "', " "),
        ('" a "', " a "),
        (r'"q\"w\\ \n \u00e9 \U0001F600 $${x} %%{y} $ %"', 'q"w\\ \n é 😀 ${x} %{y} $ %'),
        ("7", 7),
        ("-7", -7),
        ("0.1", Decimal("0.1")),
        ("1.5e3", 1500),
        ("1.0e400", Decimal("1e400")),
        ("1e3", 1000),
        ("25E-1", Decimal("2.5")),
        ("[1e3, 2e+1]", [1000, 20]),
        ('{ k1e3 = 1, k-1e3 = "1e3" }', {"k1e3": 1, "k-1e3": "1e3"}),
        ('"x$$${b}y"', "x$${b}y"),
        ('"x$$$$${b} %%%{if c}"', "x$$$${b} %%{if c}"),
        ('"$%${b}"', UNKNOWN),
        ("true", True),
        ("null", None),
        ("[1, 2, # c\n 3,]", [1, 2, 3]),
        ('{ a = 1, "b c" : 2 }', {"a": 1, "b c": 2}),
        ('{ a = var.x, b = ["${c}"] }', {"a": UNKNOWN, "b": [UNKNOWN]}),
        ("{ (var.k) = 1 }", UNKNOWN),
        ("var.x", UNKNOWN),
        ('"${var.x}"', UNKNOWN),
        ("1 + 1", UNKNOWN),
        ("!true", UNKNOWN),
        ("f(1)", UNKNOWN),
        ("<<EOT\nhi\nEOT\n", UNKNOWN),
        ("[for x in y : x]", UNKNOWN),
    ],
)
def test_a_value_is_what_is_written_out(expression: str, expected: Any) -> None:
    found = value(expression)
    assert found == expected
    assert type(found) is type(expected)


def test_blocks_keep_labels_places_and_order() -> None:
    text = '\ufeffresource aws_instance "web" {\r\n  a = 1\r\n  b {\r\n    c = 2\r\n  }\r\n  b {}\r\n}\r\nlocals {}'
    resource, local = read_hcl(text.encode(), FILE)
    assert (resource.type, resource.labels, resource.line) == ("resource", ("aws_instance", "web"), 1)
    assert [(nested.type, nested.line) for nested in resource.nested("b")] == [("b", 3), ("b", 6)]
    assert resource.argument("absent") is None
    assert (local.type, local.line) == ("locals", 8)


@pytest.mark.parametrize(
    ("text", "line"), [("a {\n  x = \n}\n", 2), ('a = "x\n', 1), ("a {\n", 1), ("locals {\n}\n}\n", 3), ("a : 1\n", 1)]
)
def test_what_is_no_hcl_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TerraformError, match=r"main\.tf:\d+: this is not valid HCL") as refused:
        read_hcl(text.encode(), FILE)
    assert abs(int(str(refused.value).split(":")[1]) - line) <= 1


@pytest.mark.parametrize("text", ["x = " + "[" * 3000 + "]" * 3000 + "\n", "b {\n" * 3000 + "}\n" * 3000])
def test_deep_nesting_does_no_harm(text: str) -> None:
    with contextlib.suppress(TerraformError):
        read_hcl(text.encode(), FILE)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_do_worse_than_to_be_refused(content: bytes) -> None:
    with contextlib.suppress(TerraformError):
        read_hcl(content, FILE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("1.0", 1), ("1e2", 100), ("x", None), ("", None), ("NaN", None), ("Infinity", None)],
)
def test_numbers(text: str, expected: Any) -> None:
    assert number(text) == expected


def test_an_escape_beyond_unicode_is_replaced() -> None:
    assert unescape("\\UFFFFFFFF") == "�"


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u0085", "\u3000"])
def test_a_text_that_ends_elsewhere_for_terraform_than_here_hides_no_block(blank: str) -> None:
    text = (
        f'locals {{\n  a = <<EOT\nx\n{blank}EOT\n}}\nresource "a" "hidden" {{\n}}\nlocals {{\n  b = <<EOT\ny\nEOT\n}}\n'
    )
    with pytest.raises(TerraformError, match=r"main\.tf:4: unusual blanks"):
        read_hcl(text.encode(), Path("main.tf"))


def test_unusual_blanks_are_let_be_elsewhere() -> None:
    (block,) = read_hcl("locals {\n  a = <<EOT\n\u00a0two words\nEOT\n}\n".encode(), Path("main.tf"))
    assert block.type == "locals"
