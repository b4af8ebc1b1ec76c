"""The bundled schemas: which one is chosen, what they say, and that they cost nothing before they are asked."""

import gzip
import subprocess
import sys
from importlib.resources import files

import pytest

from costopt.errors import TerraformError
from costopt.terraform.schema import catalog
from costopt.terraform.schema.blocks import object_fields
from costopt.terraform.schema.catalog import bundled, bundled_name, choose, load


@pytest.mark.parametrize(
    ("provider", "constraints", "locked", "version", "allowed"),
    [
        ("aws", "~> 6.0", None, "6.69.1", True),
        ("aws", "~> 5.0", None, "5.99.1", True),
        ("registry.terraform.io/hashicorp/aws", ">= 5.0, < 7.0", None, "6.69.1", True),
        ("registry.opentofu.org/hashicorp/aws", "", None, "6.69.1", True),
        ("aws", ["~> 5.0", ">= 5.31"], None, "5.99.1", True),
        ("aws", ">= 5.0", "5.31.0", "5.99.1", True),
        ("aws", ">= 5.0", "6.70.0", "6.69.1", True),
        ("aws", "~> 4.67", None, "5.99.1", False),
        ("aws", "~> 7.0", None, "6.69.1", False),
        ("aws", "= 6.1.0", None, "6.69.1", False),
        ("aws", "= 5.31.0", None, "5.99.1", False),
        ("google", "~> 6.0", None, "6.50.0", True),
        ("google", ">= 7.0, < 8.0", None, "8.7.0", False),
        ("registry.terraform.io/hashicorp/google-beta", "~> 8.0", None, "8.7.0", True),
    ],
)
def test_the_users_constraints_choose_the_version(
    provider: str, constraints: str | list[str], locked: str | None, version: str, allowed: bool
) -> None:
    choice = choose(provider, constraints, locked=locked)
    assert (choice.version, choice.is_allowed) == (version, allowed)


@pytest.mark.parametrize(
    "address", ["registry.terraform.io/datadog/datadog", "registry.terraform.io/evil/aws", "example.com/hashicorp/aws"]
)
def test_a_provider_of_somebody_else_is_not_bundled(address: str) -> None:
    assert bundled_name(address) is None
    with pytest.raises(TerraformError, match="no schema of the provider"):
        choose(address)


def test_the_versions_that_were_promised_are_there() -> None:
    assert bundled()["aws"] == ("6.69.1", "5.99.1")
    assert bundled()["google"] == ("8.7.0", "6.50.0")


@pytest.mark.parametrize(
    ("name", "version", "resources", "data"),
    [
        ("aws", "6.69.1", 1735, 685),
        ("aws", "5.99.1", 1514, 608),
        ("google", "8.7.0", 1375, 471),
        ("google", "6.50.0", 1096, 373),
    ],
)
def test_a_schema_is_whole(name: str, version: str, resources: int, data: int) -> None:
    schema = load(name, version)
    assert (len(schema.resource_types), len(schema.data_types)) == (resources, data)
    assert schema.version == version


def test_what_a_schema_says_of_an_instance_is_what_its_documentation_says() -> None:
    """https://registry.terraform.io/providers/hashicorp/aws/6.69.1/docs/resources/instance"""
    block = load("aws", "6.69.1").resource("aws_instance")
    assert block
    assert block.attributes["instance_type"].optional
    assert block.attributes["arn"].is_read_only
    assert block.attributes["tags"].type == ["map", "string"]
    assert block.block_types["root_block_device"].max_items == 1
    assert block.block_types["ebs_block_device"].nesting_mode == "set"
    assert object_fields(block)["root_block_device"][0] == "list"


def test_what_changed_between_versions_is_known() -> None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/version-6-upgrade"""
    five, six = (load("aws", version).resource("aws_eip") for version in ("5.99.1", "6.69.1"))
    assert five
    assert six
    assert "vpc" in five.attributes
    assert "vpc" not in six.attributes


def test_an_unknown_type_is_no_resource() -> None:
    assert load("aws", "6.69.1").resource("aws_no_such_thing") is None
    assert load("aws", "6.69.1").data_source("aws_ebs_volume") is not None


def test_data_carries_its_origin_and_licence_and_no_time() -> None:
    for entry in files("costopt.terraform.schema").joinpath("data").iterdir():
        name, _, version = entry.name.removesuffix(".json.gz").rpartition("-")
        assert "MPL-2.0" in load(name, version).notice
        assert "(PyPI)" in load(name, version).notice
        content = entry.read_bytes()
        assert content[4:8] == b"\0\0\0\0", "the time of a gzip file"
        assert gzip.decompress(content).startswith(b'{"data_sources"')


def test_nothing_is_read_before_it_is_asked_for() -> None:
    program = (
        "import sys, builtins, gzip\n"
        "gzip.decompress = None\n"
        "import costopt.terraform.schema.catalog as catalog, costopt.terraform.evaluate.engine\n"
        "assert catalog.choose('aws', '~> 6.0').version == '6.69.1'\n"
        "heavy = {'grpc', 'msgpack', 'tfparse', 'tree_sitter', 'google'} & set(sys.modules)\n"
        "assert heavy <= {'msgpack'}, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_damaged_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: bytes) -> bytes:
        raise EOFError("cut off")

    monkeypatch.setattr(catalog.gzip, "decompress", broken)
    with pytest.raises(TerraformError, match=r"the schema of tls 4\.4\.1 cannot be read") as told:
        load.__wrapped__("tls", "4.4.1")
    assert told.value.hint == "reinstall costopt"
