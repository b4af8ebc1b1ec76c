"""Pods, the nodes they can run on, and what a node keeps for itself."""

from dataclasses import dataclass
from decimal import Decimal

from costopt.errors import WorkloadError
from costopt.model.shape import Shape

MOST_PODS = 110
"""Pods on one node. Source: https://kubernetes.io/docs/setup/best-practices/cluster-large/. On AWS the network
interfaces of small types allow fewer: https://github.com/awslabs/amazon-eks-ami (eni-max-pods.txt)."""

VM_OVERHEAD_FRACTION = 0.075
"""Part of the stated memory that the hypervisor and the kernel keep.
Source: https://karpenter.sh/docs/reference/settings/ (VM_MEMORY_OVERHEAD_PERCENT)."""

# Share of a core that the kubelet and the runtime get of the first, the second, the third and fourth, and all others.
# Source: https://github.com/awslabs/amazon-eks-ami (bootstrap.sh, get_cpu_millicores_to_reserve), as GKE does.
_CORE_BANDS = ((1, 0.06), (2, 0.01), (4, 0.005))
_FURTHER_CORES = 0.0025

# MiB for the kubelet, for each pod that may run, and free memory below which pods are evicted. Source: the same file.
_KUBELET_MIB = 255
_POD_MIB = 11
_EVICTION_MIB = 100


# Shares of memory that GKE keeps, up to so many GiB, and what it keeps of a node with less than one.
# Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes.
_GIB_BANDS = ((4, 0.25), (8, 0.2), (16, 0.1), (128, 0.06), (float("inf"), 0.02))
_SMALLEST_RESERVE_MIB = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PodKind:
    """Pods that are alike."""

    name: str
    """What they are called in messages, unique."""
    cpu: float
    """Cores that one requests, more than 0."""
    memory_gib: float
    """Memory that one requests, in GiB, more than 0."""
    count: int
    """How many run, at least 1."""

    def __post_init__(self) -> None:
        """Refuse what no scheduler takes.

        Raises:
            WorkloadError: requests of nothing (nobody can pack what has no size), or no pods.
        """
        if not (self.cpu > 0 and self.memory_gib > 0 and self.count > 0):
            raise WorkloadError(
                f"pods {self.name}: {self.count} with {self.cpu} cores and {self.memory_gib} GiB; each must be above 0",
                hint="Give requests for CPU and memory: without them no number of nodes can be planned.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemons:
    """What runs on every node: the requests of all daemon sets together."""

    cpu: float = 0.0
    """Cores."""
    memory_gib: float = 0.0
    """Memory in GiB."""
    pods: int = 0
    """How many pods they are."""


NO_DAEMONS = Daemons()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """A type of node on offer, as far as pods may use it."""

    shape: Shape
    """The machine."""
    hourly_price: Decimal
    """Dollars an hour of one node, whatever it carries: the machine, its disk, a fee per node."""
    cpu: float
    """Cores for pods."""
    memory_gib: float
    """Memory for pods, in GiB."""
    pods: int = MOST_PODS
    """Largest number of pods."""

    def __post_init__(self) -> None:
        """Refuse a price that is none.

        Raises:
            WorkloadError: the price is not above zero.
        """
        if not (self.hourly_price.is_finite() and self.hourly_price > 0):
            raise WorkloadError(f"{self.shape.instance_type}: a node cannot cost {self.hourly_price} dollars an hour")


def node_type(
    shape: Shape,
    hourly_price: Decimal,
    *,
    daemons: Daemons = NO_DAEMONS,
    most_pods: int = MOST_PODS,
    vm_overhead_fraction: float = VM_OVERHEAD_FRACTION,
) -> NodeType:
    """What a machine has left for pods: without the kernel's, the kubelet's and the daemon sets' part.

    Args:
        shape: the machine.
        hourly_price: dollars an hour of one node.
        daemons: what runs on every node.
        most_pods: pods that the kubelet admits, daemons included.
        vm_overhead_fraction: part of the stated memory that never reaches the operating system, 0..1.

    Returns:
        The type; of machines too small for their daemons one with nothing for pods.
    """
    memory = (
        shape.memory_gib * (1 - vm_overhead_fraction) - (_KUBELET_MIB + _POD_MIB * most_pods + _EVICTION_MIB) / 1024
    )
    return NodeType(
        shape=shape,
        hourly_price=hourly_price,
        cpu=max(shape.vcpu - reserved_cores(shape.vcpu) - daemons.cpu, 0.0),
        memory_gib=max(memory - daemons.memory_gib, 0.0),
        pods=max(most_pods - daemons.pods, 0),
    )


def gke_node_type(shape: Shape, hourly_price: Decimal) -> NodeType:
    """What a node of GKE Standard has left for pods, without daemon sets of the user's own.

    Args:
        shape: the machine.
        hourly_price: dollars an hour of one node.
    """
    memory = shape.memory_gib - reserved_gib(shape.memory_gib) - _EVICTION_MIB / 1024
    return NodeType(
        shape=shape,
        hourly_price=hourly_price,
        cpu=max(shape.vcpu - reserved_cores(shape.vcpu), 0.0),
        memory_gib=max(memory, 0.0),
    )


def reserved_gib(memory_gib: float) -> float:
    """Memory that GKE keeps of a node, in GiB, without the part below which pods are evicted.

    Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes (resource reservations).
    """
    if memory_gib < 1:
        return _SMALLEST_RESERVE_MIB / 1024
    kept, below = 0.0, 0.0
    for upto, share in _GIB_BANDS:
        kept += share * max(min(memory_gib, upto) - below, 0.0)
        below = upto
    return kept


def reserved_cores(vcpu: int) -> float:
    """Cores that the kubelet and the container runtime keep: 0.07 of 2, 0.08 of 4, 0.09 of 8."""
    kept, counted = 0.0, 0
    for until, share in _CORE_BANDS:
        kept += share * max(min(vcpu, until) - counted, 0)
        counted = until
    return kept + _FURTHER_CORES * max(vcpu - counted, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedNodes:
    """Nodes that carry the same pods."""

    node: NodeType
    """Their type."""
    count: int
    """How many there are."""
    pods: tuple[tuple[str, int], ...]
    """Pods on each: name and number, in the order of the kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """Nodes for a set of pods, and how much cheaper any other set of nodes could be at most."""

    nodes: tuple[PackedNodes, ...]
    """The nodes, most expensive kind first."""
    hourly_cost: Decimal
    """Dollars an hour of all nodes."""
    bound: Decimal
    """Dollars an hour that no packing can be below; proven, whatever a solver says."""
    first_fit_cost: Decimal
    """Dollars an hour of first-fit decreasing, which autoscalers come to: what the packing is compared with."""
    rounds: int
    """How often patterns were priced."""

    @property
    def gap(self) -> float:
        """Share of the cost that is not proven necessary, 0..1."""
        return float((self.hourly_cost - self.bound) / self.hourly_cost)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return sum(nodes.count for nodes in self.nodes)
