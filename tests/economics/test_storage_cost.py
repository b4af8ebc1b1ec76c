from decimal import Decimal

from costopt.economics.storage_cost import bucket_terms, file_system_terms, log_group_terms
from costopt.model.finding import Saving
from costopt.model.specs.storage import EfsFileSystem, LogGroup, S3Bucket
from tests.oracles.judging import StaticPrices, resource

PRICES = StaticPrices(
    units={
        ("s3", "standard_storage"): "0.023",
        ("s3", "deep_archive_storage"): "0.00099",
        ("efs", "standard_storage"): "0.30",
        ("efs", "provisioned_throughput"): "6.00",
        ("logs", "standard_storage"): "0.03",
    }
)
GIB = 1024**3


def test_a_bucket_is_priced_by_storage_type_and_overheads_are_left_out():
    stored = {"StandardStorage": 100 * GIB, "DeepArchiveStorage": 1000 * GIB, "GlacierObjectOverhead": GIB}
    spec = S3Bucket(rules=(), versioning=False, bytes_by_class=stored)
    terms = bucket_terms(resource(spec, "b"), spec, PRICES)
    assert Saving(terms=terms).monthly.amount == Decimal("2.3") + Decimal("0.99")
    unread = S3Bucket(rules=(), versioning=False)
    assert bucket_terms(resource(unread, "b"), unread, PRICES) == ()


def test_throughput_that_storage_includes_is_free():
    spec = EfsFileSystem(
        size_bytes=1000 * GIB, state="available", throughput_mode="provisioned", provisioned_mibps=50.0, mount_targets=1
    )
    (storage,) = file_system_terms(resource(spec, "fs"), spec, PRICES)  # 1,000 GiB include 50 MiB/s
    assert storage.amount == 300


def test_logs_by_the_gib():
    spec = LogGroup(stored_bytes=10 * GIB, retention_days=None)
    (term,) = log_group_terms(resource(spec, "g"), spec, PRICES)
    assert term.amount == Decimal("0.3")
