"""Whose cost a line is, where that is not simply the resource: a surcharge of its own, or storage that many share.

Of several findings that save on one subject only one is counted. Two costs of one resource that end independently are
therefore two subjects, and one cost that several resources share is one subject.
"""

from costopt.model.resource import Resource, ResourceKey

EXTENDED_SUPPORT = "rds_extended_support"
"""Kind of subject of the surcharge of an old engine version: it ends with the upgrade, and the hours of the instance
go on. A smaller class saves hours, an upgrade the surcharge, and both together both."""

CLOUD_SQL_EXTENDED_SUPPORT = "cloud_sql_extended_support"
"""The same of Cloud SQL."""

SNAPSHOT_CHAIN = "ebs_snapshot_chain"
RDS_SNAPSHOT_CHAIN = "rds_snapshot_chain"
"""Kinds of subject of snapshots of one source: they are incremental and share their blocks, so that all of them
together cost little more than the largest. Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html."""


def surcharge_of(instance: Resource) -> ResourceKey:
    """The extended support of a database instance."""
    return instance.key._replace(kind=EXTENDED_SUPPORT)


def surcharge_of_database(database: Resource) -> ResourceKey:
    """The extended support of a Cloud SQL instance."""
    return database.key._replace(kind=CLOUD_SQL_EXTENDED_SUPPORT)


def chain_of(snapshot: Resource, kind: str, source_id: str) -> ResourceKey:
    """The blocks that the snapshots of a source share.

    Args:
        snapshot: one of them.
        kind: `SNAPSHOT_CHAIN` or `RDS_SNAPSHOT_CHAIN`.
        source_id: volume, instance or cluster.
    """
    return snapshot.key._replace(kind=kind, id=source_id)
