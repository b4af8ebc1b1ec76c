"""Cloud SQL. Of the settings only what is billed is read; users, flags and certificates are not."""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import flag, labels, moment, optional_text, part, text, texts, whole
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance

_ENGINES = {"MYSQL": "mysql", "POSTGRES": "postgres", "SQLSERVER": "sqlserver"}


def instances_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one instance; first generation and external replicas included."""
    data, settings = asset.data, part(asset.data, "settings")
    version = text(data, "databaseVersion")
    master = optional_text(data, "masterInstanceName")
    spec = CloudSqlInstance(
        engine=_ENGINES.get(version.partition("_")[0], "unknown"),
        database_version=version,
        tier=text(settings, "tier"),
        state=text(data, "state"),
        activation_policy=optional_text(settings, "activationPolicy") or "ALWAYS",
        availability=optional_text(settings, "availabilityType") or "ZONAL",
        edition=optional_text(settings, "edition") or "ENTERPRISE",
        storage_type=optional_text(settings, "dataDiskType") or "PD_SSD",
        storage_gib=whole(settings, "dataDiskSizeGb") or 0,
        pricing_plan=optional_text(settings, "pricingPlan") or "PER_USE",
        zone=optional_text(data, "gceZone"),
        # `project:name`; a project of a domain has a colon of its own.
        replica_of=master and master.rpartition(":")[2],
        replica_names=tuple(sorted(texts(data, "replicaNames"))),
        deletion_protection=flag(settings, "deletionProtectionEnabled"),
    )
    yield google_resource(
        project,
        asset,
        spec,
        name=text(data, "name"),
        created_at=moment(data, "createTime"),
        tags=labels(settings, "userLabels"),
    )


CLOUD_SQL = Service(
    id="cloud_sql", parsers={"sqladmin.googleapis.com/Instance": instances_of}, kinds=(CloudSqlInstance,)
)
