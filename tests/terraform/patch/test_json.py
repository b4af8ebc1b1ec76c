"""A configuration in JSON is patched and proven like one in HCL."""

import json
from pathlib import Path

from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch, open_workplace
from tests.oracles.terraform_binary import needs_terraform
from tests.oracles.terraform_proposals import proposal

MAIN = b"""{
  "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
  "variable": {"size": {"type": "string"}, "shared": {"default": "m5.large"}},
  "locals": {"fleet": {"api": {"type": "m5.xlarge"}, "worker": {"type": "c5.xlarge"}}},
  "resource": {
    "aws_instance": {
      "plain":  {"ami": "ami-1", "instance_type": "m5.4xlarge"},
      "given":  {"ami": "ami-1", "instance_type": "${var.size}"},
      "one":    {"ami": "ami-1", "instance_type": "${var.shared}"},
      "two":    {"ami": "ami-1", "instance_type": "${var.shared}", "root_block_device": [{"volume_type": "gp2"}]},
      "fleet":  {"for_each": "${local.fleet}", "ami": "ami-1", "instance_type": "${each.value.type}"}
    },
    "aws_db_instance": {"db": [{"instance_class": "db.m5.large",
                                "engine": "mysql"}]}
  }
}"""
CHANGES = (
    proposal("aws_instance.plain", "m6i.2xlarge"),
    proposal("aws_instance.two", "gp3", ("root_block_device", 0, "volume_type")),
    proposal("aws_instance.given", "m6i.large"),
    proposal("aws_instance.one", "t3.large"),
    proposal('aws_instance.fleet["worker"]', "c6i.large"),
    proposal("aws_db_instance.db", "gp3", ("storage_type",)),
)


@needs_terraform
def test_every_owner_in_json_is_edited_byte_by_byte_and_proven(tmp_path: Path) -> None:
    values = b'{"size":"m5.8xlarge","password":"not shown"}'
    (tmp_path / "main.tf.json").write_bytes(MAIN)
    (tmp_path / "terraform.tfvars.json").write_bytes(values)
    folder = tmp_path.resolve()
    workplace = open_workplace(Request(folder=folder, engines=PROOF_ENGINES), read_configuration(folder))
    patch = make_patch(workplace, CHANGES, Policy())
    assert not patch.by_hand
    assert patch.files["terraform.tfvars.json"] == (values, values.replace(b"m5.8xlarge", b"m6i.large"))
    expected = (
        MAIN.replace(b'"m5.4xlarge"', b'"m6i.2xlarge"')
        .replace(b'"gp2"', b'"gp3"')
        .replace(b'"${var.shared}"', b'"t3.large"', 1)
        .replace(b'"c5.xlarge"', b'"c6i.large"')
        .replace(b'"engine": "mysql"', b'"engine": "mysql",\n                                "storage_type": "gp3"')
    )
    assert patch.files["main.tf.json"] == (MAIN, expected)
    json.loads(expected)
