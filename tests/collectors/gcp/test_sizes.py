"""Sizes of buckets come apart by what is stored, since lifecycle rules touch only a part of it."""

import pytest
from google.cloud import billing_v1

from costopt.model.specs.google_storage import GcsBucket
from tests.collectors.gcp.conftest import Collect
from tests.oracles.google_assets import estate
from tests.oracles.google_server import PROJECT, GoogleCloud, Points

BYTES = "storage.googleapis.com/storage/v2/total_bytes"


def points(storage_class: str, what: str, size: float) -> Points:
    labels = {
        "resource.label.bucket_name": "acme-logs",
        "metric.label.storage_class": storage_class,
        "metric.label.type": what,
    }
    return Points(labels=labels, values=[size])


def found(run: Collect) -> GcsBucket:
    _, sink = run()
    (spec,) = [row.spec for row in sink.all_resources if isinstance(row.spec, GcsBucket)]
    return spec


@pytest.fixture
def ready(cloud: GoogleCloud) -> GoogleCloud:
    """The made project."""
    cloud.put(*estate())
    cloud.payers[PROJECT] = billing_v1.ProjectBillingInfo()
    return cloud


def test_live_replaced_and_deleted_objects_are_told_apart(ready: GoogleCloud, run: Collect) -> None:
    ready.series[BYTES] = [
        points("STANDARD", "live-object", 700.0),
        points("NEARLINE", "live-object", 40.0),
        points("STANDARD", "noncurrent-object", 30.0),
        points("STANDARD", "soft-deleted-object", 5.0),
        points("NEARLINE", "soft-deleted-object", 6.0),
        points("STANDARD", "multipart-upload", 9.0),
    ]
    spec = found(run)
    assert spec.bytes_by_class == {"STANDARD": 700, "NEARLINE": 40}
    assert spec.noncurrent_bytes_by_class == {"STANDARD": 30}
    assert spec.soft_deleted_bytes == 11


def test_a_bucket_of_deleted_objects_alone_holds_no_live_byte(ready: GoogleCloud, run: Collect) -> None:
    ready.series[BYTES] = [points("STANDARD", "soft-deleted-object", 5.0)]
    spec = found(run)
    assert (spec.bytes_by_class, spec.soft_deleted_bytes) == ({}, 5)


@pytest.mark.parametrize("what", ["", "archived-object"])
def test_what_google_calls_by_a_new_name_leaves_the_size_unknown(ready: GoogleCloud, run: Collect, what: str) -> None:
    ready.series[BYTES] = [points("STANDARD", "live-object", 700.0), points("STANDARD", what, 5.0)]
    assert found(run).bytes_by_class is None


def test_a_bucket_without_a_figure_has_no_size(ready: GoogleCloud, run: Collect) -> None:
    assert found(run).bytes_by_class is None
