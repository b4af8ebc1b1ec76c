"""Validation in Python agrees with terraform: on resources that are right, and on resources that are spoiled."""

from collections import Counter
from pathlib import Path

import pytest

from costopt.model.terraform import Severity
from costopt.terraform.schema.catalog import load
from costopt.terraform.schema.validate import validate
from tests.oracles.terraform_binary import needs_terraform, validated
from tests.oracles.terraform_mutations import MUTATIONS, mutants

PAIRS = (("6.69.1", "8.7.0"), ("5.99.1", "6.50.0"))
MUTANTS = 100
"""Of each provider: ten of each kind."""
SEED = 20261130


@needs_terraform
@pytest.mark.parametrize(("aws", "google"), PAIRS)
def test_python_agrees_with_terraform_on_98_of_100_mutations(aws: str, google: str, tmp_path: Path) -> None:
    kinds = {}
    for name, version in (("aws", aws), ("google", google)):
        for number, mutant in enumerate(mutants(load(name, version), SEED, MUTANTS)):
            file = f"{name}_{number}.tf"
            kinds[file] = f"{mutant.kind} of {mutant.type}"
            (tmp_path / file).write_text(mutant.text.replace(f'"r{number}"', f'"{name}_{number}"'))
    (tmp_path / "versions.tf").write_text(
        f'terraform {{\n  required_providers {{\n    aws = {{ source = "hashicorp/aws", version = "{aws}" }}\n'
        f'    google = {{ source = "hashicorp/google", version = "{google}" }}\n  }}\n}}\n'
    )
    said = validated(tmp_path)
    refused = {one["range"]["filename"] for one in said["diagnostics"] if one["severity"] == "error"}
    found = {one.file for one in validate(tmp_path) if one.severity is Severity.ERROR}
    differ = sorted((kinds[file], file in refused) for file in kinds if (file in found) != (file in refused))
    assert Counter(kind.split(" of ")[0] for kind in kinds.values())["none"] == 2 * MUTANTS // len(MUTATIONS)
    assert len(differ) <= 0.02 * len(kinds), differ
