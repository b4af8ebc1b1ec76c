"""Each rule of the validation, on HCL and on JSON."""

import json
from pathlib import Path

import pytest

from costopt.model.terraform import Severity
from costopt.terraform.schema.validate import validate
from tests.oracles.terraform_binary import needs_terraform, terraform

VOLUME = 'resource "aws_ebs_volume" "x" {\n  availability_zone = "a"\n%s\n}\n'
INSTANCE = 'resource "aws_instance" "x" {\n%s\n}\n'


def rules(folder: Path, text: str, name: str = "main.tf") -> list[tuple[str, int]]:
    (folder / name).write_text(text)
    return [(problem.rule, problem.line) for problem in validate(folder)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (VOLUME % "  size = 8", []),
        (VOLUME % '  size = "8"', []),
        (VOLUME % "  size = var.size", []),
        (VOLUME % "  size = null", []),
        (VOLUME % "  sizes = 8", [("unknown-argument", 3)]),
        (VOLUME % "  size = 8\n  size = 9", [("duplicate-argument", 4)]),
        (VOLUME % '  size = "big"', [("wrong-type", 3)]),
        (VOLUME % "  size = [8]", [("wrong-type", 3)]),
        (VOLUME % '  encrypted = "true"', []),
        (VOLUME % "  encrypted = 1", [("wrong-type", 3)]),
        (VOLUME % "  tags = { a = 1, b = true }", []),
        (VOLUME % "  tags = { a = [1] }", [("wrong-type", 3)]),
        (VOLUME % '  arn = "x"', [("read-only-argument", 3)]),
        (VOLUME % "  count = 2\n  for_each = {}", [("count-and-for-each", 1)]),
        (VOLUME % "  lifecycle {\n    prevent_destory = true\n  }", [("unknown-argument", 4)]),
        (VOLUME % "  lifecycle {\n    precondition {\n      condition = true\n    }\n  }", []),
        (VOLUME % "  volume {\n  }", [("unknown-block", 3)]),
        (VOLUME % '  tags {\n    a = "b"\n  }', [("unknown-block", 3)]),
        ('resource "aws_ebs_volume" "x" {\n}\n', [("missing-argument", 1)]),
        ('resource "aws_no_such_thing" "x" {\n}\n', [("unknown-type", 1)]),
        ('data "aws_no_such_thing" "x" {\n}\n', [("unknown-type", 1)]),
        ('resource "aws_ebs_volume" {\n}\n', [("wrong-labels", 1)]),
        ('resource "datadog_monitor" "x" {\n  whatever = 1\n}\n', []),
        (INSTANCE % "  root_block_device {\n    size = 8\n  }", [("unknown-argument", 3)]),
        (INSTANCE % '  root_block_device "x" {\n  }', [("extra-label", 2)]),
        (INSTANCE % "  root_block_device {\n  }\n  root_block_device {\n  }", [("too-many-blocks", 1)]),
        (INSTANCE % "  root_block_device = {}", [("unknown-argument", 2)]),
        (
            INSTANCE
            % '  dynamic "ebs_block_device" {\n    for_each = []\n    content {\n      device_name = "a"\n    }\n  }',
            [],
        ),
        (
            INSTANCE % '  dynamic "ebs_block_device" {\n    for_each = []\n    content {\n    }\n  }',
            [("missing-argument", 4)],
        ),
        (
            INSTANCE % '  dynamic "ebs_block_device" {\n    foreach = []\n  }',
            [("missing-argument", 2), ("missing-block", 2), ("unknown-argument", 3)],
        ),
        ('provider "aws" {\n  regoin = "x"\n}\n', [("unknown-argument", 2)]),
        ('provider "aws" {\n  alias = "x"\n  region = ["x"]\n}\n', [("wrong-type", 3)]),
        ('resource "aws_security_group" "x" {\n  ingress {\n    from_port = 1\n  }\n}\n', []),
        ('resource "aws_security_group" "x" {\n  ingress {\n    from = 1\n  }\n}\n', [("unknown-argument", 3)]),
        ('resource "aws_security_group" "x" {\n  ingress = [{ from_port = 1 }]\n}\n', [("wrong-type", 2)]),
        ('variable "v" {\n}\nvariable "v" {\n}\n', [("duplicate-address", 3)]),
    ],
)
def test_each_rule_finds_what_it_is_for_and_nothing_else(
    text: str, found: list[tuple[str, int]], tmp_path: Path
) -> None:
    assert rules(tmp_path, text) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"availability_zone": "a", "size": 8}, []),
        ({"availability_zone": "${var.az}", "size": "${var.size}", "//": "a comment"}, []),
        ({"size": 8}, ["missing-argument"]),
        ({"availability_zone": "a", "sizes": 8}, ["unknown-argument"]),
        ({"availability_zone": "a", "size": "big"}, ["wrong-type"]),
        ({"availability_zone": "a", "timeouts": {"create": "1h"}, "lifecycle": {"prevent_destroy": True}}, []),
        ({"availability_zone": "a", "timeouts": {"crate": "1h"}}, ["unknown-argument"]),
        ({"availability_zone": "a", "timeouts": [{}, {}]}, ["too-many-blocks"]),
    ],
)
def test_json_is_checked_as_hcl_is(body: dict[str, object], found: list[str], tmp_path: Path) -> None:
    text = json.dumps({"resource": {"aws_ebs_volume": {"x": body}}})
    assert [rule for rule, _ in rules(tmp_path, text, "main.tf.json")] == found


def test_a_block_that_only_overrides_lacks_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(VOLUME % "  size = 8")
    assert rules(tmp_path, 'resource "aws_ebs_volume" "x" {\n  size = 9\n}\n', "prod_override.tf") == []


def test_two_files_that_define_one_address_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text(VOLUME % "")
    (tmp_path / "b.tf").write_text(VOLUME % "")
    (problem,) = validate(tmp_path)
    assert (problem.rule, problem.file, problem.address) == ("duplicate-address", "b.tf", "aws_ebs_volume.x")
    assert problem.message == "already declared at a.tf:1"


def test_calls_of_local_modules_are_checked_against_their_variables(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/main.tf").write_text('variable "size" {\n}\nvariable "type" {\n  default = "gp3"\n}\n')
    text = 'module "m" {\n  source = "./m"\n  sise   = 8\n  count  = 1\n}\nmodule "n" {\n}\n'
    assert rules(tmp_path, text) == [("missing-argument", 1), ("unknown-argument", 3), ("missing-argument", 6)]


def test_the_versions_that_the_user_asks_for_decide(tmp_path: Path) -> None:
    text = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "%s" }\n  }\n}\n'
    (tmp_path / "main.tf").write_text('resource "aws_eip" "x" {\n  vpc = true\n}\n')
    assert rules(tmp_path, text % "~> 5.0", "versions.tf") == []
    assert rules(tmp_path, text % "~> 6.0", "versions.tf") == [("unknown-argument", 2)]


def test_a_problem_is_told_with_what_was_probably_meant(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        INSTANCE % '  instance_tipe = "m5.large"\n  root_block_device {\n    volume_sise = 8\n  }'
    )
    first, second = validate(tmp_path)
    assert first.message == "there is no argument instance_tipe; did you mean instance_type?"
    assert second.address == "aws_instance.x.root_block_device"
    assert first.severity is Severity.ERROR


@needs_terraform
@pytest.mark.parametrize("word", ["prevent_destory = true", "create_before_destroy = true", "ignore_change = []"])
def test_terraform_agrees_about_lifecycle(word: str, tmp_path: Path) -> None:
    text = f'resource "terraform_data" "x" {{\n  lifecycle {{\n    {word}\n  }}\n}}\n'
    found = rules(tmp_path, text)
    assert bool(found) is (terraform(tmp_path, "init").returncode != 0)
