"""What a user can set, with the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from costopt.config.budget_settings import BudgetEntry, BudgetSettings
from costopt.config.notify_settings import NotifySettings
from costopt.config.plan_settings import PlanSettings


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
class GcpSettings:
    """Section `[gcp]`: which projects to read. Nothing named at all is the project of the credentials."""

    projects: tuple[str, ...] = ()
    """Ids of projects."""
    folders: tuple[str, ...] = ()
    """Numbers of folders, whose projects are read with those of the folders below."""
    organizations: tuple[str, ...] = ()
    """Numbers of organisations, whose projects are all read."""
    quota_project: str | None = None
    """Project whose quotas the calls count against, and in which the APIs must be enabled; None for that of the
    credentials."""
    slot_locations: tuple[str, ...] = ()
    """Places of BigQuery, such as `europe-west4`, in which slots are looked for in every project; beside the US, the EU
    and where the project has datasets, which one that only administers slots has not."""
    max_api_cost_usd: float | None = None
    """Stop, with gaps, before Cloud Monitoring charges more than this for the collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Section `[audit]`: what is reported."""

    owner_tags: tuple[str, ...] = ("team", "owner", "Team", "Owner")
    """Tag keys that name an owner; the first present one counts."""
    ignore_tags: tuple[str, ...] = ("costopt:ignore", "costopt-ignore")
    """Resources with such a tag or label are not counted: a key, `key=value`, or `/regular expression/` (RE2) on the
    whole of `key=value`. Labels of Google Cloud take no colon."""
    checks: tuple[str, ...] = ()
    """Only these checks; empty for all."""
    skip_checks: tuple[str, ...] = ()
    """None of these checks."""


DISCOUNTED_SERVICES = (
    "bigquery", "cloud_lb", "cloud_nat", "cloud_run", "cloud_sql", "cloudwatch", "dynamodb", "ebs", "ec2", "efs", "eks",
    "elasticache", "elb", "fargate", "gce", "gcs", "gke", "lambda", "logs", "rds", "s3", "sagemaker", "tpu", "vpc",
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
class ExchangeRate:
    """One `[[billing.rates]]`: what a unit of one currency was worth in another from a day on."""

    currency: str
    """ISO 4217 code of the bill's currency."""
    into: str
    """ISO 4217 code of the currency that totals are wanted in."""
    since: date
    """First day on which the rate holds, UTC; until the next rate of the same pair."""
    rate: Decimal
    """Units of `into` that one unit of `currency` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSettings:
    """Section `[billing]`: where bills are kept and how their currencies meet."""

    store: str = "bills"
    """Directory of the store of bills; in a file of settings, relative to that file."""
    files: tuple[str, ...] = ()
    """FOCUS files or folders of them, likewise relative: what a check of budgets reads where there is no store."""
    currency: str | None = None
    """Currency that totals are converted to, at the dated `rates`; None never converts."""
    rates: tuple[ExchangeRate, ...] = ()
    """Dated exchange rates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Section `[engine]`: what runs the queries over bills."""

    kind: Literal["duckdb", "spark", "bigquery", "athena"] = "duckdb"
    """`duckdb` reads the local store; the others read a FOCUS table or view that the user has there."""
    table: str | None = None
    """That table, as the engine names it: `catalog.schema.table`."""
    tags: Literal["json", "map"] = "json"
    """How its column Tags holds tags: text of a JSON object, or a map from text to text."""
    remote: str | None = None
    """Address of the Spark Connect server, `sc://host:15002`. A token belongs in the environment (SPARK_REMOTE)."""
    project: str | None = None
    """BigQuery project that pays for the queries."""
    location: str | None = None
    """BigQuery location of the table."""
    max_gib_billed: float = 100.0
    """BigQuery refuses a query that would scan more."""
    database: str | None = None
    """Athena database of the table."""
    workgroup: str = "primary"
    """Athena workgroup, which says where results go."""
    region: str | None = None
    """AWS region of Athena."""


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
    gcp: GcpSettings = field(default_factory=GcpSettings)
    """Section `[gcp]`."""
    audit: AuditSettings = field(default_factory=AuditSettings)
    """Section `[audit]`."""
    prices: PriceSettings = field(default_factory=PriceSettings)
    """Section `[prices]`."""
    billing: BillingSettings = field(default_factory=BillingSettings)
    """Section `[billing]`."""
    engine: EngineSettings = field(default_factory=EngineSettings)
    """Section `[engine]`."""
    plan: PlanSettings = field(default_factory=PlanSettings)
    """Section `[plan]`."""
    budgets: tuple[BudgetEntry, ...] = ()
    """What may be spent on what."""
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    """Section `[budget]`."""
    notify: NotifySettings = field(default_factory=NotifySettings)
    """Section `[notify]`."""
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Sections `[checks.<id>]`: thresholds of single checks."""
    mute: tuple[Mute, ...] = ()
    """Muted findings."""
