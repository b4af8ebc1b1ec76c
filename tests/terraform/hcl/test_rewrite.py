"""An edit changes the bytes of its place and nothing else."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.hcl.rewrite import Addition, Replacement, rewrite
from costopt.terraform.hcl.source import Source, expression_of, parse_source
from tests.oracles.terraform_binary import BINARY, needs_terraform

FILE = Path("main.tf")
BOM = b"\xef\xbb\xbf"
LAYOUT = b"""# head

resource "aws_instance" "web" {
  count = 2

  ami                    = "ami-1"       # not aligned by anybody
  instance_type          = "m5.large" /* kept */
  vpc_security_group_ids = [
    "sg-1", # first
  ]

  tags = { Name = "web", "odd key" = "x" }
  user_data = <<-EOT
    instance_type = "m5.large"
  EOT
}
"""


def source_of(content: bytes) -> Source:
    return parse_source(FILE, content)


def replaced(content: bytes, name: str, expression: str, kind: str = "resource") -> bytes:
    source = source_of(content)
    attribute = source.attribute(next(source.blocks(kind)), name)
    assert attribute
    node = expression_of(attribute)
    return rewrite(source, [Replacement(start=node.start_byte, end=node.end_byte, expression=expression)])


def added(content: bytes, *pairs: tuple[str, str], kind: str = "resource") -> bytes:
    source = source_of(content)
    block = next(source.blocks(kind))
    return rewrite(source, [Addition(block=block, name=name, expression=value) for name, value in pairs])


def formatted(content: bytes) -> bytes:
    assert BINARY
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    ended = subprocess.run([BINARY, "fmt", "-"], input=content, capture_output=True, check=True, env=environment)
    return ended.stdout


def test_comments_heredocs_and_odd_layout_stay_as_they_are() -> None:
    edited = replaced(LAYOUT, "instance_type", '"m6g.xlarge"')
    assert edited == LAYOUT.replace(b'"m5.large" /* kept */', b'"m6g.xlarge" /* kept */')


def test_a_byte_order_mark_crlf_and_a_missing_last_line_end_stay() -> None:
    content = BOM + LAYOUT.replace(b"\n", b"\r\n").rstrip()
    edited = replaced(content, "instance_type", '"m6g.xlarge"')
    assert edited == content.replace(b'"m5.large" /* kept */', b'"m6g.xlarge" /* kept */')


def test_an_added_attribute_goes_below_the_arguments_of_the_resource_and_not_to_count() -> None:
    lines = added(LAYOUT, ("monitoring", "true")).decode().splitlines()
    assert lines[lines.index("  ]") + 1] == "  monitoring = true"


def test_an_added_attribute_takes_the_line_ends_of_its_file() -> None:
    edited = added(LAYOUT.replace(b"\n", b"\r\n"), ("monitoring", "true"))
    assert b"  monitoring = true\r\n" in edited
    assert b"\n" not in edited.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'resource "a" "b" {}\n', b'resource "a" "b" {\n  x = 1\n}\n'),
        (b'resource "a" "b" { y = 2 }\n', b'resource "a" "b" {\n  y = 2\n  x = 1\n}\n'),
        (b'resource "a" "b" {\n}\n', b'resource "a" "b" {\n  x = 1\n}\n'),
        (b'resource "a" "b" {\n  # why\n  c {}\n}\n', b'resource "a" "b" {\n  x = 1\n  # why\n  c {}\n}\n'),
        (b'resource "a" "b" { # why\n  c {}\n}', b'resource "a" "b" { # why\n  x = 1\n  c {}\n}'),
        (b'resource "a" "b" {\r\n\ty = 2\r\n}', b'resource "a" "b" {\r\n\ty = 2\r\n\tx = 1\r\n}'),
    ],
)
def test_blocks_of_every_layout_take_an_attribute(content: bytes, expected: bytes) -> None:
    assert added(content, ("x", "1")) == expected


def test_several_edits_of_one_file_are_made_at_once() -> None:
    source = source_of(b'locals {\n  a = 1\n  b = "x"\n}\nresource "r" "n" {\n  c = 2\n}\n')
    block = next(source.blocks("locals"))
    nodes = [expression_of(attribute) for name in "ab" if (attribute := source.attribute(block, name))]
    changes = [Replacement(start=node.start_byte, end=node.end_byte, expression="[1, 2]") for node in nodes]
    more = Addition(block=next(source.blocks("resource")), name="d", expression="3")
    edited = rewrite(source, [more, *reversed(changes)])
    assert edited == b'locals {\n  a = [1, 2]\n  b = [1, 2]\n}\nresource "r" "n" {\n  c = 2\n  d = 3\n}\n'


def test_columns_are_kept_where_they_were_kept_and_left_alone_where_they_were_not() -> None:
    aligned = b'resource "r" "n" {\n  a  = 1   # one\n  bc = 200 # two\n}\n'
    assert added(aligned, ("long", "3")) == (
        b'resource "r" "n" {\n  a    = 1   # one\n  bc   = 200 # two\n  long = 3\n}\n'
    )
    loose = b'resource "r" "n" {\n  a = 1 # one\n  bc = 200 # two\n}\n'
    assert added(loose, ("long", "3")) == loose.replace(b"# two\n", b"# two\n  long = 3\n")


def test_a_longer_value_moves_the_comments_that_stood_in_one_column() -> None:
    aligned = b'resource "r" "n" {\n  a = "x"   # one\n  b = "xyz" # two\n}\n'
    assert replaced(aligned, "a", '"much longer"') == (
        b'resource "r" "n" {\n  a = "much longer" # one\n  b = "xyz"         # two\n}\n'
    )


FORMATTED = st.sampled_from(
    [
        b'resource "r" "n" {\n  a   = 1 # one\n  bcd = [2] # two\n\n  e = {\n    f = 1\n  }\n  ghij = 1\n}\n',
        b'resource "r" "n" {\n  a = <<EOT\n x = 1\nEOT\n  b = "t"\n\n  c {\n    d = 1\n  }\n}\n',
        b'resource "r" "n" {\n  "quoted" = 1\n}\n'.replace(b'"quoted"', b"quoted"),
        b'resource "r" "n" {\n  for_each = {}\n\n  a = {\n    "\xc3\xa9\xcc\x81" = 1, b = 2\n    cc = 3 # c\n  }\n}\n',
        b'resource "r" "n" {\n  provider = aws.west\n}\n',
        b'resource "r" "n" {\n  # only this\n}\n',
    ]
)
NAMES = st.text("abcdefghij_", min_size=1, max_size=12).filter(lambda name: not name.startswith("_"))


@needs_terraform
@settings(max_examples=10, deadline=None)
@given(content=FORMATTED, name=NAMES, value=st.sampled_from(['"x"', "1", "[1, 2]", '{ a = "b" }']))
def test_what_terraform_calls_formatted_stays_so(content: bytes, name: str, value: str) -> None:
    content = formatted(content)
    edited = added(content, (f"new_{name}", value))
    assert formatted(edited) == edited


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=6, unique=True),
    blanks=st.lists(st.sampled_from([" ", "  ", "\t"]), min_size=6, max_size=6),
    ends=st.sampled_from(["\n", "\r\n"]),
    place=st.integers(0, 5),
    comment=st.sampled_from(["", " # c", " // = {", " /* } */"]),
)
def test_an_edit_changes_one_value_and_no_other_byte(
    names: list[str], blanks: list[str], ends: str, place: int, comment: str
) -> None:
    lines = [f'  {name}{blank}= "v{i}"{comment}' for i, (name, blank) in enumerate(zip(names, blanks, strict=False))]
    content = ends.join(['resource "r" "n" {', *lines, "}"]).encode()
    chosen = place % len(names)
    edited = replaced(content, names[chosen], '"new"')
    before, after = ([line.split() for line in text.split(ends.encode())] for text in (content, edited))
    expected = [[b'"new"' if word == f'"v{chosen}"'.encode() else word for word in line] for line in before]
    assert after == expected
    assert read_hcl(edited, FILE)


def test_numbers_with_exponents_and_marks_that_mean_themselves_stay_as_they_are() -> None:
    content = b'resource "a" "b" {\n  size = 1e3\n  note = "cost: $$${x} %%%{y}"\n  type = "old"\n}\n'
    assert replaced(content, "type", '"new"') == content.replace(b"old", b"new")
    assert replaced(content, "size", "2000") == content.replace(b"1e3", b"2000")
