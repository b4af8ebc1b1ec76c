"""What the terraform binary says of a configuration: format, validation and a plan, with stand-ins for providers."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.model.terraform_check import CheckStep, Outcome
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.evaluate.absent_modules import stand_in_for_absent
from costopt.terraform.evaluate.outside_reads import check_reads
from costopt.terraform.evaluate.request import EngineUnfit
from costopt.terraform.evaluate.seal import seal
from costopt.terraform.evaluate.stand_ins import stand_ins
from costopt.terraform.private_copy import PrivateCopy, private_copy
from costopt.terraform.process import Ended, clean_environment, run_terraform

_NO_VALUE = "No value for required variable"
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of the steps."""

    problems: tuple[ConfigurationProblem, ...]
    """In the order in which they were found."""
    steps: tuple[CheckStep, ...]
    """`fmt`, `validate` and `plan`."""


class BinaryCheck:
    """The steps that need terraform, on one private copy."""

    def __init__(
        self,
        configuration: Configuration,
        binary: Path,
        variables: Mapping[str, str],
        variable_files: tuple[Path, ...],
        timeout_seconds: float,
    ) -> None:
        self._configuration = configuration
        self._binary = binary
        self._variables = variables
        self._variable_files = variable_files
        self._timeout_seconds = timeout_seconds
        self._problems: list[ConfigurationProblem] = []
        self._steps: list[CheckStep] = []

    def run(self) -> Checked:
        """Do all steps that can be done.

        Raises:
            TerraformError: the tree cannot be copied, or terraform cannot be started or does not end.
        """
        with private_copy(self._configuration) as copy:
            self._fmt(copy)
            try:
                check_reads(self._configuration)
                absent = stand_in_for_absent(self._configuration, copy.root)
                seal(self._configuration, copy.root)
            except EngineUnfit as unfit:
                self._skip(("validate", "plan"), str(unfit))
            else:
                self._with_providers(copy, [f"{one.where}: {one.reason}" for one in absent])
        return Checked(problems=tuple(self._problems), steps=tuple(self._steps))

    def _fmt(self, copy: PrivateCopy) -> None:
        """Files of the tree that `terraform fmt` would change; those of installed modules are others'."""
        root = self._configuration.root.folder
        installed = root / ".terraform"
        folders = [one for one in self._configuration.modules if not one.is_relative_to(installed)]
        targets = [os.path.relpath(one, root) for one in sorted(folders)]
        ended = self._command(["fmt", "-check", "-list=true", "-no-color", *targets], copy, {})
        listed = [one for one in ended.stdout.splitlines() if one.endswith((".tf", ".tfvars", ".hcl", ".tofu"))]
        for name in listed:
            message = "is not in terraform's format: run `terraform fmt`"
            self._report("not-formatted", Severity.WARNING, message, os.path.normpath(name), 1)
        wrong = ended.code != 0 and not listed
        reason = ended.first_error().replace(f"{copy.root}/", "") if wrong else ""
        outcome = Outcome.FAILED if listed or wrong else Outcome.PASSED
        self._steps.append(CheckStep(name="fmt", outcome=outcome, reason=reason))

    def _with_providers(self, copy: PrivateCopy, absent: list[str]) -> None:
        empty = copy.home / "no-providers"
        empty.mkdir(exist_ok=True)
        calls = self._configuration.calls
        installed = any(one.folder and not one.is_local for one in calls)
        keep = ["-get=false"] if installed and not self._configuration.missing else []
        with stand_ins(self._configuration).serving() as reattach:
            started = self._command(
                ["init", *keep, f"-plugin-dir={empty}", "-input=false", "-no-color"], copy, reattach
            )
            if started.code != 0:
                self._fail("validate", started.first_error(), copy)
                self._skip(("plan",), "`terraform init` failed")
                return
            valid = self._validate(copy, reattach, absent)
            if valid:
                self._plan(copy, reattach)
            else:
                self._skip(("plan",), "the configuration is not valid")

    def _validate(self, copy: PrivateCopy, reattach: Mapping[str, str], absent: list[str]) -> bool:
        ended = self._command(["validate", "-json", "-no-color"], copy, reattach)
        try:
            document: Any = json.loads(ended.stdout)
            diagnostics = document["diagnostics"]
        except (ValueError, KeyError, TypeError):
            self._fail("validate", ended.first_error(), copy)
            return False
        found = list(_diagnosed(diagnostics, copy.root))
        self._problems.extend(found)
        wrong = any(one.severity is Severity.ERROR for one in found)
        reason = f"without {'; '.join(absent)}"[:_LONGEST] if absent else ""
        outcome = Outcome.FAILED if wrong else Outcome.PASSED
        self._steps.append(CheckStep(name="validate", outcome=outcome, reason=reason))
        return not wrong

    def _plan(self, copy: PrivateCopy, reattach: Mapping[str, str]) -> None:
        values = {f"TF_VAR_{name}": value for name, value in self._variables.items()}
        files = [f"-var-file={path.resolve()}" for path in self._variable_files]
        options = ["-refresh=false", "-lock=false", "-input=false", "-no-color"]
        ended = self._command(["plan", *options, *files], copy, {**values, **reattach})
        if ended.code == 0:
            self._steps.append(CheckStep(name="plan", outcome=Outcome.PASSED))
        elif _NO_VALUE in ended.stderr:
            self._skip(("plan",), "a variable of the root has no value: give --var or --var-file")
        else:
            self._fail("plan", ended.first_error(), copy)

    def _command(self, arguments: list[str], copy: PrivateCopy, extra: Mapping[str, str]) -> Ended:
        return run_terraform(
            arguments,
            binary=self._binary,
            folder=copy.root,
            environment=clean_environment(copy.home, extra),
            timeout_seconds=self._timeout_seconds,
        )

    def _report(self, rule: str, severity: Severity, message: str, file: str, line: int) -> None:
        self._problems.append(
            ConfigurationProblem(rule=rule, severity=severity, message=message, address="", file=file, line=line)
        )

    def _fail(self, step: str, said: str, copy: PrivateCopy) -> None:
        """A step that failed at something without a place of its own: it is reported for the root's first file."""
        reason = said.replace(f"{copy.root}/", "").removeprefix("Error: ")[:_LONGEST]
        self._steps.append(CheckStep(name=step, outcome=Outcome.FAILED, reason=reason))
        first = self._configuration.root.blocks[0].file
        self._report(f"terraform-{step}", Severity.ERROR, reason, first.name, 1)

    def _skip(self, names: tuple[str, ...], reason: str) -> None:
        self._steps.extend(CheckStep(name=name, outcome=Outcome.SKIPPED, reason=reason) for name in names)


def _diagnosed(diagnostics: list[Mapping[str, Any]], root: Path) -> Iterator[ConfigurationProblem]:
    """What `terraform validate -json` says.

    Source: https://developer.hashicorp.com/terraform/cli/commands/validate#json-output-format
    """
    for one in diagnostics:
        place = one.get("range") or {}
        file = str(place.get("filename", "")).replace(f"{root}/", "")
        message = " ".join(part for part in (one.get("summary", ""), one.get("detail", "")) if part)
        yield ConfigurationProblem(
            rule="terraform-validate",
            severity=Severity.ERROR if one.get("severity") == "error" else Severity.WARNING,
            message=message.replace(f"{root}/", "")[:_LONGEST],
            address=str(one.get("address", "") or ""),
            file=os.path.normpath(file) if file else ".",
            line=int((place.get("start") or {}).get("line", 1)),
        )
