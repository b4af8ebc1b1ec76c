"""Resource-based commitments that are owned, as the settlement of an audit takes them.

Flexible commitments are in no inventory: see `pipeline/billed_commitments`.
"""

import math
from collections.abc import Iterator

from costopt.economics.commitments import Owned
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.machines import SERVICE
from costopt.economics.gce.usage import GPU, LOCAL_SSD, accelerator_item
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.committed_use import CommittedUse


def committed_units(resource: Resource) -> tuple[Owned, ...]:
    """What an active commitment pays for: vCPUs and memory by series, GPUs and local SSD; none of any other resource.

    A part of a GiB counts as a whole one, so that no saving is overstated. Of a commitment whose type is not known
    only the devices are here.
    """
    spec = resource.spec
    if not isinstance(spec, CommittedUse) or spec.status != "ACTIVE" or spec.category != "MACHINE":
        return ()
    return tuple(
        Owned(
            id=f"{resource.id} ({(family if kind == GPU else kind).replace('_', ' ')})",
            region=resource.region,
            spec=_commitment(spec, family, kind, count),
            renews=spec.auto_renew,
        )
        for family, kind, count in _amounts(spec)
        if count
    )


def _amounts(spec: CommittedUse) -> Iterator[tuple[str, str, int]]:
    """Series or device, the resource that is committed of it, and how much."""
    for series in covered_series(spec.commitment_type):
        yield series, "vcpu", spec.vcpus
        yield series, "memory", math.ceil(spec.memory_gib)
    for gpu in spec.accelerators:
        yield accelerator_item(gpu), GPU, gpu.count
    yield LOCAL_SSD, LOCAL_SSD, spec.local_ssd_gib


def _commitment(spec: CommittedUse, family: str, kind: str, count: int) -> Commitment:
    return Commitment(
        commitment_kind=CommitmentKind.RESOURCE_CUD,
        service=SERVICE,
        state="active",
        start=spec.start,
        end=spec.end,
        payment_option="no_upfront",
        instance_family=family,
        count=count,
        platform=kind,
    )
