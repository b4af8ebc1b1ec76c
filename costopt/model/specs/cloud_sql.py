"""Kept of Cloud SQL. Users, flags, certificates and passwords are never kept."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSqlInstance:
    """A database instance."""

    KIND: ClassVar[str] = "cloud_sql_instance"

    engine: str
    """`mysql`, `postgres` or `sqlserver`."""
    database_version: str
    """Such as `MYSQL_5_7`, `POSTGRES_15`, `SQLSERVER_2019_STANDARD`."""
    tier: str
    """Such as `db-custom-4-16384`, `db-n1-standard-2`, `db-perf-optimized-N-8`, `db-f1-micro`."""
    state: str
    """`RUNNABLE`, `SUSPENDED`, `MAINTENANCE`, ..."""
    activation_policy: str
    """`ALWAYS`, or `NEVER`: stopped, so that only storage and addresses are billed."""
    availability: str
    """`ZONAL`, or `REGIONAL`: with a standby, which costs twice."""
    edition: str = "ENTERPRISE"
    """`ENTERPRISE` or `ENTERPRISE_PLUS`."""
    storage_type: str = "PD_SSD"
    """`PD_SSD`, `PD_HDD`, `HYPERDISK_BALANCED`."""
    storage_gib: int = 0
    """Provisioned storage in GiB."""
    pricing_plan: str = "PER_USE"
    """`PER_USE` or `PACKAGE`."""
    zone: str | None = None
    """Zone of the primary."""
    replica_of: str | None = None
    """Name of the instance that it copies, where it is a read replica."""
    replica_names: tuple[str, ...] = ()
    """Read replicas of it, sorted."""
    deletion_protection: bool = False
    """Cannot be deleted before this is switched off."""

    @property
    def running(self) -> bool:
        """Whether vCPUs and memory are billed now."""
        return self.state in ("RUNNABLE", "MAINTENANCE") and self.activation_policy == "ALWAYS"
