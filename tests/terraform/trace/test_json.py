"""Owners in JSON are found as in HCL; what cannot be edited there is said with its file."""

import json
from pathlib import Path
from typing import Any

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import AttributePath
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.trace.place import Place, Trace, Untraceable
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables

TYPE: AttributePath = ("instance_type",)


def traced(folder: Path, address: str, path: AttributePath = TYPE) -> Trace | Untraceable:
    configuration = read_configuration(folder)
    return Tracer(Tree(configuration), Variables(folder)).trace(address, path)


def owner(folder: Path, address: str, path: AttributePath = TYPE) -> Place:
    found = traced(folder, address, path)
    assert isinstance(found, Trace), found
    return found.places[0]


def refusal(folder: Path, address: str, path: AttributePath = TYPE) -> Untraceable:
    found = traced(folder, address, path)
    assert isinstance(found, Untraceable)
    return found


def with_instance(folder: Path, body: Any, more: dict[str, Any] | None = None) -> Path:
    document = {"resource": {"aws_instance": {"web": body}}, **(more or {})}
    (folder / "main.tf.json").write_text(json.dumps(document, indent=1))
    return folder.resolve()


FLEET = {"variable": {"size": {"default": "r5.large"}}, "locals": [{"fleet": {"api": {"type": "m5.large"}}}]}
EACH = {"for_each": "${local.fleet}", "instance_type": "${each.value.type}"}


@pytest.mark.parametrize(
    ("body", "address", "path", "written"),
    [
        ({"instance_type": "m5.large"}, "aws_instance.web", TYPE, '"m5.large"'),
        ([{"instance_type": "m5.large"}], "aws_instance.web", TYPE, '"m5.large"'),
        ({"instance_type": "${var.size}"}, "aws_instance.web", TYPE, '"r5.large"'),
        (EACH, 'aws_instance.web["api"]', TYPE, '"m5.large"'),
        ({"root_block_device": {"iops": 3}}, "aws_instance.web", ("root_block_device", 0, "iops"), "3"),
        ({"ebs_block_device": [{"iops": 1}, {"iops": 2}]}, "aws_instance.web", ("ebs_block_device", 1, "iops"), "2"),
        ({"tags": {"Name": "\u00e9 \ud83d\ude00"}}, "aws_instance.web", ("tags", "Name"), '"\\u00e9 \\ud83d\\ude00"'),
        ({"cpu_core_count": "${7}"}, "aws_instance.web", ("cpu_core_count",), '"${7}"'),
    ],
)  # fmt: skip
def test_the_owner_of_a_value_is_found_in_json(
    tmp_path: Path, body: Any, address: str, path: AttributePath, written: str
) -> None:
    place = owner(with_instance(tmp_path, body, FLEET), address, path)
    assert place.source.text(place.node) == written


def test_an_override_in_json_owns_what_it_says(tmp_path: Path) -> None:
    with_instance(tmp_path, {"instance_type": "m5.large"})
    (tmp_path / "main_override.tf.json").write_text(
        '{"resource": {"aws_instance": {"web": {"instance_type": "t3.nano"}}}}'
    )
    assert owner(tmp_path.resolve(), "aws_instance.web").source.path.name == "main_override.tf.json"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('${lookup({a = "b"}, "a")}', "the value is computed"),
        ('${var.a ? "b" : "c"}', "the value is computed"),
        ("m5.${var.a}", "the value is computed"),
        ("${data.aws_instance.other.instance_type}", "the value comes from data.aws_instance.other"),
    ],
)
def test_what_a_template_computes_is_for_a_person(tmp_path: Path, value: str, reason: str) -> None:
    found = refusal(with_instance(tmp_path, {"ami": "a", "instance_type": value}), "aws_instance.web")
    assert (found.reason, found.line) == (reason, 6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"resource": {"aws_instance": {"web": {"ami": "a", "ami": "b"}}}}', "'ami' stands twice in one object"),
        ('{"resource": {"aws_instance": {"web": {"ami": "${)(}"}}}}', "its templates could not be read"),
    ],
)
def test_json_that_is_not_edited_is_named_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "main.tf.json").write_text(text)
    (tmp_path / "other.tf").write_text('resource "aws_instance" "plain" {\n  instance_type = "m5.large"\n}\n')
    found = refusal(tmp_path.resolve(), "aws_instance.web")
    assert found.reason == f"aws_instance.web stands in main.tf.json: {reason}"
    assert found.file == tmp_path.resolve() / "main.tf.json"
    assert owner(tmp_path.resolve(), "aws_instance.plain").source.path.name == "other.tf"


def test_values_that_are_not_edited_are_named_with_the_reason(tmp_path: Path) -> None:
    with_instance(tmp_path, {"instance_type": "${var.size}"}, FLEET)
    (tmp_path / "terraform.tfvars.json").write_text('{"size": "a", "size": "b"}')
    found = refusal(tmp_path.resolve(), "aws_instance.web")
    assert found.reason == "var.size is set in terraform.tfvars.json: 'size' stands twice in one object"


def test_a_file_of_values_means_what_it_says_whatever_its_name(tmp_path: Path) -> None:
    folder = with_instance(tmp_path, {"instance_type": "${var.size}"}, FLEET)
    (folder / "prod.json").write_text('{"size": "${x}"}')
    configuration = read_configuration(folder)
    found = Tracer(Tree(configuration), Variables(folder, (folder / "prod.json",))).trace("aws_instance.web", TYPE)
    assert isinstance(found, Trace)
    assert found.places[0].source.text(found.places[0].node) == '"${x}"'


def test_a_dynamic_block_in_json_is_for_a_person(tmp_path: Path) -> None:
    body = {"dynamic": {"root_block_device": {"for_each": [1], "content": {"iops": 3}}}}
    found = refusal(with_instance(tmp_path, body), "aws_instance.web", ("root_block_device", 0, "iops"))
    assert "`dynamic` blocks in JSON are not followed" in found.reason


def test_one_address_in_hcl_and_in_json_is_refused(tmp_path: Path) -> None:
    with_instance(tmp_path, {})
    (tmp_path / "other.tf").write_text('resource "aws_instance" "web" {\n}\n')
    with pytest.raises(TerraformError, match=r"defined twice: .*main\.tf\.json:4 and .*other\.tf:1"):
        traced(tmp_path.resolve(), "aws_instance.web")
