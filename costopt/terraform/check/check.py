"""Checks a configuration: against the schemas of its providers always, with terraform where it is there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from costopt.errors import TerraformError
from costopt.model.terraform import ConfigurationProblem, Severity
from costopt.model.terraform_check import CheckReport, CheckStep, Outcome
from costopt.terraform.check.binary_steps import BinaryCheck
from costopt.terraform.configuration.directory import Configuration, read_configuration
from costopt.terraform.evaluate.outside_reads import ReadsOutside, check_reads
from costopt.terraform.process import binary_version, find_binary
from costopt.terraform.schema.validate import validate_configuration

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::\d+)?: (?P<message>.*)", re.S)
_NO_BINARY = "neither terraform nor tofu is on PATH"
_WITH_BINARY = ("fmt", "validate", "plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How to check."""

    variables: dict[str, str] = field(default_factory=dict)
    """Values of root variables, for the plan."""
    variable_files: tuple[Path, ...] = ()
    """Files of values that terraform does not read by itself."""
    binary: Path | None = None
    """The terraform binary; None looks for one on PATH."""
    without_terraform: bool = False
    """Whether to leave terraform alone even where it is there."""
    timeout_seconds: float = 300.0
    """Limit of each command of terraform."""


def check(folder: Path, options: CheckOptions) -> CheckReport:
    """Everything that is wrong with a configuration, as far as it can be known offline.

    Nothing is fetched, refreshed or applied; terraform works on a private copy, with stand-ins for the providers.

    Raises:
        TerraformError: the directory is not there or holds no configuration, or terraform cannot be started.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise TerraformError(f"{folder} is not a directory", hint="name the directory that holds the .tf files")
    try:
        configuration = read_configuration(folder)
    except TerraformError as error:
        return _unreadable(folder, error)
    found = (*validate_configuration(configuration), *_read_outside(configuration))
    steps = [_step("schema", found)]
    binary = None if options.without_terraform else options.binary or find_binary()
    if binary is None:
        reason = "left out by --without-terraform" if options.without_terraform else _NO_BINARY
        steps += [CheckStep(name=name, outcome=Outcome.SKIPPED, reason=reason) for name in _WITH_BINARY]
        return CheckReport(problems=merged(found, ()), steps=tuple(steps))
    checked = BinaryCheck(
        configuration, binary, options.variables, options.variable_files, options.timeout_seconds
    ).run()
    return CheckReport(
        problems=merged(found, checked.problems),
        steps=(*steps, *checked.steps),
        terraform_version=binary_version(binary),
    )


def merged(
    first: Iterable[ConfigurationProblem], second: Iterable[ConfigurationProblem]
) -> tuple[ConfigurationProblem, ...]:
    """Both, without what terraform says of a line that the schema has already said something of."""
    kept = list(first)
    places = {(one.file, one.line) for one in kept if one.severity is Severity.ERROR}
    kept.extend(one for one in second if one.rule != "terraform-validate" or (one.file, one.line) not in places)
    unique = dict.fromkeys(kept)
    return tuple(sorted(unique, key=lambda one: (one.file, one.line, one.address, one.rule, one.message)))


def _read_outside(configuration: Configuration) -> tuple[ConfigurationProblem, ...]:
    """The first file outside of the tree that the configuration reads: with it, terraform is not run."""
    try:
        check_reads(configuration)
    except ReadsOutside as one:
        problem = ConfigurationProblem(
            rule="reads-outside", severity=Severity.WARNING, message=one.said, address="", file=one.file, line=one.line
        )
        return (problem,)
    return ()


def _step(name: str, problems: Iterable[ConfigurationProblem]) -> CheckStep:
    wrong = any(one.severity is Severity.ERROR for one in problems)
    return CheckStep(name=name, outcome=Outcome.FAILED if wrong else Outcome.PASSED)


def _unreadable(folder: Path, error: TerraformError) -> CheckReport:
    """A file that is not valid is a finding with a place; a directory without any file is not.

    Raises:
        TerraformError: the message names no place.
    """
    matched = _PLACE.fullmatch(str(error))
    if matched is None:
        raise error
    path = Path(matched["file"])
    file = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    problem = ConfigurationProblem(
        rule="syntax",
        severity=Severity.ERROR,
        message=matched["message"],
        address="",
        file=file,
        line=int(matched["line"]),
    )
    reason = "the configuration cannot be read"
    skipped = (CheckStep(name=name, outcome=Outcome.SKIPPED, reason=reason) for name in _WITH_BINARY)
    schema = CheckStep(name="schema", outcome=Outcome.FAILED, reason=reason)
    return CheckReport(problems=(problem,), steps=(schema, *skipped))
