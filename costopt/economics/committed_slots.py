"""Slots of BigQuery that capacity commitments pay for.

The commitments of a project and location pay together for the baseline slots of its reservations of their edition, and
for nothing in other projects. What the baselines have beyond them is charged by the hour, without commitment.
Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations
(slotCapacity), https://cloud.google.com/bigquery/docs/reservations-commitments.
"""

from datetime import datetime

from costopt.economics.commitments import Owned
from costopt.economics.slot_usage import SERVICE, slot_usage
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.google_storage import CapacityCommitment


def is_paid(spec: CapacityCommitment, now: datetime) -> bool:
    """Whether a commitment pays for slots: one whose term is over does until somebody deletes it."""
    ended = spec.end is not None and spec.end <= now
    return spec.state == "ACTIVE" and not (ended and spec.renewal_plan == "NONE")


def owned_slots(resource: Resource, now: datetime) -> tuple[Owned, ...]:
    """A capacity commitment that pays now, as the settlement of an audit takes it; none of any other resource."""
    spec = resource.spec
    if not isinstance(spec, CapacityCommitment) or not is_paid(spec, now):
        return ()
    paid = slot_usage(resource.account, spec.edition)
    commitment = Commitment(
        commitment_kind=CommitmentKind.CAPACITY,
        service=SERVICE,
        state="active",
        start=spec.start or now,
        end=spec.end or now,
        payment_option="no_upfront",
        instance_family=paid.instance_type,
        count=spec.slot_count,
        platform=paid.variant,
    )
    ended = spec.end is None or spec.end <= now
    renews = spec.renewal_plan not in (None, "NONE")
    return (Owned(id=resource.id, region=resource.region, spec=commitment, renews=renews, open_ended=ended),)
