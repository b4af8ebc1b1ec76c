"""An estate whose values are owned in every way, and what it evaluates to without any of the code under test."""

import json
import shutil
from pathlib import Path

from costopt.model.terraform import Engine
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request

ESTATE = Path(__file__).resolve().parents[1] / "terraform" / "patch" / "estate"
_REMOTE = 'module "remote" {\n  source  = "terraform-aws-modules/ec2-instance/aws"\n  version = "6.0.0"\n}\n'
_INSIDE = 'resource "aws_instance" "this" {\n  ami           = "ami-1"\n  instance_type = "m5.large"\n}\n'
_CALLS = (
    ("", "", "."),
    ("remote", "registry.terraform.io/terraform-aws-modules/ec2-instance/aws", ".terraform/modules/remote"),
    ("given", "./modules/node", "modules/node"),
    ("defaulted", "./modules/node", "modules/node"),
    ("pools", "./modules/pool", "modules/pool"),
)


def copy_estate(tmp_path: Path) -> Path:
    """A copy of the estate, with a module that `terraform init` fetched."""
    folder = tmp_path.resolve() / "estate"
    shutil.copytree(ESTATE, folder)
    (folder / "remote.tf").write_text(_REMOTE)
    modules = folder / ".terraform" / "modules"
    (modules / "remote").mkdir(parents=True)
    (modules / "remote" / "main.tf").write_text(_INSIDE)
    listed: list[dict[str, str]] = [{"Key": key, "Source": source, "Dir": where} for key, source, where in _CALLS]
    listed[1]["Version"] = "6.0.0"
    (modules / "modules.json").write_text(json.dumps({"Modules": listed}))
    return folder


def values_by_tfparse(folder: Path) -> dict[tuple[str, str], object]:
    """Every value of every resource as a library says that shares no code with terraform, by address and JSON path."""
    found = evaluate(Request(folder=folder, engines=(Engine.TFPARSE,)))
    return {
        (address, ".".join(map(str, path))): value
        for address, values in found.flat().items()
        for path, value in values.items()
    }
