"""BigQuery: datasets and tables. No query runs, and no row of any table is read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from costopt.collectors.gcp.calls import LIST_TIME_SERIES
from costopt.collectors.gcp.interface import Api, Asset, SeriesQuery, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import (
    labels,
    moment_of_milliseconds,
    number,
    optional_text,
    part,
    text,
)
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryDataset, BigQueryTable

STORED_BYTES = SeriesQuery(
    metric_type="bigquery.googleapis.com/storage/stored_bytes",
    aligner="ALIGN_MEAN",
    reducer="REDUCE_SUM",
    group_by=("resource.label.dataset_id", "metric.label.table"),
)
"""Asset Inventory leaves the sizes of tables out. Sources: https://cloud.google.com/asset-inventory/docs/list-assets
(limitations), https://cloud.google.com/monitoring/api/metrics_gcp (storage/stored_bytes)."""
_SIZE_DAYS = 3
_MILLISECONDS_PER_DAY = 86_400_000


def datasets_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one dataset."""
    data = asset.data
    spec = BigQueryDataset(
        location=text(data, "location").lower(),
        default_table_expiration_days=_days(number(data, "defaultTableExpirationMs")),
        storage_billing_model=optional_text(data, "storageBillingModel") or "LOGICAL",
    )
    created = moment_of_milliseconds(data, "creationTime")
    yield google_resource(project, asset, spec, name=last_part(asset.name), created_at=created, tags=labels(data))


def tables_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one table or view, as yet without its size."""
    data = asset.data
    spec = BigQueryTable(
        dataset_id=project.id_of(asset.name).rpartition("/tables/")[0],
        # A clone calls itself a table.
        table_type="CLONE" if part(data, "cloneDefinition") else text(data, "type"),
        modified_at=moment_of_milliseconds(data, "lastModifiedTime"),
        expires_at=moment_of_milliseconds(data, "expirationTime"),
        partition_expiration_days=_days(number(part(data, "timePartitioning"), "expirationMs")),
        partitioned=bool(part(data, "timePartitioning") or part(data, "rangePartitioning")),
    )
    created = moment_of_milliseconds(data, "creationTime")
    yield google_resource(project, asset, spec, name=last_part(asset.name), created_at=created, tags=labels(data))


def _days(milliseconds: float | None) -> float | None:
    """Days of a time until expiration; zero, as an unset one may be sent, is none."""
    return milliseconds / _MILLISECONDS_PER_DAY if milliseconds else None


def _with_sizes(api: Api, rows: list[Resource], _: Sequence[Asset]) -> list[Resource]:
    if not any(isinstance(row.spec, BigQueryTable) for row in rows):
        return rows
    try:
        sizes = api.latest(STORED_BYTES, days=_SIZE_DAYS)
    except CALL_ERRORS as error:
        api.missing("table_sizes", error)
        return rows
    return [
        replace(row, spec=replace(row.spec, stored_bytes=round(sizes[key])))
        if isinstance(row.spec, BigQueryTable) and (key := (last_part(row.spec.dataset_id), last_part(row.id))) in sizes
        else row
        for row in rows
    ]


BIGQUERY = Service(
    id="bigquery",
    parsers={
        "bigquery.googleapis.com/Dataset": datasets_of,
        "bigquery.googleapis.com/Table": tables_of,
    },
    kinds=(BigQueryDataset, BigQueryTable),
    complete=_with_sizes,
    calls=(LIST_TIME_SERIES,),
)
