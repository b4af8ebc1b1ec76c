"""Components of Lambda functions and of CloudWatch.

Sources: https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, line, tiers, unit_rate, used

DEFAULT_MIB, _INCLUDED_DISK_MIB = Decimal(128), Decimal(512)
_MIB_PER_GIB = Decimal(1024)
_TIERS = {
    "x86_64": (Decimal(6_000_000_000), Decimal(9_000_000_000), ("first 6B", "next 9B", "over 15B")),
    "arm64": (Decimal(7_500_000_000), Decimal(11_250_000_000), ("first 7.5B", "next 11.25B", "over 18.75B")),
}
_LEAST_PERIOD = 60
"""Seconds below which an alarm is of high resolution."""


def lambda_function(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_lambda_function`; the free tier of the account is not taken off.

    Raises:
        NotKnown: its memory is not known.
    """
    del estate
    usage = item.usage
    rate = unit_rate("lambda", "million_requests")
    yield used("Requests", usage, "monthly_requests", "1M requests", rate, scale=1_000_000)
    gib = (item.number("memory_size") or DEFAULT_MIB) / _MIB_PER_GIB
    machine = "arm64" if "arm64" in item.texts("architectures") else "x86_64"
    requests, milliseconds = usage.number("monthly_requests"), usage.number("request_duration_ms")
    seconds = None
    if requests is not None and milliseconds is not None:
        seconds = milliseconds.to_integral_value(ROUND_CEILING) / 1000 * requests * gib
    first, following, names = _TIERS[machine]
    steps = tuple(
        (name, size, unit_rate("lambda", f"gib_second_{machine}_tier_{number}"))
        for number, (name, size) in enumerate(zip(names, (first, following, None), strict=True), start=1)
    )
    why = "depends on use: give monthly_requests and request_duration_ms in the usage file"
    yield from tiers("Duration", seconds, "GB-seconds", steps, why)
    disk = item.block("ephemeral_storage").number("size") or _INCLUDED_DISK_MIB
    if disk > _INCLUDED_DISK_MIB and seconds is not None:
        quantity = (disk - _INCLUDED_DISK_MIB) / _MIB_PER_GIB * seconds / gib
        yield line("Ephemeral storage", quantity, "GB-seconds", unit_rate("lambda", "ephemeral_gib_second"))


def provisioned_concurrency(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_lambda_provisioned_concurrency_config`: its memory, for every second of the month.

    Raises:
        NotKnown: the function is not in this configuration, or an argument is not known.
    """
    function = estate.follow(item, "function_name", "aws_lambda_function")
    memory = function.number("memory_size") if function else None
    gib = (memory or DEFAULT_MIB) / _MIB_PER_GIB
    machine = "arm64" if function and "arm64" in function.texts("architectures") else "x86_64"
    copies = item.number("provisioned_concurrent_executions") or Decimal(0)
    rate = unit_rate("lambda", f"provisioned_concurrency_gib_second_{machine}")
    yield line("Provisioned Concurrency", copies * gib * MONTH * 3600, "GB-seconds", rate)


def log_group(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_cloudwatch_log_group`.

    Raises:
        NotKnown: its class is not known.
    """
    del estate
    infrequent = "infrequent_" if item.text("log_group_class") == "INFREQUENT_ACCESS" else ""
    for name, key, rate in (
        ("Data ingested", "monthly_data_ingested_gb", f"{infrequent}ingested_gib"),
        ("Archival Storage", "storage_gb", "standard_storage"),
        ("Insights queries data scanned", "monthly_data_scanned_gb", "scanned_gib"),
    ):
        yield used(name, item.usage, key, "GB", unit_rate("logs", rate))


def dashboard(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_cloudwatch_dashboard`; the three that are free for an account are not taken off."""
    del item, estate
    yield line("Dashboard", 1, "months", unit_rate("cloudwatch", "dashboard_month"))


def metric_alarm(item: Item, estate: Estate) -> Iterator[Component]:
    """`aws_cloudwatch_metric_alarm`.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    queries = item.blocks("metric_query")
    periods = [item.number("period"), *(one.block("metric").number("period") for one in queries)]
    high = any(period is not None and period < _LEAST_PERIOD for period in periods)
    label = "High" if high else "Standard"
    anomalous = item.given("threshold_metric_id")
    metrics = sum(1 for one in queries if one.blocks("metric")) if queries else 1
    kind = "high_resolution" if high else "standard"
    rate = unit_rate("cloudwatch", f"{kind}_alarm_month")
    if anomalous:  # the metric and the two ends of its band
        yield line(f"{label} resolution anomaly detection", metrics, "alarms", rate, per=3)
    else:
        yield line(f"{label} resolution", metrics, "alarm metrics", rate)
