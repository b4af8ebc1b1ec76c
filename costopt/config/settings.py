"""What a user can set, with the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """Section `[aws]`: which accounts to read and how to reach them."""

    profile: str | None = None
    """Profile of the AWS configuration; None for the default chain."""
    profiles: tuple[str, ...] = ()
    """More profiles to read in the same run, such as those of GovCloud, of China or of another organisation."""
    role_arns: tuple[str, ...] = ()
    """Roles to assume, one account each."""
    external_id: str | None = None
    """External id for those roles."""
    organization_role: str | None = None
    """Name of a role to assume in every account of the organisation."""
    accounts: tuple[str, ...] = ()
    """Only these accounts of the organisation; empty for all."""
    regions: tuple[str, ...] = ()
    """Only these regions; empty for all that the account has enabled."""
    max_api_cost_usd: float | None = None
    """Stop, with gaps, before the provider charges more than this for the collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Section `[audit]`: what is reported."""

    owner_tags: tuple[str, ...] = ("team", "owner", "Team", "Owner")
    """Tag keys that name an owner; the first present one counts."""
    ignore_tags: tuple[str, ...] = ("costopt:ignore",)
    """Resources with such a tag are not counted: a key, `key=value`, or `/regular expression/` (RE2) on the whole
    of `key=value`."""
    checks: tuple[str, ...] = ()
    """Only these checks; empty for all."""
    skip_checks: tuple[str, ...] = ()
    """None of these checks."""


DISCOUNTED_SERVICES = (
    "dynamodb", "ebs", "ec2", "efs", "elasticache", "elb", "fargate", "lambda", "logs", "rds", "s3", "sagemaker", "vpc",
)  # fmt: skip
"""Services that the catalog prices, by the names in `PriceBook`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings:
    """Section `[prices]`: which prices are used."""

    directory: str | None = None
    """Refreshed catalog; None for the user's cache."""
    discounts: Mapping[str, float] = field(default_factory=dict)
    """Negotiated discount by service (`ec2`, `ebs`, `rds`, ...), 0..1, off list prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One `[[mute]]`: silences one finding until a date."""

    id: str
    """Finding id, `F-` and 12 digits."""
    until: date
    """Last day of silence, UTC."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything together."""

    aws: AwsSettings = field(default_factory=AwsSettings)
    """Section `[aws]`."""
    audit: AuditSettings = field(default_factory=AuditSettings)
    """Section `[audit]`."""
    prices: PriceSettings = field(default_factory=PriceSettings)
    """Section `[prices]`."""
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Sections `[checks.<id>]`: thresholds of single checks."""
    mute: tuple[Mute, ...] = ()
    """Muted findings."""
