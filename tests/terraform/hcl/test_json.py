"""JSON is edited byte by byte: what another reader makes of the file differs in the one value that was asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.errors import TerraformError
from costopt.terraform.hcl.json_tree import JsonNotEdited
from costopt.terraform.hcl.rewrite import Addition, Replacement, rewrite
from costopt.terraform.hcl.source import Source, Syntax, expression_of, parse_source
from costopt.terraform.hcl.spelling import spell

VALUES = Path("terraform.tfvars.json")
BOM = b"\xef\xbb\xbf"


def source_of(content: bytes) -> Source:
    return parse_source(VALUES, content)


def replaced(content: bytes, name: str, value: Any) -> bytes:
    source = source_of(content)
    attribute = source.attribute(source.root, name)
    assert attribute
    node = expression_of(attribute)
    written = spell(value, source.syntax)
    return rewrite(source, [Replacement(start=node.start_byte, end=node.end_byte, expression=written)])


def added(content: bytes, *pairs: tuple[str, str]) -> bytes:
    source = source_of(content)
    (block,) = source.root.named_children
    return rewrite(source, [Addition(block=block, name=name, expression=value) for name, value in pairs])


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
TREES = st.recursive(LEAVES, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(), one, max_size=3))


@settings(max_examples=40, deadline=None)
@given(
    document=st.dictionaries(st.text(max_size=4), TREES, min_size=1, max_size=4),
    indent=st.sampled_from([None, 1, "\t"]),
    ascii_only=st.booleans(),
    value=st.text(st.characters(max_codepoint=126)) | st.integers() | st.booleans(),
    data=st.data(),
)
def test_one_value_changes_and_every_other_byte_stays(
    document: dict[str, Any], indent: Any, ascii_only: bool, value: Any, data: st.DataObject
) -> None:
    def written(values: dict[str, Any]) -> bytes:
        return json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode()

    name = data.draw(st.sampled_from(sorted(document)))
    assert replaced(written(document), name, value) == written({**document, name: value})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{\n  "a": 1\n}\n', b'{\n  "a": 1,\n  "b": 2\n}\n'),
        (b'{\r\n\t"a" : 1\r\n}', b'{\r\n\t"a" : 1,\r\n\t"b" : 2\r\n}'),
        (b'{"x":0,"a":1}', b'{"x":0,"a":1,"b":2}'),
        (b'{"x": 0, "a": 1}', b'{"x": 0, "a": 1, "b": 2}'),
        (b'{"a": 1}', b'{"a": 1, "b": 2}'),
        (b"{}", b'{"b": 2}'),
        (BOM + b'{ "a": 1 }', BOM + b'{ "a": 1, "b": 2 }'),
    ],
)
def test_a_new_member_is_laid_out_as_the_one_before(before: bytes, after: bytes) -> None:
    assert added(before, ("b", "2")) == after


def test_odd_layout_line_ends_and_a_byte_order_mark_stay() -> None:
    content = BOM + b'\r\n{ "a"\r\n :\r\n 1e3\r\n ,\t"b":[ 1 , {"c" :"\\/\\ud83d\\ude00"} ]}'
    assert replaced(content, "a", 2000) == content.replace(b"1e3", b"2000")


@pytest.mark.parametrize(
    ("syntax", "written"), [(Syntax.JSON, '"$${a} %%{b} \\u202e\\""'), (Syntax.JSON_VALUES, '"${a} %{b} \\u202e\\""')]
)
def test_a_text_is_no_template_and_hides_nothing(syntax: Syntax, written: str) -> None:
    assert spell('${a} %{b} \u202e"', syntax) == written


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"1", b'{"a": NaN}', b"{'a': 1}", b'{"a": 1,}', b"\xff", b"[" * 9_999]
)
def test_what_is_no_object_in_json_is_refused(content: bytes) -> None:
    with pytest.raises(TerraformError, match=r"terraform\.tfvars\.json"):
        source_of(content)


def test_a_name_that_stands_twice_is_not_edited() -> None:
    with pytest.raises(JsonNotEdited, match="'b' stands twice"):
        source_of(b'{"a": {"b": 1, "b": 2}}')
