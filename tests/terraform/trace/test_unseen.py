"""A value that a provisioner, a connection or a provider reads too is known, however it gets there."""

import json
from pathlib import Path

import pytest

from costopt.model.terraform import AttributePath
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.trace.place import Trace
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.unseen import Unseen
from costopt.terraform.trace.variables import Variables

SIZES = """variable "size" {
  default = "m5.large"
}
locals {
  size  = "m5.large"
  fleet = { api = { type = "m5.large", user = "a" }, worker = { type = "c5.large", user = "b" } }
}
"""


def reader(
    folder: Path, text: str, address: str = "aws_instance.web", path: AttributePath = ("instance_type",), **files: str
) -> str | None:
    """What else reads the value that an attribute has from its owner."""
    for name, content in {"main.tf": SIZES + text, **files}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    configuration = read_configuration(folder.resolve())
    tree, variables = Tree(configuration), Variables(folder.resolve())
    found = Tracer(tree, variables).trace(address, path)
    assert isinstance(found, Trace), found
    return Unseen(tree, variables, ()).reader(found.places[0])


def instance(size: str, inside: str = "", name: str = "web") -> str:
    return f'resource "aws_instance" "{name}" {{\n  instance_type = {size}\n{inside}}}\n'


def runs(command: str) -> str:
    return f'  provisioner "local-exec" {{\n    command = "{command}"\n  }}\n'


EACH = "  for_each = local.fleet\n"


@pytest.mark.parametrize(
    ("size", "inside", "address"),
    [
        ("var.size", runs("x ${var.size}"), "aws_instance.web"),
        ("local.size", runs("x ${upper(local.size)}"), "aws_instance.web"),
        ('"m5.large"', runs("x ${self.instance_type}"), "aws_instance.web"),
        ('"m5.large"', runs("x ${aws_instance.web[0].instance_type}"), "aws_instance.web"),
        ('"m5.large"', runs("x ${jsonencode(aws_instance.web)}"), "aws_instance.web"),
        ('"m5.large"', runs("x ${jsonencode(self)}"), "aws_instance.web"),
        ('local.fleet["api"].type', runs('x ${local.fleet[\\"api\\"].type}'), "aws_instance.web"),
        ('local.fleet["api"].type', runs("x ${local.fleet[var.size].type}"), "aws_instance.web"),
        ('local.fleet["api"].type', runs("x ${jsonencode(local.fleet)}"), "aws_instance.web"),
        ("each.value.type", EACH + runs("x ${each.value.type}"), 'aws_instance.web["api"]'),
        ("var.size", "  connection {\n    host = var.size\n  }\n", "aws_instance.web"),
    ],
)
def test_what_a_provisioner_or_a_connection_reads_too_is_named(
    tmp_path: Path, size: str, inside: str, address: str
) -> None:
    kind = "connection" if "connection {" in inside else "provisioner"
    line = 10 + inside.count(EACH)
    assert reader(tmp_path, instance(size, inside.replace('\\"', '"')), address) == f"the {kind} at main.tf:{line}"


@pytest.mark.parametrize(
    ("size", "inside", "address"),
    [
        ("var.size", runs("x ${self.public_ip} ${local.size}"), "aws_instance.web"),
        ('local.fleet["api"].type', runs("x ${local.fleet.api.user}"), "aws_instance.web"),
        ('local.fleet["api"].type', runs("x ${local.fleet.worker.type}"), "aws_instance.web"),
        ("each.value.type", EACH + runs("x ${each.value.user} ${each.key}"), 'aws_instance.web["api"]'),
        ("var.size", "  tags = { a = var.size }\n", "aws_instance.web"),
    ],
)
def test_what_only_resources_read_is_free(tmp_path: Path, size: str, inside: str, address: str) -> None:
    assert reader(tmp_path, instance(size, inside), address) is None


def test_a_provider_that_computes_with_a_value_reads_it(tmp_path: Path) -> None:
    provider = 'provider "aws" {\n  default_tags {\n    tags = { s = upper(var.size) }\n  }\n}\n'
    assert reader(tmp_path, instance("var.size") + provider) == "the provider block at main.tf:11"


def test_a_value_is_followed_through_locals_modules_and_outputs(tmp_path: Path) -> None:
    text = 'locals {\n  one = local.two\n  two = var.size\n}\nmodule "m" {\n  source = "./m"\n  in     = local.one\n}\n'
    inside = 'variable "in" {\n  default = 1\n}\noutput "out" {\n  value = var.in\n}\n'
    other = 'resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = module.m.out\n  }\n}\n'
    found = reader(tmp_path, instance("var.size") + text, **{"m/main.tf": inside, "z.tf": other})
    assert found == "the provisioner at z.tf:2"


def test_an_argument_that_would_be_added_to_a_call_is_followed_too(tmp_path: Path) -> None:
    inside = 'variable "in" {\n  default = "m5.large"\n}\n' + instance("var.in", runs("x ${var.in}"))
    found = reader(
        tmp_path, 'module "m" {\n  source = "./m"\n}\n', "module.m.aws_instance.web", **{"m/main.tf": inside}
    )
    assert found == "the provisioner at main.tf:6"


def test_a_data_source_that_the_plan_does_not_show_reads_unseen(tmp_path: Path) -> None:
    data = 'data "aws_ec2_instance_type" "x" {\n  instance_type = var.size\n  depends_on    = [aws_instance.web]\n}\n'
    assert reader(tmp_path, instance("var.size") + data) == "the data block at main.tf:11"
    assert reader(tmp_path, instance('"m5.large"') + data) is None


def test_json_is_followed(tmp_path: Path) -> None:
    provisioner = [{"local-exec": {"command": '${f("a", var.size)}'}}]
    text = json.dumps({"resource": {"terraform_data": {"x": {"provisioner": provisioner}}}})
    assert reader(tmp_path, instance("var.size"), **{"z.tf.json": text}) == "the provisioner at z.tf.json:1"


def test_references_in_a_circle_end(tmp_path: Path) -> None:
    circle = "locals {\n  a = local.b.x\n  b = local.a.y\n}\n"
    assert reader(tmp_path, instance("var.size", runs("x ${local.a.z}")) + circle) is None
