"""The answer key: every check has something to find and something to leave alone, near its published threshold."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.xdist_group("answers")  # what its fixtures make is made once

KIND_OF_CHECK = {
    **dict.fromkeys(
        (
            "ec2_idle",
            "ec2_gpu_idle",
            "ec2_rightsize",
            "ec2_underprovisioned",
            "ec2_stopped",
            "ec2_off_hours",
            "ec2_previous_generation",
            "ec2_graviton",
            "ec2_burst_credits",
        ),
        "ec2_instance",
    ),
    **dict.fromkeys(("asg_fixed_size", "asg_oversized_floor"), "auto_scaling_group"),
    **dict.fromkeys(("lambda_idle", "lambda_provisioned_idle", "lambda_arm64"), "lambda_function"),
    "ecs_idle": "ecs_service",
    "sagemaker_endpoint_idle": "sagemaker_endpoint",
    "sagemaker_notebook_idle": "sagemaker_notebook",
    **dict.fromkeys(
        (
            "ebs_unattached",
            "ebs_idle",
            "ebs_on_stopped",
            "ebs_gp2_to_gp3",
            "ebs_io_to_gp3",
            "ebs_iops_unused",
        ),
        "ebs_volume",
    ),
    **dict.fromkeys(("ebs_snapshot_old", "ebs_snapshot_orphan"), "ebs_snapshot"),
    "ami_unused": "ami",
    "eip_unattached": "elastic_ip",
    "nat_idle": "nat_gateway",
    **dict.fromkeys(("elb_no_targets", "elb_idle"), "load_balancer"),
    **dict.fromkeys(
        ("rds_idle", "rds_rightsize", "rds_previous_generation", "rds_extended_support"),
        "rds_instance",
    ),
    "rds_snapshot_orphan": "rds_snapshot",
    **dict.fromkeys(("dynamodb_unused", "dynamodb_overprovisioned"), "dynamodb_table"),
    "elasticache_idle": "elasticache_cluster",
    "log_group_no_retention": "log_group",
    **dict.fromkeys(("s3_no_lifecycle", "s3_incomplete_uploads", "s3_versions_unexpired"), "s3_bucket"),
    "efs_idle": "efs_file_system",
    "commitment_expiring": "commitment",
}


@pytest.fixture(scope="module")
def values(company):
    """Measured values, holes left out, by resource and metric."""
    return {
        (series.resource, series.metric): [value for value in series.values if value is not None]
        for series in company.series
    }


@pytest.fixture(scope="module")
def specs(company):
    return {resource.key: resource.spec for resource in company.resources}


@pytest.mark.parametrize("check_id", sorted(KIND_OF_CHECK))
def test_every_check_has_something_to_find_and_something_to_leave_alone(companies, check_id):
    kind = KIND_OF_CHECK[check_id]
    for company in companies:
        everything = {resource.key for resource in company.resources if kind == resource.spec.KIND}
        planted = company.answers[check_id]
        assert planted
        assert planted < everything


def test_the_key_names_only_known_checks_and_resources_of_their_kind_that_exist(companies):
    for company in companies:
        everything = {resource.key for resource in company.resources}
        assert set(company.answers) == set(KIND_OF_CHECK)
        for check_id, keys in company.answers.items():
            assert keys <= everything
            assert {key.kind for key in keys} == {KIND_OF_CHECK[check_id]}


def test_four_in_five_resources_are_healthy(company):
    planted = frozenset().union(*company.answers.values())
    assert len(planted) < 0.2 * len(company.resources)


def test_idle_machines_stay_below_5_percent_and_5_megabytes_a_day(company, values):
    for key in company.answers["ec2_idle"]:
        assert max(values[key, "cpu_max_percent"]) < 5
        both = zip(values[key, "network_in_bytes"], values[key, "network_out_bytes"], strict=True)
        hours = [received + sent for received, sent in both]
        assert max(sum(hours[start : start + 24]) for start in range(0, len(hours), 24)) < 5_000_000


def test_a_machine_just_above_5_percent_and_one_just_above_5_megabytes_are_not_idle(company, values, specs):
    machines = [key for key, spec in specs.items() if spec.KIND == "ec2_instance" and spec.state == "running"]
    healthy = [
        key for key in machines if key not in company.answers["ec2_idle"] and len(values[key, "cpu_max_percent"]) > 300
    ]
    assert any(5 <= max(values[key, "cpu_max_percent"]) < 10 for key in healthy)
    quiet = [key for key in healthy if max(values[key, "cpu_max_percent"]) < 5]
    assert any(
        5e6 <= sum(values[key, "network_in_bytes"] + values[key, "network_out_bytes"]) / 14 < 12e6 for key in quiet
    )


def test_loose_volumes_lie_on_both_sides_of_7_days(company, specs, now):
    loose = {
        key: now - spec.detached_at for key, spec in specs.items() if spec.KIND == "ebs_volume" and spec.detached_at
    }
    planted = company.answers["ebs_unattached"]
    assert all((age > timedelta(days=7)) == (key in planted) for key, age in loose.items())
    assert min(age for key, age in loose.items() if key in planted) < timedelta(days=9)
    assert max(age for key, age in loose.items() if key not in planted) > timedelta(days=5)


def test_stopped_machines_lie_on_both_sides_of_30_days(company, specs, now):
    stopped = {
        key: now - spec.stopped_at for key, spec in specs.items() if spec.KIND == "ec2_instance" and spec.stopped_at
    }
    planted = company.answers["ec2_stopped"]
    assert all((age > timedelta(days=30)) == (key in planted) for key, age in stopped.items())
    assert max(age for key, age in stopped.items() if key not in planted) > timedelta(days=25)


def test_idle_databases_have_no_connection_and_an_occasional_one_is_no_idle_database(company, values):
    for key in company.answers["rds_idle"]:
        assert max(values[key, "db_connections_max"][-14:]) == 0
    measured = {key: days[-14:] for (key, metric), days in values.items() if metric == "db_connections_max"}
    occasional = [key for key, days in measured.items() if 0 < max(days, default=0) <= 3]
    assert occasional
    assert not company.answers["rds_idle"].intersection(occasional)


def test_snapshots_lie_on_both_sides_of_90_days(company, now):
    held = {one for r in company.resources if r.spec.KIND == "ami" for one in r.spec.snapshot_ids}
    ages = {
        resource.key: now - resource.created_at
        for resource in company.resources
        if resource.spec.KIND == "ebs_snapshot" and resource.id not in held and not resource.spec.managed_by
    }
    planted = company.answers["ebs_snapshot_old"]
    assert all((age > timedelta(days=90)) == (key in planted) for key, age in ages.items())
    assert max(age for key, age in ages.items() if key not in planted) > timedelta(days=80)


def test_unused_volumes_see_less_than_an_operation_a_day(company, values):
    week = 7 * 24
    rare = {
        key: sum(values[key, "volume_read_ops"][-week:]) + sum(values[key, "volume_write_ops"][-week:])
        for key, metric in values
        if metric == "volume_read_ops" and values[key, metric]
    }
    planted = company.answers["ebs_idle"]
    assert all(rare[key] / 7 < 1 for key in planted)
    assert all(count / 7 >= 1 for key, count in rare.items() if key not in planted)
    assert any(rare[key] > 0 for key in planted)
    assert any(count / 7 < 2 for key, count in rare.items() if key not in planted)


def test_one_idle_machine_is_kept_on_purpose_and_tagged_so(company):
    machines = [resource for resource in company.resources if resource.spec.KIND == "ec2_instance"]
    tagged = {machine.key for machine in machines if "costopt:ignore" in machine.tags}
    assert tagged
    assert tagged <= company.answers["ec2_idle"]


def test_commitments_lie_on_both_sides_of_60_days_and_one_has_an_heir(company, specs, now):
    active = {key: spec for key, spec in specs.items() if spec.KIND == "commitment" and spec.state == "active"}
    heirs = {(s.instance_family, s.start) for s in specs.values() if s.KIND == "commitment" and s.state == "queued"}
    planted = company.answers["commitment_expiring"]
    for key, spec in active.items():
        inherited = (spec.instance_family, spec.end) in heirs
        assert (key in planted) == (spec.end - now <= timedelta(days=60) and not inherited)
    assert heirs
    assert any(timedelta(days=60) < spec.end - now < timedelta(days=90) for spec in active.values())
