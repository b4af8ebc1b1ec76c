"""How many calls of GetMetricData a fleet needs, counted by the packing that collection uses."""

from datetime import timedelta
from decimal import Decimal

import bench_data

from costopt.collectors.aws.meter import PER_METRIC
from costopt.collectors.aws.metric_queries import packed_calls, wants
from costopt.collectors.aws.metric_sources import METRIC_SOURCES
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance


def planned(instances: int) -> tuple[int, int, Decimal]:
    """Calls, metrics and dollars for so many instances with 5 hourly metrics of 14 days."""
    plain = [source for source in METRIC_SOURCES if source.kind == Ec2Instance.KIND and not source.discover]
    hourly = [source for source in plain if source.step_seconds == 3600]
    sources = (hourly * 2)[: len(bench_data.METRICS)]
    calls = list(packed_calls(list(wants(sources, [_instance(number) for number in range(instances)])), bench_data.NOW))
    metrics = sum(len(queries) for _, queries in calls)
    return len(calls), metrics, PER_METRIC * metrics


def _instance(number: int) -> Resource:
    spec = Ec2Instance(instance_type="m5.large", state="running", platform="linux", availability_zone="us-east-1a")
    return Resource(
        provider="aws",
        account=bench_data.ACCOUNT,
        region=bench_data.REGION,
        id=f"i-{number:017x}",
        spec=spec,
        created_at=bench_data.NOW - timedelta(days=30),
    )
