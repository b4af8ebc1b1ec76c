"""Kept of committed use discounts already owned."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from costopt.model.specs.gce import Accelerator


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedUse:
    """A resource-based commitment of Compute Engine: vCPUs and memory of a family in a region.

    Flexible (spend-based) commitments belong to the billing account and no API lists them; the billing export tells.
    Source: https://cloud.google.com/compute/docs/instances/committed-use-discounts-overview.
    """

    KIND: ClassVar[str] = "committed_use"

    commitment_type: str
    """Family that it covers: `GENERAL_PURPOSE` (N1), `GENERAL_PURPOSE_N2`, `COMPUTE_OPTIMIZED`, ..."""
    plan: str
    """`TWELVE_MONTH` or `THIRTY_SIX_MONTH`."""
    status: str
    """`ACTIVE`, `NOT_YET_ACTIVE`, `EXPIRED`, `CANCELLED`, ..."""
    start: datetime
    """First moment of the term, UTC."""
    end: datetime
    """First moment after the term, UTC."""
    category: str = "MACHINE"
    """`MACHINE` or `LICENSE`."""
    vcpus: int = 0
    """vCPUs committed."""
    memory_gib: float = 0.0
    """Memory committed in GiB."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs committed."""
    local_ssd_gib: int = 0
    """Local SSD committed in GiB."""
    license: str | None = None
    """Licence that it covers, of category `LICENSE`."""
    auto_renew: bool = False
    """Starts again at its end."""
    reservation_ids: tuple[str, ...] = ()
    """Reservations attached to it, which cannot be deleted before its end."""
