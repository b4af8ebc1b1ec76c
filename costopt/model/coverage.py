"""The coverage ledger: what was to be read and how each part of it ended."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a planned scope ended."""

    OK = "ok"
    EMPTY = "empty"
    GAP = "gap"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Scope:
    """One thing to read: one operation of one account in one region."""

    provider: str
    """`aws` or `gcp`."""
    account: str
    """Account or project id."""
    region: str
    """Region, or `global`."""
    operation: str
    """What is read: a collector's id such as `ebs_volumes`, or `metrics:ebs_volume`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeResult:
    """How one planned scope ended."""

    scope: Scope
    """The scope."""
    status: Status
    """Exactly one of ok, empty, gap, skipped."""
    kinds: tuple[str, ...]
    """Kinds of resource that the scope yields (a check that relies on them knows when they are missing)."""
    rows: int = 0
    """Resources or series read."""
    reason: str | None = None
    """For gaps and skips: `denied`, `denied by SCP`, `denied by perimeter`, `not enabled`, `billing disabled`,
    `throttled`, `quota`, `gone`, `credentials`, `network`, `server`, `deadline`, `cost limit`, `paging loop`, `bug`,
    or why it was skipped."""
    permission: str | None = None
    """The permission whose absence made the gap, such as `ec2:DescribeVolumes` or `monitoring.timeSeries.list`; of a
    gap `not enabled` on Google Cloud the API to enable, such as `monitoring.googleapis.com`."""
    retryable: bool = False
    """Whether another run may succeed without anyone changing anything."""
    detail: str | None = None
    """Provider's message, shortened and cleaned of secrets."""
