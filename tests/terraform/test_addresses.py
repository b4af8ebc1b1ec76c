"""Addresses, as terraform writes them (test_state.py compares with the real one)."""

import pytest

from costopt.model.terraform import path_text
from costopt.terraform.addresses import resource_address, without_indices


@pytest.mark.parametrize(
    ("module", "index", "address"),
    [
        ("", None, "aws_x.y"),
        ("module.a.module.b[0]", None, "module.a.module.b[0].aws_x.y"),
        ("", 3, "aws_x.y[3]"),
        ("", 'a"b\\c', 'aws_x.y["a\\"b\\\\c"]'),
        ("", "${x}%{y}$z", 'aws_x.y["$${x}%%{y}$z"]'),
        ("", "\n\t\x07", 'aws_x.y["\\n\\t\\u0007"]'),
        ("", "", 'aws_x.y[""]'),
    ],
)
def test_an_address_is_written_as_terraform_writes_it(module: str, index: str | int | None, address: str) -> None:
    assert resource_address(module, "aws_x", "y", index) == address


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("aws_x.y", "aws_x.y"),
        ('module.a["k.[0]"].aws_x.y[0]', "module.a.aws_x.y"),
        ('aws_x.y["a\\"]b"]', "aws_x.y"),
    ],
)
def test_the_block_of_an_instance_has_no_keys(address: str, block: str) -> None:
    assert without_indices(address) == block


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("root_block_device", 0, "volume_type"), "root_block_device[0].volume_type"),
        (("tags", "kubernetes.io/x"), 'tags["kubernetes.io/x"]'),
        (("tags", 'a"b'), 'tags["a\\"b"]'),
        (("tags", ""), 'tags[""]'),
        (("tags", "0"), 'tags["0"]'),
        (("a-b",), "a-b"),
    ],
)
def test_a_path_is_written_as_terraform_writes_it(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text
