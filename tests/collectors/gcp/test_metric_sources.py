"""Each metric is asked for by the labels that Google gives its series."""

import re
from dataclasses import replace

import pytest

from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.model.kinds import SPEC_TYPES
from costopt.model.metrics import METRICS
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint
from costopt.model.specs.google_storage import BigQueryReservation
from tests.oracles.google_assets import estate
from tests.oracles.google_rows import rows_of

ROWS = {row.spec.KIND: row for row in rows_of(estate())}


def keys_of(metric: str, *resources: Resource) -> list[tuple[str, ...]]:
    """Labels of the series that are asked for, over all sources of a metric."""
    sources = [source for source in METRIC_SOURCES if source.metric == metric]
    return [labels for source in sources for labels, _ in source.keys(resources)]


@pytest.mark.parametrize(
    ("metric", "kind", "labels"),
    [
        ("cpu_max_percent", "gce_instance", ("4158127351007949610",)),
        ("gpu_used_percent", "gce_instance", ("4158127351007949610",)),
        ("reservation_used_max", "gce_reservation", ("77",)),
        ("db_cpu_max_percent", "cloud_sql_instance", ("acme-shop:orders",)),
        ("db_server_memory_max_bytes", "cloud_sql_instance", ("acme-shop:orders",)),
        ("db_vcpus", "cloud_sql_instance", ("acme-shop:orders",)),
        ("gke_cpu_mean_percent", "gke_cluster", ("us-central1-a", "main")),
        ("gke_memory_mean_percent", "gke_cluster", ("us-central1-a", "main", "")),
        ("bucket_reads", "gcs_bucket", ("acme-logs",)),
        ("bucket_changes", "gcs_bucket", ("acme-logs",)),
        ("cloud_run_requests", "cloud_run_service", ("us-central1", "api")),
        ("vertex_predictions", "vertex_endpoint", ("us-central1", "42")),
        ("tpu_duty_max_percent", "tpu_node", ("us-central1-b",)),
        ("table_bytes", "bigquery_table", ("sales", "orders")),
        ("project_api_requests", "gcp_project", ()),
    ],
)
def test_labels_of_a_resource(metric: str, kind: str, labels: tuple[str, ...]) -> None:
    assert keys_of(metric, ROWS[kind]) == [labels]


def of_engine(row: Resource, engine: str) -> Resource:
    assert isinstance(row.spec, CloudSqlInstance)
    return replace(row, spec=replace(row.spec, engine=engine))


def test_connections_are_counted_by_the_metric_of_the_engine() -> None:
    row = ROWS["cloud_sql_instance"]
    sources = [source for source in METRIC_SOURCES if source.metric == "db_connections_max"]
    found = {
        engine: [
            one.query.metric_type.rpartition("/")[2] for one in sources if list(one.keys([of_engine(row, engine)]))
        ]
        for engine in ("mysql", "postgres", "sqlserver")
    }
    assert found == {"mysql": ["connections"], "postgres": ["num_backends"], "sqlserver": ["connections"]}


@pytest.mark.parametrize("engine", ["mysql", "postgres", "sqlserver"])
def test_the_memory_of_a_database_counts_the_cache_of_the_file_system(engine: str) -> None:
    (source,) = [one for one in METRIC_SOURCES if one.metric == "db_memory_used_max_bytes"]
    assert list(source.keys([of_engine(ROWS["cloud_sql_instance"], engine)]))
    assert (source.query.metric_type, source.scale) == ("cloudsql.googleapis.com/database/memory/total_usage", 1.0)


@pytest.mark.parametrize(
    ("metric", "counted", "others"),
    [
        (
            "bucket_reads",
            ["ReadObject", "GetObjectMetadata", "RewriteObject.From"],
            ["WriteObject", "RewriteObject.To"],
        ),
        (
            "bucket_changes",
            ["WriteObject", "DeleteObject", "RewriteObject.To", "ComposeObject"],
            ["ReadObject", "RewriteObject.From", "ListObjects"],
        ),
    ],
)
def test_a_copy_reads_the_one_bucket_and_changes_the_other(metric: str, counted: list[str], others: list[str]) -> None:
    (source,) = [one for one in METRIC_SOURCES if one.metric == metric]
    (pattern,) = re.findall(r'full_match\("(.+)"\)$', source.query.where)
    assert [name for name in (*counted, *others) if re.fullmatch(pattern, name)] == counted


def test_only_the_systems_own_namespaces_are_no_workload() -> None:
    (source,) = [one for one in METRIC_SOURCES if one.metric == "gke_workload_containers_max"]
    (pattern,) = re.findall(r'^resource\.label\.namespace_name != .+full_match\("(.+)"\)$', source.query.where)
    names = [
        "kube-system",
        "gmp-system",
        "gke-gmp-system",
        "gke-managed-cim",
        "kube-jobs",
        "gke-runners",
        "gmp",
        "shop",
    ]
    assert [name for name in names if not re.fullmatch(pattern, name)] == ["kube-jobs", "gke-runners", "gmp", "shop"]


def test_calls_of_private_endpoints_are_counted_by_their_own_metric() -> None:
    row = ROWS["vertex_endpoint"]
    assert isinstance(row.spec, VertexEndpoint)
    private = replace(row, id="locations/us-central1/endpoints/7", spec=replace(row.spec, private=True))
    asked = {
        source.query.metric_type.rpartition("/online/")[2]: [labels for labels, _ in source.keys([row, private])]
        for source in METRIC_SOURCES
        if source.metric == "vertex_predictions"
    }
    assert asked == {"prediction_count": [("us-central1", "42")], "private/response_count": [("us-central1", "7")]}


def test_two_tpus_of_a_zone_cannot_be_told_apart_so_neither_gets_the_series() -> None:
    row = ROWS["tpu_node"]
    assert isinstance(row.spec, TpuNode)
    twin, far = replace(row, id="twin"), replace(row, id="far", spec=replace(row.spec, zone="europe-west4-a"))
    assert keys_of("tpu_duty_max_percent", row, twin, far) == [("europe-west4-a",)]


def test_slots_are_of_the_only_reservation_of_a_project_or_of_nobody() -> None:
    """The series do not say which reservation they are of."""
    spec = BigQueryReservation(location="us", slot_capacity=100)
    one = Resource(provider="gcp", account="acme-shop", region="us", id="locations/US/reservations/base", spec=spec)
    assert keys_of("bigquery_slots_max", one) == [()]
    assert keys_of("bigquery_slots_max", one, replace(one, id="locations/US/reservations/other")) == []


def test_a_machine_without_gpu_is_not_asked_for_one() -> None:
    row = ROWS["gce_instance"]
    assert keys_of("gpu_used_percent", replace(row, spec=replace(row.spec, accelerators=()))) == []  # type: ignore[type-var]


def test_a_disk_that_several_machines_share_has_no_series_of_its_own() -> None:
    row = ROWS["persistent_disk"]
    assert keys_of("disk_read_ops_per_second_max", row) == []


@pytest.mark.parametrize("source", METRIC_SOURCES, ids=lambda source: f"{source.kind}-{source.metric}")
def test_every_source_is_of_a_known_kind_and_metric_and_has_whole_steps(source) -> None:  # type: ignore[no-untyped-def]
    assert source.kind in SPEC_TYPES
    assert source.metric in METRICS
    assert source.days * 86_400 % source.step_seconds == 0
    assert source.query.aligner.startswith("ALIGN_")
    assert source.query.reducer.startswith("REDUCE_")
