"""Kept of SageMaker: endpoints and notebooks."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointVariant:
    """One production variant of an endpoint."""

    name: str
    """Name of the variant."""
    instance_type: str | None
    """Such as `ml.g5.xlarge`; None for serverless variants."""
    instance_count: int
    """Instances now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagemakerEndpoint:
    """A real-time inference endpoint."""

    KIND: ClassVar[str] = "sagemaker_endpoint"

    status: str
    """`InService`, ..."""
    variants: tuple[EndpointVariant, ...]
    """What runs behind it."""
    modified_at: datetime | None = None
    """Last change, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagemakerNotebook:
    """A notebook instance."""

    KIND: ClassVar[str] = "sagemaker_notebook"

    status: str
    """`InService` (billed), `Stopped`, ..."""
    instance_type: str
    """Such as `ml.t3.medium`."""
    volume_gib: int | None = None
    """Size of its volume in GiB."""
    modified_at: datetime | None = None
    """Last start, stop or change, UTC."""
