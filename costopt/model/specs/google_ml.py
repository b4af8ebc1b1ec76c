"""Kept of Google's machine learning: Vertex AI endpoints, Workbench instances, TPUs."""

from dataclasses import dataclass
from typing import ClassVar

from costopt.model.specs.gce import Accelerator


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedModel:
    """A model behind an endpoint, with the machines that serve it."""

    deployed_id: str
    """Id of the deployment."""
    machine_type: str | None
    """Type of its machines; None where Google chooses, or where it shares a pool."""
    minimum: int | None
    """Machines at least, which are paid without any request."""
    maximum: int | None = None
    """Machines at most."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs or TPUs of each machine."""
    spot: bool = False
    """Runs on spot machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VertexEndpoint:
    """An online prediction endpoint."""

    KIND: ClassVar[str] = "vertex_endpoint"

    deployed: tuple[DeployedModel, ...]
    """What serves it; empty costs nothing."""
    private: bool = False
    """Reached through a network of the user's alone; its calls are counted by a metric of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchInstance:
    """A notebook instance; its machine is a Compute Engine instance of the same zone and name."""

    KIND: ClassVar[str] = "workbench_instance"

    state: str
    """`ACTIVE` (billed), `STOPPED`, `SUSPENDED`, ..."""
    zone: str
    """Where."""
    machine_type: str | None
    """Type of its machine."""
    instance_id: str
    """Id of that machine."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs."""
    idle_shutdown_minutes: int | None = None
    """Stops by itself after that; None where it does not, or it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TpuNode:
    """A TPU node or virtual machine."""

    KIND: ClassVar[str] = "tpu_node"

    accelerator_type: str
    """Such as `v3-8` or `v5litepod-4`."""
    state: str
    """`READY` (billed), `STOPPED`, `PREEMPTED`, ..."""
    zone: str
    """Where."""
    spot: bool = False
    """Spot or preemptible."""
    reserved: bool = False
    """Uses reserved capacity."""
