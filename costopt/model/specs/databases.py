"""Kept of databases: RDS, ElastiCache, DynamoDB."""

from dataclasses import dataclass
from typing import ClassVar

BILLED_STATUSES = frozenset(
    (
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "converting-to-vpc",
        "incompatible-option-group",
        "incompatible-parameters",
        "maintenance",
        "modifying",
        "moving-to-vpc",
        "rebooting",
        "renaming",
        "resetting-master-credentials",
        "storage-full",
        "storage-optimization",
        "upgrading",
    )
)
"""States of a database instance in which its hours are billed; in the others storage at most is.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html (DB instance status)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RdsInstance:
    """A database instance of RDS or Aurora (DocumentDB and Neptune, which the same API lists, are left out)."""

    KIND: ClassVar[str] = "rds_instance"

    instance_class: str
    """Such as `db.m5.large`."""
    engine: str
    """`mysql`, `postgres`, `mariadb`, `aurora-mysql`, `oracle-se2`, `sqlserver-ex`, ..."""
    engine_version: str
    """Such as `13.4`."""
    status: str
    """`available`, `stopped`, ..."""
    multi_az: bool
    """Has a standby."""
    storage_type: str | None
    """`gp2`, `gp3`, `io1`, `aurora`, ..."""
    storage_gib: int
    """Allocated storage in GiB (1 for Aurora)."""
    iops: int | None = None
    """Provisioned IOPS."""
    cluster_id: str | None = None
    """Aurora cluster that it belongs to."""
    replica_of: str | None = None
    """Source instance, where it is a read replica."""
    license_model: str | None = None
    """`general-public-license`, `license-included`, `bring-your-own-license`."""

    @property
    def billed(self) -> bool:
        """Whether its hours are billed now: it runs, perhaps busy with a backup or a change."""
        return self.status in BILLED_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class RdsCluster:
    """An Aurora or Multi-AZ cluster."""

    KIND: ClassVar[str] = "rds_cluster"

    engine: str
    """`aurora-mysql`, `aurora-postgresql`, `mysql`, `postgres`."""
    engine_version: str
    """Such as `14.6`."""
    status: str
    """`available`, `stopped`, ..."""
    member_ids: tuple[str, ...]
    """Instances in it."""
    storage_type: str | None = None
    """`aurora`, `aurora-iopt1`."""
    serverless: bool = False
    """Scales by capacity units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RdsSnapshot:
    """A manual snapshot of an instance or a cluster (automated ones live and die with their source)."""

    KIND: ClassVar[str] = "rds_snapshot"

    source_id: str
    """Instance or cluster it was taken of."""
    source_kind: str
    """`rds_instance` or `rds_cluster`."""
    storage_gib: int
    """Allocated storage of the source in GiB: the most that the snapshot can hold."""
    engine: str
    """Engine of the source."""
    status: str = "available"
    """State of the snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticacheCluster:
    """A cache cluster (a node group's members each are one)."""

    KIND: ClassVar[str] = "elasticache_cluster"

    node_type: str
    """Such as `cache.m6g.large`."""
    nodes: int
    """How many nodes."""
    engine: str
    """`redis`, `valkey`, `memcached`."""
    status: str
    """`available`, ..."""
    replication_group_id: str | None = None
    """Group it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbTable:
    """A DynamoDB table."""

    KIND: ClassVar[str] = "dynamodb_table"

    billing_mode: str
    """`provisioned` or `on_demand`."""
    status: str
    """`ACTIVE`, ..."""
    size_bytes: int
    """Stored bytes, as of at most six hours ago."""
    items: int
    """Stored items."""
    read_capacity_units: int = 0
    """Provisioned read units with all indexes."""
    write_capacity_units: int = 0
    """Provisioned write units with all indexes."""
    table_class: str = "STANDARD"
    """`STANDARD` or `STANDARD_INFREQUENT_ACCESS`."""
    replica_regions: tuple[str, ...] = ()
    """Other regions of a global table."""
