"""The part of protobuf's wire format that the plugin protocol needs: varints and length-delimited fields.

Sources: https://protobuf.dev/programming-guides/encoding/ and
https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/tfplugin6.proto
"""

Fields = dict[int, list[bytes | int]]
"""Values of a message by the numbers of its fields, in the order in which they came."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """Bytes that are no message."""


def varint(number: int) -> bytes:
    """A number from 0 on, seven bits to a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def bytes_field(field: int, content: bytes | str) -> bytes:
    """A field that holds text, bytes or a message."""
    if isinstance(content, str):
        content = content.encode()
    return varint(field << 3 | _BYTES) + varint(len(content)) + content


def number_field(field: int, number: int) -> bytes:
    """A field that holds a number or a truth value; the default, 0, is not sent."""
    return varint(field << 3 | _VARINT) + varint(number) if number else b""


def parse(message: bytes) -> Fields:
    """The fields of a message.

    Raises:
        WireError: it is cut off, or holds a type of field that no message of the protocol has.
    """
    fields: Fields = {}
    position = 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        value: bytes | int
        kind = tag & 7
        if kind == _VARINT:
            value, position = _read_varint(message, position)
        else:
            length, position = _length(kind, message, position)
            value = message[position : position + length]
            if len(value) != length:
                raise WireError("a field is longer than its message")
            position += length
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def message_of(fields: Fields, field: int) -> bytes:
    """The bytes of a field, empty where it was not sent."""
    value = fields.get(field, [b""])[0]
    if not isinstance(value, bytes):
        raise WireError(f"field {field} is a number")
    return value


def text_of(fields: Fields, field: int) -> str:
    """The text of a field, "" where it was not sent."""
    return message_of(fields, field).decode()


def _length(kind: int, message: bytes, position: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _read_varint(message, position)
    if kind in (_FIXED64, _FIXED32):
        return (8 if kind == _FIXED64 else 4), position
    raise WireError(f"unknown type of field: {kind}")


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if position >= len(message) or shift > 63:
            raise WireError("a number is cut off or longer than 64 bits")
        byte = message[position]
        position += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number, position
