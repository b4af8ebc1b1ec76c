"""Resource-based commitments that are owned, as the settlement of an audit takes them.

Flexible commitments are in no inventory; the bill shows their fees.
"""

import math

from costopt.economics.commitments import Owned
from costopt.economics.gce.committed_amounts import Amount, amounts
from costopt.economics.gce.machines import SERVICE
from costopt.economics.gce.usage import GPU
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
            id=f"{resource.id} ({(family if one.kind == GPU else one.kind).replace('_', ' ')})",
            region=resource.region,
            spec=_commitment(spec, family, one),
            renews=spec.auto_renew,
        )
        for one in amounts(spec)
        for family in one.families
    )


def _commitment(spec: CommittedUse, family: str, amount: Amount) -> Commitment:
    return Commitment(
        commitment_kind=CommitmentKind.RESOURCE_CUD,
        service=SERVICE,
        state="active",
        start=spec.start,
        end=spec.end,
        payment_option="no_upfront",
        instance_family=family,
        count=math.ceil(amount.count),
        platform=amount.kind,
    )
