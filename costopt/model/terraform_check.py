"""What a check of a Terraform configuration found, and how far it could look."""

from dataclasses import dataclass
from enum import StrEnum

from costopt.model.terraform import ConfigurationProblem, Severity

CHECK_SCHEMA_VERSION = 1


class Outcome(StrEnum):
    """How a step of a check ended."""

    PASSED = "passed"
    """It found nothing."""
    FAILED = "failed"
    """It found something."""
    SKIPPED = "skipped"
    """It could not be done, and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """One step of a check."""

    name: str
    """`schema`, `fmt`, `validate` or `plan`."""
    outcome: Outcome
    """How it ended."""
    reason: str = ""
    """Why it was skipped, or what it failed at. Hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found."""

    problems: tuple[ConfigurationProblem, ...]
    """Everything that is wrong, by file and line, each once."""
    steps: tuple[CheckStep, ...]
    """In the order in which they were done."""
    terraform_version: str | None = None
    """Version of the binary; None where there is none."""

    def count(self, severity: Severity) -> int:
        """How many problems of a severity there are."""
        return sum(1 for one in self.problems if one.severity is severity)

    @property
    def complete(self) -> bool:
        """Whether every step could be done."""
        return all(one.outcome is not Outcome.SKIPPED for one in self.steps)
