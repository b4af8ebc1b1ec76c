"""Kept of commitments already owned: reserved instances of every service, savings plans."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar


class CommitmentKind(StrEnum):
    """What was bought."""

    STANDARD_RI = "standard_ri"
    CONVERTIBLE_RI = "convertible_ri"
    EC2_INSTANCE_SP = "ec2_instance_sp"
    COMPUTE_SP = "compute_sp"
    SAGEMAKER_SP = "sagemaker_sp"
    DATABASE_SP = "database_sp"
    RESOURCE_CUD = "resource_cud"
    """Google: vCPUs, or GiB of memory, of a series. Collected as `CommittedUse`, which has both."""
    FLEXIBLE_CUD = "flexible_cud"
    """Google: dollars an hour for vCPUs and memory of most series. No list has it; the bill shows its fee."""
    CAPACITY = "capacity"
    """Google: slots of BigQuery, of one edition in one location. Collected as `CapacityCommitment`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A commitment that the account owns; `commitment` is its kind of resource."""

    KIND: ClassVar[str] = "commitment"

    commitment_kind: CommitmentKind
    """What was bought."""
    service: str
    """`ec2`, `rds`, `elasticache`, `opensearch`, `redshift`, `sagemaker`, `any` for Compute Savings Plans, `gce` or
    `bigquery`."""
    state: str
    """`active`, `queued`, `retired`, ..."""
    start: datetime
    """First moment of the term, UTC."""
    end: datetime
    """First moment after the term, UTC."""
    payment_option: str
    """`no_upfront`, `partial_upfront`, `all_upfront`."""
    instance_type: str | None = None
    """Type of a reservation."""
    instance_family: str | None = None
    """Family of an EC2 Instance Savings Plan, series of a `RESOURCE_CUD`, such as `n2`, or item of `CAPACITY`."""
    count: int = 0
    """Instances reserved, or vCPUs, GiB or slots committed."""
    platform: str = "linux"
    """Operating system (EC2) or engine (databases) that a reservation covers; `vcpu` or `memory` of a CUD; project
    of `CAPACITY`."""
    availability_zone: str | None = None
    """Zone of a zonal reservation; None where regional."""
    tenancy: str = "default"
    """`default` or `dedicated`."""
    multi_az: bool = False
    """A database reservation for instances with a standby."""
    hourly_commitment: Decimal | None = None
    """Dollars an hour of a savings plan, or of a `FLEXIBLE_CUD`."""
    hourly_rate: Decimal | None = None
    """Effective dollars an hour of one reserved instance, upfront spread; None where unknown."""
    region: str | None = None
    """Region that it is bound to; None for Compute Savings Plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAdvice:
    """A recommendation of the provider's own adviser, kept for comparison."""

    KIND: ClassVar[str] = "provider_advice"

    adviser: str
    """`compute-optimizer`, `cost-optimization-hub` or `google-recommender`."""
    resource_id: str
    """Resource that it concerns."""
    finding: str
    """Provider's word for the finding, such as `OVER_PROVISIONED`."""
    recommended: str | None = None
    """What it recommends."""
    monthly_saving_usd: Decimal | None = None
    """Provider's own estimate, a month."""
