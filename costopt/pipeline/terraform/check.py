"""Checks a Terraform configuration, as a gate for CI."""

from pathlib import Path

from costopt.model.terraform import Severity
from costopt.model.terraform_check import CheckReport
from costopt.terraform.check.check import CheckOptions, check

GATES = ("error", "warning", "never")
"""What a gate can stand at, the usual first."""


def check_configuration(folder: Path, options: CheckOptions) -> CheckReport:
    """Everything that is wrong with a configuration, as far as it can be known offline.

    Args:
        folder: directory of the root module.
        options: how to check.

    Raises:
        TerraformError: the directory holds no configuration, or terraform cannot be run.
    """
    return check(folder, options)


def gate_met(report: CheckReport, gate: str) -> bool:
    """Whether a report has what stops a merge.

    Args:
        report: what was found.
        gate: one of `GATES`: the least severity that stops.
    """
    if gate == "never":
        return False
    stops = [Severity.ERROR] if gate == "error" else [Severity.ERROR, Severity.WARNING]
    return any(report.count(one) for one in stops)
