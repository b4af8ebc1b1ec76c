"""Kept of serverless and containers: Lambda, ECS. Environment variables are never read."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunction:
    """A Lambda function."""

    KIND: ClassVar[str] = "lambda_function"

    memory_mib: int
    """Configured memory in MiB."""
    architecture: str
    """`x86_64` or `arm64`."""
    runtime: str | None
    """Such as `python3.12`; None for container images."""
    code_bytes: int | None = None
    """Size of the code package."""
    provisioned_concurrency: int = 0
    """Provisioned environments over all aliases and versions, paid by the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EcsService:
    """A service of an ECS cluster."""

    KIND: ClassVar[str] = "ecs_service"

    cluster: str
    """Name of the cluster."""
    launch_type: str
    """`FARGATE`, `FARGATE_SPOT`, `EC2`, `EXTERNAL`."""
    desired: int
    """Tasks wanted."""
    running: int
    """Tasks running."""
    vcpu: float | None = None
    """vCPU of a Fargate task."""
    memory_gib: float | None = None
    """Memory of a Fargate task in GiB."""
    architecture: str = "x86_64"
    """`x86_64` or `arm64`."""
