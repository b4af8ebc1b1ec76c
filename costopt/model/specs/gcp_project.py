"""Kept of projects: where they belong and who pays."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpProject:
    """A project; its id is the account of everything in it, its labels are tags of the project alone."""

    KIND: ClassVar[str] = "gcp_project"

    number: str | None
    """Project number, which many APIs use for the id; None where only the id is known."""
    state: str
    """`ACTIVE`, `DELETE_REQUESTED`, or `unknown`."""
    parent: str | None = None
    """`folders/<number>` or `organizations/<number>`."""
    billing_enabled: bool | None = None
    """Whether anybody pays; None where it could not be read."""
    billing_account: str | None = None
    """Id of the account that pays, such as `012345-567890-ABCDEF`; None without one, or where it could not be read."""
    currency: str | None = None
    """ISO 4217 code of that account's bills; None where it could not be read."""
