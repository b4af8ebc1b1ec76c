"""A nested block goes below its like or to the end of the block, laid out as what is there."""

from pathlib import Path

import pytest

from costopt.terraform.hcl.rewrite import NestedBlock, rewrite
from costopt.terraform.hcl.source import parse_source
from tests.oracles.terraform_binary import needs_terraform
from tests.terraform.hcl.test_rewrite import formatted

TEXT = "rule {\n  age = 90\n\n  action {\n    type = 1\n  }\n}"
INSIDE = "  rule {\n    age = 90\n\n    action {\n      type = 1\n    }\n  }\n"


def nested(content: str) -> str:
    source = parse_source(Path("main.tf"), content.encode())
    block = next(source.blocks("resource"))
    return rewrite(source, [NestedBlock(block=block, name="rule", text=TEXT)]).decode()


HEAD = 'resource "b" "x" {\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD + "}\n", HEAD + INSIDE + "}\n"),
        (HEAD + "  a = 1\n}", HEAD + "  a = 1\n\n" + INSIDE + "}"),
        (HEAD + "  a = 1 # last\n  # end\n}\n", HEAD + "  a = 1 # last\n  # end\n\n" + INSIDE + "}\n"),
        (HEAD + "  rule {\n  }\n  a = 1\n}\n", HEAD + "  rule {\n  }\n\n" + INSIDE + "\n  a = 1\n}\n"),
        (HEAD + "  rule {\n  }\n\n  a = 1\n}\n", HEAD + "  rule {\n  }\n\n" + INSIDE + "\n  a = 1\n}\n"),
        (
            HEAD + '  dynamic "rule" {\n    content {}\n  }\n  other {\n  }\n}\n',
            HEAD + '  dynamic "rule" {\n    content {}\n  }\n\n' + INSIDE + "\n  other {\n  }\n}\n",
        ),
        ('resource "b" "x" { a = 1 }\n', HEAD + "  a = 1\n" + INSIDE + "}\n"),
        ('resource "b" "x" {}\n', HEAD + INSIDE + "}\n"),
    ],
)
def test_a_block_is_added_below_its_like_or_at_the_end(before: str, after: str) -> None:
    assert nested(before) == after
    assert nested(before.replace("\n", "\r\n")) == after.replace("\n", "\r\n")


def test_a_block_that_is_set_in_has_its_own_set_in_further() -> None:
    before = 'locals {\n}\n    resource "b" "x" {\n        a = 1\n        rule {\n        }\n    }\n'
    assert nested(before).count("\n        rule {\n") == 2


@needs_terraform
def test_what_terraform_has_formatted_stays_so() -> None:
    after = nested(HEAD + "  name     = 1\n  location = 2\n}\n").encode()
    assert formatted(after) == after
