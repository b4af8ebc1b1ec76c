"""The errors that costopt raises on purpose, each with an exit code and a next step for the user."""

from typing import ClassVar


class CostoptError(Exception):
    """Something the user can act on: the message says what and which, the hint says what to do next."""

    exit_code: ClassVar[int] = 1
    """Exit code of the command that meets this error (see DESIGN: 1 failed, 2 usage, 5 infeasible)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(CostoptError):
    """A request that cannot be meant: unknown region, impossible period, contradicting options."""

    exit_code = 2


class ConfigError(CostoptError):
    """A configuration file that cannot be used: syntax, unknown key, value of the wrong type."""

    exit_code = 2


class SnapshotError(CostoptError):
    """A snapshot that is missing, corrupt, half-written or of another schema version."""


class CatalogError(CostoptError):
    """A price catalog that cannot be read or that a guard refused."""


class BillError(CostoptError):
    """A bill that is refused: not what it says, too large, of the wrong types, or already there from elsewhere."""


class StoreError(CostoptError):
    """A store of bills that is missing, damaged, of another version, or being written by another process."""


class NotifyError(CostoptError):
    """A message that somebody should have had and did not. Its text holds no address and no key."""


class AlertBookError(CostoptError):
    """The memory of what was told cannot be reached, is damaged, of a newer version, or was changed by another run."""


class EngineError(CostoptError):
    """A query engine that cannot be reached, refuses a query or fails."""


class CollectError(CostoptError):
    """Collection cannot start at all: no credentials, no account reachable, a second writer."""


class PriceNotFound(CostoptError):  # noqa: N818 - the field's word for it; it is an answer more than a failure
    """No price is known for what was asked. Becomes a gap in the report, never a zero."""


class TerraformError(CostoptError):
    """A Terraform configuration, state or plan that cannot be read, or a terraform run that failed."""


class DemandError(CostoptError):
    """Demand that cannot be planned for: none, negative or missing hours, a file that is not what it should be."""

    exit_code = 2


class WorkloadError(CostoptError):
    """A workload file that cannot be used: syntax, unknown key, a requirement that contradicts another."""

    exit_code = 2


class InfeasiblePlan(CostoptError):  # noqa: N818 - reads as what happened
    """No plan keeps every requirement: the message names the workload and the requirement that cannot be met."""

    exit_code = 5


class SolverFailed(CostoptError):  # noqa: N818 - reads as what happened
    """A solver ended without any solution, for another reason than that there is none."""


DAMAGED_CREDENTIALS = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a damaged file of Google's credentials ends in: google-auth looks into it before it looks at it. The text may
repeat what stands there, so that neither it nor the cause may be shown."""


class CurrencyMismatch(CostoptError):  # noqa: N818 - reads as what happened
    """Two currencies met in one sum."""
