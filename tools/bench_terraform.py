"""How long it takes to patch a large configuration; `make bench` prints the rows."""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from costopt.model.terraform_patch import Patch, ProposedChange, Setting
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch, open_workplace

RESOURCES, CHANGES, SHARED = 1_000, 200, 20
LIMIT_SECONDS = 30.0
Row = tuple[str, str, str, str]
"""Name, what was measured, its share of the limit, what is claimed."""


def large_tree(folder: Path, resources: int = RESOURCES, shared: int = SHARED) -> list[str]:
    """Write a tree of instances in files of 50; the first ones share a variable. Addresses in order."""
    head = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n\n'
    (folder / "versions.tf").write_text(head + 'variable "size" {\n  default = "m5.2xlarge"\n}\n')
    for start in range(0, resources, 50):
        blocks = [_instance(number, is_shared=number < shared) for number in range(start, min(start + 50, resources))]
        (folder / f"fleet_{start:04}.tf").write_text("\n".join(blocks))
    return [f"aws_instance.node_{number:04}" for number in range(resources)]


def _instance(number: int, *, is_shared: bool) -> str:
    size = "var.size" if is_shared else '"m5.2xlarge"'
    return (
        f'resource "aws_instance" "node_{number:04}" {{\n  ami           = "ami-00000000000000000"\n'
        f'  instance_type = {size} # measured\n\n  tags = {{\n    Name = "node-{number}"\n  }}\n}}\n'
    )


def patch_tree(folder: Path, addresses: list[str]) -> Patch:
    """Make half as large what the addresses name."""
    setting = Setting(path=("instance_type",), before="m5.2xlarge", after="m5.xlarge")
    changes = [
        ProposedChange(id=f"F-{address}", title="", address=address, type="aws_instance", live="", settings=(setting,))
        for address in addresses
    ]
    request = Request(folder=folder, engines=PROOF_ENGINES)
    return make_patch(open_workplace(request, read_configuration(folder.resolve())), changes, Policy())


def bench_patch() -> list[Row]:
    """200 of 1,000 resources; ten of them share a variable with ten that stay."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        addresses = large_tree(folder)
        started = time.perf_counter()
        patch = patch_tree(folder, addresses[SHARED // 2 : SHARED // 2 + CHANGES])
        seconds = time.perf_counter() - started
    if len(patch.proven) != CHANGES:
        raise SystemExit(f"only {len(patch.proven)} of {CHANGES} changes were proven")
    measured = f"{seconds:.1f} s, {patch.plans} plans"
    share = f"{seconds / LIMIT_SECONDS:.2f}x of {LIMIT_SECONDS:.0f} s"
    return [(f"patch {CHANGES} of {RESOURCES:,} resources", measured, share, "under 30 s")]


if __name__ == "__main__":
    for row in bench_patch():
        print(*row, sep=" | ")
