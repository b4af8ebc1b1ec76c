"""Every kind of resource and every metric that checks may ask for is read from some cloud."""

from costopt.collectors.aws.metric_sources import METRIC_SOURCES as AWS_SOURCES
from costopt.collectors.aws.registry import COLLECTORS
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES as GCP_SOURCES
from costopt.collectors.gcp.registry import SERVICES
from costopt.model.kinds import SPEC_TYPES
from costopt.model.metrics import METRICS


def test_every_kind_is_collected_from_exactly_one_cloud() -> None:
    aws = {kind.KIND for collector in COLLECTORS for kind in collector.kinds}
    gcp = {kind.KIND for service in SERVICES for kind in service.kinds}
    assert aws | gcp == set(SPEC_TYPES)
    assert not aws & gcp


def test_every_metric_has_a_source() -> None:
    # Sizes of buckets are read with the buckets.
    found = {source.metric for source in (*AWS_SOURCES, *GCP_SOURCES)} | {"bucket_bytes"}
    assert found == set(METRICS)
