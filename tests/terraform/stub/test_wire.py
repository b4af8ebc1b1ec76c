"""The codec by hand agrees with Google's."""

import pytest
from google.protobuf.descriptor_pb2 import EnumValueDescriptorProto, FileDescriptorProto
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.terraform.stub.wire import WireError, bytes_field, number_field, parse, text_of, varint


@settings(max_examples=50, deadline=None)
@given(name=st.text(max_size=200), number=st.integers(0, 2**31 - 1), parts=st.lists(st.text(max_size=5), max_size=4))
def test_what_is_written_is_what_google_reads(name: str, number: int, parts: list[str]) -> None:
    value = EnumValueDescriptorProto.FromString(bytes_field(1, name) + number_field(2, number))
    assert (value.name, value.number) == (name, number)
    file = FileDescriptorProto(name=name, dependency=parts)
    fields = parse(file.SerializeToString())
    assert text_of(fields, 1) == name
    assert [part.decode() for part in fields.get(3, []) if isinstance(part, bytes)] == parts


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (2**64 - 1, "ff" * 9 + "01")],
)
def test_numbers_are_encoded_as_the_documentation_shows(number: int, encoded: str) -> None:
    assert varint(number).hex() == encoded


def test_fields_of_fixed_width_are_passed_over() -> None:
    assert parse(b"\x09" + b"x" * 8 + b"\x15" + b"y" * 4 + bytes_field(3, "z"))[3] == [b"z"]


@pytest.mark.parametrize("message", [b"\x0a\x05ab", b"\x80", b"\x0b", b"\xff" * 11, b"\x0a", b"\x09abc"])
def test_a_message_that_is_cut_off_is_refused(message: bytes) -> None:
    with pytest.raises(WireError):
        parse(message)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_no_bytes_do_worse_than_to_be_refused(message: bytes) -> None:
    try:
        parse(message)
    except WireError:
        return
