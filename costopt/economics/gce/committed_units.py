"""Resource-based commitments that are owned, as the settlement of an audit takes them.

Flexible commitments are in no inventory, so that what they pay for is only known from a bill. GPUs and local SSD that
are committed are left out: what a machine uses of them is not held against any commitment.
"""

import math

from costopt.economics.commitments import Owned
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.machines import SERVICE
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.committed_use import CommittedUse


def committed_units(resource: Resource) -> tuple[Owned, ...]:
    """The vCPUs and the memory of an active commitment, by series; none of any other resource.

    A part of a GiB counts as a whole one, so that no saving is overstated.
    """
    spec = resource.spec
    if not isinstance(spec, CommittedUse) or spec.status != "ACTIVE" or spec.category != "MACHINE":
        return ()
    amounts = (("vcpu", spec.vcpus), ("memory", math.ceil(spec.memory_gib)))
    return tuple(
        Owned(id=f"{resource.id} ({name})", region=resource.region, spec=_commitment(spec, series, name, count))
        for series in covered_series(spec.commitment_type)
        for name, count in amounts
        if count
    )


def _commitment(spec: CommittedUse, series: str, name: str, count: int) -> Commitment:
    return Commitment(
        commitment_kind=CommitmentKind.RESOURCE_CUD,
        service=SERVICE,
        state="active",
        start=spec.start,
        end=spec.end,
        payment_option="no_upfront",
        instance_family=series,
        count=count,
        platform=name,
    )
