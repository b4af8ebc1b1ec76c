"""Resources that no check looks at, and why: a report says of everything in a snapshot what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from costopt.analyzer.check import Check
from costopt.analyzer.registry import all_checks
from costopt.model.report import UncheckedKind
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice
from costopt.model.specs.databases import RdsCluster
from costopt.model.specs.ec2 import LaunchTemplate
from costopt.model.specs.gce import InstanceTemplate, ManagedInstanceGroup
from costopt.model.specs.gke import GkeNodePool
from costopt.model.specs.google_ml import WorkbenchInstance
from costopt.model.specs.google_network import CloudNat, ForwardingRule
from costopt.model.specs.google_storage import BigQueryDataset, CapacityCommitment

REASONS: Mapping[str, str] = {
    BigQueryDataset.KIND: "costs nothing itself; its tables are judged",
    CapacityCommitment.KIND: "judged with the reservations that it pays for",
    CloudNat.KIND: "its price follows the machines that use it; its addresses are judged",
    ForwardingRule.KIND: "read for the addresses that it holds; its own traffic is not read",
    GkeNodePool.KIND: "judged with its cluster",
    InstanceTemplate.KIND: "costs nothing itself",
    LaunchTemplate.KIND: "costs nothing itself",
    ManagedInstanceGroup.KIND: "costs nothing itself; its machines are judged",
    ProviderAdvice.KIND: "the provider's advice, shown beside the findings that it agrees with",
    RdsCluster.KIND: "read for its instances; its own storage is not judged",
    WorkbenchInstance.KIND: "its machine is judged",
}
"""Why a kind has no check of its own."""

LEFT_OUT = "its checks were left out by the settings"


def unchecked_kinds(checks: Sequence[Check[Any, Any]], resources: Iterable[Resource]) -> tuple[UncheckedKind, ...]:
    """Kinds of which there are resources and that none of the checks concerns, by name.

    Args:
        checks: the checks that ran.
        resources: everything in the snapshot.
    """
    ran, there_are = ({check.applies_to.KIND for check in some} for some in (checks, all_checks()))
    counts = Counter(resource.spec.KIND for resource in resources if resource.spec.KIND not in ran)
    return tuple(
        UncheckedKind(kind=kind, reason=LEFT_OUT if kind in there_are else REASONS[kind], resources=number)
        for kind, number in sorted(counts.items())
    )
