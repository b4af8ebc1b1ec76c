"""Kept of Cloud Run. Environment variables, arguments and mounted secrets are never kept."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudRunService:
    """A service of Cloud Run, by its newest template."""

    KIND: ClassVar[str] = "cloud_run_service"

    vcpu: float
    """vCPUs of one instance, all its containers together."""
    memory_gib: float
    """Memory of one instance in GiB."""
    cpu_always_allocated: bool
    """Instances are paid for their whole life, not only while they answer."""
    min_instances: int = 0
    """Instances that are kept warm, paid at a lower rate while idle."""
    max_instances: int | None = None
    """Instances at most; None for the default."""
    concurrency: int | None = None
    """Requests that one instance takes at once; None for the default."""
    gpu_type: str | None = None
    """GPU of each instance."""
    gpu_count: int = 0
    """How many of it."""
