"""The answer key of the made projects: something to find, something to leave alone, near the published thresholds."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.xdist_group("made google")  # what its fixtures make is made once

KIND_OF_CHECK = {
    **dict.fromkeys(
        ("gce_idle", "gce_rightsize", "gce_stopped", "gce_gpu_idle", "workbench_idle"),
        "gce_instance",
    ),
    **dict.fromkeys(("pd_unattached", "pd_on_stopped", "pd_tier"), "persistent_disk"),
    "gce_snapshot_old": "disk_snapshot",
    "gce_image_idle": "gce_image",
    "gce_address_idle": "gce_address",
    "reservation_idle": "gce_reservation",
    **dict.fromkeys(("sql_idle", "sql_rightsize", "sql_extended_support"), "cloud_sql_instance"),
    **dict.fromkeys(("gke_idle", "gke_node_underused"), "gke_cluster"),
    **dict.fromkeys(("gcs_no_lifecycle", "gcs_tiering"), "gcs_bucket"),
    "bigquery_slots": "bigquery_reservation",
    "bigquery_stale": "bigquery_table",
    **dict.fromkeys(("cloudrun_min_instances", "cloudrun_cpu_allocation"), "cloud_run_service"),
    "vertex_endpoint_idle": "vertex_endpoint",
    "tpu_idle": "tpu_node",
    **dict.fromkeys(("project_unattended", "project_undercommitted"), "gcp_project"),
    **dict.fromkeys(("committed_use_expiring", "committed_use_underused"), "committed_use"),
}


@pytest.fixture(scope="module")
def specs(estate):
    return {resource.key: resource.spec for resource in estate.resources}


@pytest.fixture(scope="module")
def values(estate):
    """Measured values, holes left out, by resource and metric."""
    return {
        (series.resource, series.metric): [value for value in series.values if value is not None]
        for series in estate.series
    }


def of(specs, kind):
    return {key: spec for key, spec in specs.items() if kind == spec.KIND}


def test_the_key_names_resources_of_the_kind_of_the_check_and_never_all_of_them(estates):
    for estate in estates:
        assert set(estate.answers) == set(KIND_OF_CHECK)
        for check_id, keys in estate.answers.items():
            everything = {one.key for one in estate.resources if KIND_OF_CHECK[check_id] == one.spec.KIND}
            assert keys
            assert keys < everything


def test_three_in_four_resources_are_healthy(estate):
    planted = frozenset().union(*estate.answers.values())
    assert len(planted) < 0.25 * len(estate.resources)


def test_idle_machines_use_less_than_three_hundredths_of_a_vcpu_and_2000_bytes_a_second(estate, specs, values):
    for key in estate.answers["gce_idle"]:
        assert max(values[key, "cpu_max_percent"]) / 100 * specs[key].vcpus < 0.03
        assert max(values[key, "network_in_bytes"]) / 3600 < 2_000
        assert max(values[key, "network_out_bytes"]) / 3600 < 1_000


def test_some_machines_are_quiet_and_not_idle(estate, specs, values):
    quiet = {
        key
        for key, spec in of(specs, "gce_instance").items()
        if values[key, "cpu_max_percent"] and max(values[key, "cpu_max_percent"]) / 100 * spec.vcpus < 0.06
    } - estate.answers["gce_idle"]
    assert any(max(values[key, "cpu_max_percent"]) / 100 * specs[key].vcpus > 0.03 for key in quiet)
    assert any(max(values[key, "network_in_bytes"]) / 3600 > 2_000 for key in quiet)
    assert any(specs[key].local_ssd_gib for key in quiet)
    assert any(specs[key].managed_by == "dataflow" for key in quiet)
    assert any(len(values[key, "cpu_max_percent"]) < 0.8 * 336 for key in quiet)


def test_stopped_machines_lie_on_both_sides_of_30_days(estate, specs, now):
    stopped = {
        key: now - spec.last_stopped_at
        for key, spec in of(specs, "gce_instance").items()
        if spec.status == "TERMINATED" and spec.last_stopped_at
    }
    planted = estate.answers["gce_stopped"]
    assert all((age > timedelta(days=30)) == (key in planted) for key, age in stopped.items())
    assert timedelta(days=26) < max(age for key, age in stopped.items() if key not in planted)


def test_loose_disks_lie_on_both_sides_of_15_days(estate, specs, now):
    loose = {
        key: now - spec.last_detached_at for key, spec in of(specs, "persistent_disk").items() if spec.last_detached_at
    }
    planted = estate.answers["pd_unattached"]
    assert all((age >= timedelta(days=15)) == (key in planted) for key, age in loose.items())
    assert timedelta(days=11) < max(age for key, age in loose.items() if key not in planted)


def test_a_machine_that_is_idle_has_a_commitment_of_its_own_size(estate, specs):
    owned = {
        (spec.commitment_type, spec.vcpus, spec.memory_gib)
        for spec in of(specs, "committed_use").values()
        if spec.status == "ACTIVE"
    }
    assert ("GENERAL_PURPOSE_N2D", 2, 16.0) in owned
    series = [specs[key] for key in of(specs, "gce_instance") if key.account == "harbourline-ml"]
    assert [one.machine_type for one in series if one.machine_type.startswith("n2d")] == ["n2d-highmem-2"]


def test_commitments_that_end_within_60_days_are_found_unless_their_successor_is_bought(estate, specs, now):
    active = {key: spec for key, spec in of(specs, "committed_use").items() if spec.status == "ACTIVE"}
    ending = {key for key, spec in active.items() if spec.end - now < timedelta(days=60)}
    (found,) = estate.answers["committed_use_expiring"]
    (succeeded,) = ending - {found}
    queued = [spec for spec in of(specs, "committed_use").values() if spec.status == "NOT_YET_ACTIVE"]
    assert [spec.start for spec in queued] == [specs[succeeded].end]


def test_reservations_hold_more_than_is_used_only_where_that_is_the_finding(estate, specs, values):
    free = {
        key
        for key, spec in of(specs, "gce_reservation").items()
        if spec.commitment_id is None and max(values[key, "reservation_used_max"]) < spec.count
    }
    assert free == estate.answers["reservation_idle"]


def test_buckets_that_nobody_reads_are_found_unless_somebody_cares_for_them(estate, specs, values):
    unread = {key for key in of(specs, "gcs_bucket") if not values[key, "bucket_reads"]}
    cold = estate.answers["gcs_tiering"]
    assert cold < unread
    assert all(specs[key].bytes_by_class["STANDARD"] > 10 * 1024**3 for key in cold)
    spared = [specs[key] for key in unread - cold]
    assert any(spec.autoclass for spec in spared)
    assert any(spec.bytes_by_class is None for spec in spared)
    assert any(spec.bytes_by_class and spec.bytes_by_class["STANDARD"] < 10 * 1024**3 for spec in spared)


def test_tables_lie_on_both_sides_of_90_days_and_10_gib(estate, specs, now):
    tables = of(specs, "bigquery_table")
    known = {key: spec for key, spec in tables.items() if spec.stored_bytes and spec.expires_at is None}
    planted = estate.answers["bigquery_stale"]
    for key, spec in known.items():
        old, large = now - spec.modified_at > timedelta(days=90), spec.stored_bytes > 10 * 1024**3
        assert (old and large) == (key in planted)
    assert any(spec.expires_at for spec in tables.values())


def test_the_project_that_nobody_uses_has_nothing_that_runs(estate, specs):
    (project,) = estate.answers["project_unattended"]
    assert {key.kind for key in specs if key.account == project.account} == {
        "gcp_project", "persistent_disk", "gcs_bucket",
    }  # fmt: skip
