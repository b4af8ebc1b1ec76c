"""Modules that are not installed and providers without a schema: the rest is planned all the same."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Engine
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from tests.oracles.terraform_binary import needs_terraform

pytestmark = needs_terraform

VPC = """module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"   # from the registry
  version = "~> 5.0"

  cidr = "10.0.0.0/16"
  tags = { a = "b" }
}

module "more" {
  count  = 2
  source = "git::https://example.com/more.git?ref=v1"
}

resource "aws_instance" "in_vpc" {
  ami           = "ami-1"
  instance_type = "t3.nano"
  subnet_id     = module.vpc.private_subnets[0]
  key_name      = module.more[0].key
}
"""


def test_absent_modules_leave_a_gap_that_is_told_and_unknown_outputs(estate: Path) -> None:
    (estate / "vpc.tf").write_text(VPC)
    found = evaluate(Request(folder=estate, engines=(Engine.STUB,)))
    assert found.engine is Engine.STUB
    inside = found.flat()["aws_instance.in_vpc"]
    assert (inside["instance_type",], inside["subnet_id",], inside["key_name",]) == ("t3.nano", UNKNOWN, UNKNOWN)
    told = [one.where for one in found.unevaluated if "not installed" in one.reason]
    assert told == ["module.vpc (vpc.tf:1)", "module.more (vpc.tf:9)"]
    assert not [address for address in found.resources if "absent" in address]
    assert (estate / "vpc.tf").read_text() == VPC
    assert len(found.resources) == 10


@pytest.mark.parametrize(
    "call",
    [
        'module "x" {\n  source    = "a/b/c"\n  providers = { aws = aws.west }\n}\n',
        'module "x" {\n  version = "1.0"\n}\n',
    ],
)
def test_a_call_that_cannot_be_stood_in_for_is_told(estate: Path, call: str) -> None:
    (estate / "x.tf").write_text(call)
    with pytest.raises(TerraformError, match=r"x\.tf:1: module x is not installed"):
        evaluate(Request(folder=estate, engines=(Engine.STUB,)))


def test_an_installed_module_is_used_without_a_network(estate: Path) -> None:
    installed = estate / ".terraform/modules/disks"
    installed.mkdir(parents=True)
    (installed / "main.tf").write_text(
        'resource "aws_ebs_volume" "x" {\n  availability_zone = "eu-west-1a"\n  size = 9\n}\n'
    )
    (installed.parent / "modules.json").write_text(
        '{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"app","Source":"./modules/app","Dir":"modules/app"},'
        '{"Key":"disks","Source":"registry.terraform.io/acme/disks/aws","Version":"1.2.3","Dir":".terraform/modules/disks"}]}'
    )
    (estate / "disks.tf").write_text('module "disks" {\n  source  = "acme/disks/aws"\n  version = "~> 1.0"\n}\n')
    found = evaluate(Request(folder=estate, engines=(Engine.STUB,)))
    assert found.flat()["module.disks.aws_ebs_volume.x"]["size",] == 9
    assert "disks" not in repr(found.unevaluated)


def test_a_provider_without_a_schema_is_taken_at_its_word(estate: Path) -> None:
    main = estate / "main.tf"
    main.write_text(
        main.read_text().replace("    aws = {", '    datadog = { source = "DataDog/datadog" }\n    aws = {', 1)
    )
    (estate / "dd.tf").write_text(
        'provider "datadog" {\n  api_key = "made-up-key-1"\n}\n'
        'resource "datadog_monitor" "cpu" {\n  for_each = toset(["a", "b"])\n  name = each.key\n'
        "  thresholds {\n    critical = 90\n  }\n"
        '  dynamic "variable" {\n    for_each = [1, 2]\n    content {\n      n = variable.value\n    }\n  }\n}\n'
        'resource "aws_ebs_volume" "x" {\n  availability_zone = "a"\n  tags = { m = datadog_monitor.cpu["a"].url }\n}\n'
    )
    found = evaluate(Request(folder=estate, engines=(Engine.STUB,)))
    monitor = found.flat()['datadog_monitor.cpu["b"]']
    assert (monitor["name",], monitor["thresholds", 0, "critical"], monitor["variable", 1, "n"]) == ("b", 90, 2)
    assert found.flat()["aws_ebs_volume.x"]["tags", "m"] is UNKNOWN
    assert found.provider_versions["registry.terraform.io/datadog/datadog"] == "made up"
    assert "registry.terraform.io/datadog/datadog" in {one.where for one in found.unevaluated}
    assert "made-up-key-1" not in repr(found)


def test_random_names_and_the_like_are_unknown(estate: Path) -> None:
    (estate / "more.tf").write_text(
        'resource "random_pet" "x" {\n  length = 2\n}\n'
        'resource "aws_ebs_volume" "x" {\n  availability_zone = "a"\n  tags = { n = random_pet.x.id }\n}\n'
    )
    found = evaluate(Request(folder=estate, engines=(Engine.STUB,)))
    assert found.flat()["aws_ebs_volume.x"]["tags", "n"] is UNKNOWN
