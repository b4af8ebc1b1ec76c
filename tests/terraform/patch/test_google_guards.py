"""What else a machine or a service of Google Cloud asks for may speak against a change of it."""

from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN, AttributePath, PlannedResource
from costopt.model.terraform_patch import ProposedChange, Setting
from costopt.terraform.patch.guards_google import (
    bound_to_series,
    cannot_be_stopped,
    disks_do_not_move,
    memory_is_fixed,
    revision_is_named,
)

FEATURES = "advanced_machine_features"
NETWORK = {"network_performance_config": [{"total_egress_bandwidth_tier": "TIER_1"}]}
MINIMUM: AttributePath = ("template", 0, "scaling", 0, "min_instance_count")


def change(type_name: str, path: AttributePath, after: str | int) -> ProposedChange:
    setting = Setting(path=path, before=None, after=after)
    return ProposedChange(id="F", title="", address=f"{type_name}.x", type=type_name, live="", settings=(setting,))


def planned(type_name: str, **values: Any) -> PlannedResource:
    return PlannedResource(address=f"{type_name}.x", type=type_name, name="x", values=values)


def bound(after: str, before: str = "n2-standard-16", **values: Any) -> str | None:
    kind = "google_compute_instance"
    return bound_to_series(change(kind, ("machine_type",), after), planned(kind, machine_type=before, **values))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"min_cpu_platform": "Intel Ice Lake"}, "min_cpu_platform = Intel Ice Lake"),
        (
            {"confidential_instance_config": [{"enable_confidential_compute": True}]},
            "enable_confidential_compute = true",
        ),
        ({FEATURES: [{"enable_nested_virtualization": True}]}, "enable_nested_virtualization = true"),
        ({FEATURES: [{"threads_per_core": 1}]}, "threads_per_core = 1"),
    ],
)
def test_what_is_written_for_a_series_stays_with_it(values: dict[str, Any], said: str) -> None:
    assert bound("n2-custom-6-20480", **values) is None
    assert bound("e2-standard-8", **values) == (
        f"{said} is written for n2: whether e2-standard-8 has it is for a person to check"
    )


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"min_cpu_platform": ""},
        {"min_cpu_platform": UNKNOWN},
        {"min_cpu_platform": "AUTOMATIC"},
        {"confidential_instance_config": [{"enable_confidential_compute": False}]},
        {FEATURES: [{"threads_per_core": 0, "enable_nested_virtualization": None}]},
        {"network_performance_config": [{"total_egress_bandwidth_tier": "DEFAULT"}]},
    ],
)
def test_what_nobody_asked_for_binds_to_no_series(values: dict[str, Any]) -> None:
    assert bound("e2-standard-8", **values) is None


def test_cores_that_are_counted_out_are_counted_anew() -> None:
    reason = bound("n2-standard-8", **{FEATURES: [{"visible_core_count": 8}]})
    assert reason
    assert reason.startswith("visible_core_count is written for n2-standard-16")


def test_the_higher_network_tier_needs_thirty_vcpus() -> None:
    assert bound("n2-standard-32", "n2-standard-48", **NETWORK) is None
    reason = bound("n2-standard-16", "n2-standard-48", **NETWORK)
    assert reason
    assert reason.startswith("total_egress_bandwidth_tier = TIER_1 needs 30 vCPUs")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"guest_accelerator": [{"type": "nvidia-tesla-t4", "count": 1}]}, "guest_accelerator"),
        ({"disk": [{"type": "PERSISTENT"}, {"type": "SCRATCH", "disk_type": "local-ssd"}]}, "local SSD"),
    ],
)
def test_what_is_plugged_into_a_machine_stays_with_its_type(values: dict[str, Any], said: str) -> None:
    assert bound("n1-standard-4", "n1-standard-8", **values) == (
        f"{said} is written for n1-standard-8: whether n1-standard-4 has it is for a person to check"
    )


@pytest.mark.parametrize(
    "values", [{"guest_accelerator": UNKNOWN}, {"guest_accelerator": [{"type": "nvidia-l4", "count": 0}]}, {"disk": []}]
)
def test_what_is_not_plugged_in_binds_to_no_type(values: dict[str, Any]) -> None:
    assert bound("n1-standard-4", "n1-standard-8", **values) is None


def moved(after: str, before: str, **values: Any) -> str | None:
    kind = "google_compute_instance"
    return disks_do_not_move(change(kind, ("machine_type",), after), planned(kind, machine_type=before, **values))


def test_persistent_disks_do_not_move_to_a_series_without_any() -> None:
    assert moved("n4-standard-4", "n2-standard-8") == (
        "n4-standard-4 takes no Persistent Disk: make hyperdisks of its disks first"
    )
    assert moved("n2d-standard-4", "n2-standard-8") is None
    assert moved("n4-standard-4", "n4-standard-8") is None


@pytest.mark.parametrize(
    "values",
    [
        {"boot_disk": [{"initialize_params": [{"type": "hyperdisk-balanced"}]}]},
        {"disk": [{"disk_type": "pd-ssd"}, {"disk_type": "hyperdisk-extreme"}]},
    ],
)
def test_hyperdisks_are_for_some_series_only(values: dict[str, Any]) -> None:
    assert moved("e2-standard-4", "c3-standard-4", **values) == (
        "it has a hyperdisk: whether e2-standard-4 takes it is for a person to check"
    )
    assert moved("c3-standard-4", "c3-standard-8", **values) is None


def stopped(**values: Any) -> str | None:
    kind = "google_compute_instance"
    return cannot_be_stopped(change(kind, ("machine_type",), "n2-standard-4"), planned(kind, **values))


def test_a_machine_with_local_ssds_is_not_stopped_by_terraform() -> None:
    reason = stopped(scratch_disk=[{"interface": "NVME"}])
    assert reason
    assert "--discard-local-ssd" in reason
    assert stopped(scratch_disk=[]) is None
    assert stopped(scratch_disk=[{"interface": "NVME"}], desired_status="TERMINATED") is None


def test_a_type_that_is_not_known_is_left_to_the_plan() -> None:
    assert bound("e2-standard-8", "z9-huge", min_cpu_platform="Intel Ice Lake") is None


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ([], None),
        (UNKNOWN, None),
        ([{"name": "log_connections", "value": "on"}], None),
        (
            [{"name": "shared_buffers", "value": "1"}, {"name": "max_connections", "value": "2"}],
            "database_flags set max_connections, shared_buffers, written for the memory of the old tier: bring them"
            " down with it",
        ),
    ],
)
def test_flags_that_fix_a_size_of_memory_come_down_with_the_tier(flags: Any, reason: str | None) -> None:
    kind = "google_sql_database_instance"
    wanted = change(kind, ("settings", 0, "tier"), "db-custom-2-8192")
    assert memory_is_fixed(wanted, planned(kind, settings=[{"database_flags": flags}])) == reason


@pytest.mark.parametrize(
    ("type_name", "values"),
    [
        ("google_cloud_run_v2_service", {"template": [{"revision": "api-blue"}]}),
        ("google_cloud_run_service", {"template": [{"metadata": [{"name": "api-blue"}]}]}),
    ],
)
def test_a_revision_with_a_name_is_not_changed_under_it(type_name: str, values: dict[str, Any]) -> None:
    reason = revision_is_named(change(type_name, MINIMUM, 0), planned(type_name, **values))
    assert reason == "the revision is named api-blue in the configuration, and a changed one needs another name"


@pytest.mark.parametrize("name", [None, "", UNKNOWN])
def test_a_revision_that_google_names_is_changed(name: Any) -> None:
    kind = "google_cloud_run_v2_service"
    assert revision_is_named(change(kind, MINIMUM, 0), planned(kind, template=[{"revision": name}])) is None


def test_what_concerns_no_revision_needs_no_other_name() -> None:
    kind = "google_cloud_run_v2_service"
    path: AttributePath = ("scaling", 0, "min_instance_count")
    assert revision_is_named(change(kind, path, 0), planned(kind, template=[{"revision": "api-blue"}])) is None
