"""Directories, the modules that they call, and the providers that they need."""

import json
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN
from costopt.terraform.configuration.directory import configuration_files, read_configuration
from costopt.terraform.configuration.json_syntax import read_json
from costopt.terraform.configuration.providers import Requirement, provider_address, required_providers


def test_terraforms_files_are_read_and_others_are_not(tmp_path: Path) -> None:
    for name in ("b.tf", "a.tf.json", "c.tofu", ".hidden.tf", "x.tf.bak", "x.tfvars", "#x.tf"):
        (tmp_path / name).write_text("{}" if name.endswith("json") else "")
    assert [path.name for path in configuration_files(tmp_path)] == ["#x.tf", "a.tf.json", "b.tf", "c.tofu"]


def test_modules_are_followed_locally_and_through_the_manifest(estate: Path) -> None:
    installed = estate / ".terraform/modules/vpc"
    (installed / "modules/sub").mkdir(parents=True)
    (installed / "main.tf").write_text('module "sub" {\n  source = "./modules/sub"\n}\n')
    (installed / "modules/sub/main.tf").write_text("locals {\n}\n")
    entries = [{"Key": "", "Dir": "."}, {"Key": "vpc", "Dir": ".terraform/modules/vpc"}]
    (estate / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": entries}))
    (estate / "vpc.tf").write_text(
        'module "vpc" {\n  source = "a/b/c"\n}\nmodule "absent" {\n  source = "git::https://example.com/x"\n}\n'
    )
    configuration = read_configuration(estate)
    found = {call.path: call.folder for call in configuration.calls}
    assert found["app",] == estate / "modules/app"
    assert found["vpc", "sub"] == installed / "modules/sub"
    assert [call.path for call in configuration.missing] == [("absent",)]
    assert [call.is_local for call in configuration.calls if call.path in {("app",), ("absent",)}] == [True, False]


def test_one_module_that_is_called_twice_is_read_once(estate: Path) -> None:
    (estate / "more.tf").write_text('module "again" {\n  source = "./modules/app/"\n}\n')
    configuration = read_configuration(estate)
    assert len(configuration.modules) == 2
    assert len(configuration.calls) == 2


@pytest.mark.parametrize("content", ["[]", "{", '{"Modules": 7}', '{"Modules": [{}]}'])
def test_a_damaged_manifest_is_refused(estate: Path, content: str) -> None:
    (estate / ".terraform/modules").mkdir(parents=True)
    (estate / ".terraform/modules/modules.json").write_text(content)
    with pytest.raises(TerraformError, match="is not a list of modules"):
        read_configuration(estate)


def test_a_file_that_is_too_large_is_refused(estate: Path) -> None:
    with (estate / "large.tf").open("wb") as stream:
        stream.truncate(10_000_001)
    with pytest.raises(TerraformError, match="larger than"):
        read_configuration(estate)


def test_providers_are_collected_with_constraints_of_all_modules_and_the_lock(estate: Path) -> None:
    (estate / "more.tf").write_text(
        'terraform {\n  required_providers {\n    dd = { source = "DataDog/datadog" }\n    old = "~> 1.0"\n  }\n}\n'
        'resource "random_pet" "x" {\n}\nresource "google_compute_disk" "x" {\n  provider = google-beta\n}\n'
        'resource "terraform_data" "x" {\n}\n'
    )
    (estate / ".terraform.lock.hcl").write_text(
        'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.1.0"\n}\n'
    )
    address = "registry.terraform.io/"
    assert required_providers(read_configuration(estate)) == {
        f"{address}datadog/datadog": Requirement(address=f"{address}datadog/datadog"),
        f"{address}hashicorp/aws": Requirement(
            address=f"{address}hashicorp/aws", constraints=("~> 6.0",), locked="6.1.0"
        ),
        f"{address}hashicorp/google-beta": Requirement(address=f"{address}hashicorp/google-beta"),
        f"{address}hashicorp/old": Requirement(address=f"{address}hashicorp/old", constraints=("~> 1.0",)),
        f"{address}hashicorp/random": Requirement(address=f"{address}hashicorp/random"),
    }


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("aws", "registry.terraform.io/hashicorp/aws"),
        ("DataDog/datadog", "registry.terraform.io/datadog/datadog"),
        ("example.com/a/b", "example.com/a/b"),
    ],
)
def test_a_source_is_completed(source: str, address: str) -> None:
    assert provider_address(source) == address


def test_json_blocks_are_read_as_hcl_ones() -> None:
    document = {
        "//": "a comment",
        "resource": {"aws_x": {"a": {"n": 1.5, "t": "${x}"}, "b": [{}, {}]}},
        "locals": [{"x": 1}, {"y": ["a", "%{ if x }"]}],
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
    }
    blocks = read_json(json.dumps(document).encode(), Path("m.tf.json"))
    assert [(block.type, block.labels) for block in blocks] == [
        ("resource", ("aws_x", "a")),
        ("resource", ("aws_x", "b")),
        ("resource", ("aws_x", "b")),
        ("locals", ()),
        ("locals", ()),
        ("terraform", ()),
    ]
    text = blocks[0].argument("t")
    assert text
    assert text.value is UNKNOWN


def test_json_that_is_nested_too_deep_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text('{"locals": {"a": ' + "[" * 900 + "]" * 900 + "}}")
    with pytest.raises(TerraformError, match="nested too deep"):
        read_configuration(tmp_path)
