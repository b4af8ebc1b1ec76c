"""Kept of Google's storage and warehouse: buckets, datasets, tables, slots. No content is ever read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketRule:
    """One lifecycle rule of a bucket."""

    action: str
    """`Delete`, `SetStorageClass`, `AbortIncompleteMultipartUpload`."""
    storage_class: str | None = None
    """Class that it moves to."""
    age_days: int | None = None
    """Days since an object was made."""
    noncurrent: bool = False
    """Concerns only versions that were replaced."""
    partial: bool = False
    """Concerns only some names or classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcsBucket:
    """A bucket of Cloud Storage."""

    KIND: ClassVar[str] = "gcs_bucket"

    location: str
    """Region, or multi-region such as `us`, lower case."""
    storage_class: str
    """Class of new objects: `STANDARD`, `NEARLINE`, `COLDLINE`, `ARCHIVE`."""
    rules: tuple[BucketRule, ...]
    """Lifecycle rules."""
    versioning: bool
    """Replaced versions are kept."""
    location_type: str | None = None
    """`region`, `dual-region`, `multi-region`."""
    autoclass: bool = False
    """Google moves objects by their use."""
    soft_delete_days: float | None = None
    """Days that deleted objects are kept and billed; 0 where that is off, None where unknown."""
    retention_days: float | None = None
    """Days before which objects cannot be deleted; None without such a policy."""
    bytes_by_class: Mapping[str, int] | None = None
    """Bytes of live objects by class, by the daily metric; None where it could not be read."""
    noncurrent_bytes_by_class: Mapping[str, int] | None = None
    """Bytes of replaced versions by class, likewise."""
    soft_deleted_bytes: int | None = None
    """Bytes of deleted objects that are still kept and billed, likewise. No rule moves or deletes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BigQueryDataset:
    """A dataset of BigQuery."""

    KIND: ClassVar[str] = "bigquery_dataset"

    location: str
    """Region or multi-region, lower case."""
    default_table_expiration_days: float | None = None
    """Tables without an own date are deleted after that."""
    storage_billing_model: str = "LOGICAL"
    """`LOGICAL` or `PHYSICAL`: which bytes are billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BigQueryTable:
    """A table of BigQuery."""

    KIND: ClassVar[str] = "bigquery_table"

    dataset_id: str
    """Id of its dataset."""
    table_type: str
    """`TABLE`, `VIEW`, `EXTERNAL`, `MATERIALIZED_VIEW`, `SNAPSHOT`, `CLONE`."""
    modified_at: datetime | None = None
    """Last change of data or schema, UTC."""
    expires_at: datetime | None = None
    """When it is deleted by itself, UTC."""
    partition_expiration_days: float | None = None
    """Days after which each of its partitions is deleted by itself; None where they stay."""
    partitioned: bool = False
    """Its data is cut by time or range."""
    stored_bytes: int | None = None
    """Logical bytes, by the metric; None where it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BigQueryReservation:
    """Slots that are paid by the hour."""

    KIND: ClassVar[str] = "bigquery_reservation"

    location: str
    """Region or multi-region, lower case."""
    slot_capacity: int
    """Baseline slots, paid whether used or not."""
    edition: str | None = None
    """`STANDARD`, `ENTERPRISE`, `ENTERPRISE_PLUS`; None for the old flat rate."""
    autoscale_max_slots: int = 0
    """Slots that may be added, paid while they are."""
    ignore_idle_slots: bool = False
    """Does not borrow from other reservations."""
    commitments_known: bool = False
    """All capacity commitments of its project and location were read. Where they were not, they may pay for its slots
    though none is in the snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityCommitment:
    """Slots that are paid for a term, for the reservations of one edition in its project and location.

    Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.capacityCommitments.
    """

    KIND: ClassVar[str] = "capacity_commitment"

    location: str
    """Region or multi-region, lower case."""
    slot_count: int
    """Slots that are paid, used or not."""
    plan: str
    """`MONTHLY`, `ANNUAL`, `THREE_YEAR`, `TRIAL`, `FLEX`, or `..._FLAT_RATE`."""
    state: str
    """`ACTIVE`, `PENDING`, `FAILED`."""
    edition: str | None = None
    """`ENTERPRISE`, `ENTERPRISE_PLUS`; None for the old flat rate."""
    start: datetime | None = None
    """First moment of the first term, UTC; None before it is active."""
    end: datetime | None = None
    """First moment after the term that runs, UTC. Unless it then renews or is removed by itself, it is paid on until
    somebody deletes it."""
    renewal_plan: str | None = None
    """Plan that follows by itself at the end; `NONE` where it is then removed; None for plans without any."""
