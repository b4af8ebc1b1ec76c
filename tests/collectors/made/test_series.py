"""What was measured: the right metrics, on the grid, within the look-back, with values that a provider could send."""

from datetime import timedelta

import pytest

from costopt.model.metrics import METRICS

HOURLY, DAILY = 3600, 86400
EBS = {"volume_read_ops", "volume_write_ops", "volume_read_bytes", "volume_write_bytes"}
EC2 = {"cpu_max_percent", "cpu_mean_percent", "network_in_bytes", "network_out_bytes"}
STEPS = {
    **dict.fromkeys(EBS | EC2, HOURLY),
    **dict.fromkeys(("memory_used_percent", "gpu_used_percent", "gpu_memory_used_percent"), HOURLY),
    **dict.fromkeys(("db_cpu_max_percent", "db_freeable_memory_min_bytes"), HOURLY),
}
"""Metrics that are read by the hour for 14 days; all others are read by the day for 30."""
ALWAYS = {
    "ec2_instance": EC2,
    "ebs_volume": EBS,
    "nat_gateway": {"nat_bytes_out_to_destination", "nat_bytes_in_from_source"},
    "sagemaker_endpoint": {"sagemaker_invocations"},
    "rds_instance": {
        "db_connections_max",
        "db_cpu_max_percent",
        "db_freeable_memory_min_bytes",
        "db_read_ops_per_second",
        "db_write_ops_per_second",
    },
    "elasticache_cluster": {"cache_connections_max", "cache_cpu_max_percent"},
    "lambda_function": {"lambda_invocations", "lambda_errors"},
    "dynamodb_table": {"dynamodb_read_units", "dynamodb_write_units"},
    "ecs_service": {"ecs_cpu_max_percent", "ecs_memory_max_percent"},
    "efs_file_system": {"efs_io_bytes"},
    "log_group": {"log_incoming_bytes"},
    "auto_scaling_group": {"asg_desired_min", "asg_desired_max"},
}


def test_every_series_belongs_to_a_resource_and_a_known_metric_once(company):
    keys = {resource.key for resource in company.resources}
    assert all(series.resource in keys and series.metric in METRICS for series in company.series)
    assert len({(series.resource, series.metric) for series in company.series}) == len(company.series)


def test_every_series_lies_on_the_grid_and_ends_at_the_last_whole_step(company, now):
    for series in company.series:
        step = STEPS.get(series.metric, DAILY)
        assert series.step_seconds == step
        assert series.start.timestamp() % step == 0
        end = series.start + timedelta(seconds=step * len(series.values))
        assert timedelta(0) <= now - end < timedelta(seconds=step)
        assert len(series.values) == (14 * 24 if step == HOURLY else 30)


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_every_resource_has_the_metrics_that_are_read_of_its_kind(company, kind):
    measured = {}
    for series in company.series:
        measured.setdefault(series.resource, set()).add(series.metric)
    for resource in company.resources:
        if kind == resource.spec.KIND:
            assert ALWAYS[kind] <= measured[resource.key]


def test_load_balancers_count_flows_or_requests_and_never_both(company):
    types = {r.key: r.spec.lb_type for r in company.resources if r.spec.KIND == "load_balancer"}
    metrics = {series.resource: series.metric for series in company.series if series.resource in types}
    assert metrics == {key: "lb_new_flows" if kind == "network" else "lb_requests" for key, kind in types.items()}


def test_gpu_metrics_exist_on_gpu_types_only_and_credits_on_burstable_types_only(company):
    types = {r.key: r.spec.instance_type for r in company.resources if r.spec.KIND == "ec2_instance"}
    for series in company.series:
        if series.metric.startswith("gpu_"):
            assert types[series.resource][0] in "gp"
        if series.metric == "surplus_credits_charged":
            assert types[series.resource].startswith("t")


def test_values_are_what_a_provider_could_send(company):
    for series in company.series:
        highest = 100 if "percent" in series.metric else float("inf")
        assert all(value is None or 0 <= value <= highest for value in series.values)


def test_the_mean_is_never_above_the_peak(company):
    values = {(series.resource, series.metric): series.values for series in company.series}
    for (key, metric), peaks in values.items():
        if metric == "cpu_max_percent":
            means = values[key, "cpu_mean_percent"]
            assert all(peak is None or mean <= peak for peak, mean in zip(peaks, means, strict=True))


def test_nothing_was_measured_before_a_resource_was_made(company):
    born = {resource.key: resource.created_at for resource in company.resources}
    for series in company.series:
        made = born[series.resource]
        for index, value in enumerate(series.values):
            if made is not None and value is not None:
                assert series.start + timedelta(seconds=series.step_seconds * index) >= made


def test_some_machines_have_no_agent_so_that_their_memory_is_unknown(company):
    with_agent = {series.resource for series in company.series if series.metric == "memory_used_percent"}
    running = {r.key for r in company.resources if r.spec.KIND == "ec2_instance" and r.spec.state == "running"}
    assert running - with_agent
    assert len(with_agent) > len(running) / 2
