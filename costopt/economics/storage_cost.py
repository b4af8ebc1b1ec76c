"""What buckets, file systems and log groups cost a month for the bytes that they hold."""

from collections.abc import Mapping
from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.model.finding import Term
from costopt.model.resource import Resource
from costopt.model.specs.storage import EfsFileSystem, LogGroup, S3Bucket

_GIB = Decimal(1024**3)

_ITEM_OF_STORAGE_TYPE: Mapping[str, str] = {
    "StandardStorage": "standard_storage",
    "StandardIAStorage": "standard_ia_storage",
    "OneZoneIAStorage": "onezone_ia_storage",
    "GlacierInstantRetrievalStorage": "glacier_ir_storage",
    "GlacierStorage": "glacier_flexible_storage",
    "DeepArchiveStorage": "deep_archive_storage",
    "IntelligentTieringFAStorage": "intelligent_tiering_storage",
}
"""Price item of each storage type that CloudWatch reports; overheads and the cheaper tiers of Intelligent-Tiering have
none. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html."""

_GIB_PER_INCLUDED_MIBPS = Decimal(20)
"""GiB of standard storage that include one MiB/s of provisioned throughput.
Source: https://aws.amazon.com/efs/pricing/ (50 KiB/s for each GiB)."""


def bucket_terms(bucket: Resource, spec: S3Bucket, prices: PriceBook) -> tuple[Term, ...]:
    """The storage of a bucket at the price of the first 50 TB; storage types without a price item are left out.

    Raises:
        PriceNotFound: a price is not known in the region.
    """
    return tuple(
        Term(
            label=_ITEM_OF_STORAGE_TYPE[storage_type].replace("_", " "),
            subject=bucket.key,
            quantity=Decimal(size) / _GIB,
            price=prices.unit("s3", _ITEM_OF_STORAGE_TYPE[storage_type], bucket.region),
        )
        for storage_type, size in sorted((spec.bytes_by_class or {}).items())
        if storage_type in _ITEM_OF_STORAGE_TYPE and size
    )


def file_system_terms(file_system: Resource, spec: EfsFileSystem, prices: PriceBook) -> tuple[Term, ...]:
    """Storage of a file system by class, and provisioned throughput beyond what its storage includes.

    Raises:
        PriceNotFound: a price is not known in the region.
    """
    infrequent = spec.infrequent_access_bytes or 0
    standard_gib = Decimal(spec.size_bytes - infrequent) / _GIB
    quantities = [
        ("standard_storage", standard_gib),
        ("infrequent_access_storage", Decimal(infrequent) / _GIB),
    ]
    if spec.throughput_mode == "provisioned" and spec.provisioned_mibps is not None:
        extra = Decimal(str(spec.provisioned_mibps)) - standard_gib / _GIB_PER_INCLUDED_MIBPS
        quantities.append(("provisioned_throughput", max(Decimal(0), extra)))
    return tuple(
        Term(
            label=f"file system {item.replace('_', ' ')}",
            subject=file_system.key,
            quantity=quantity,
            price=prices.unit("efs", item, file_system.region),
        )
        for item, quantity in quantities
        if quantity
    )


def log_group_terms(group: Resource, spec: LogGroup, prices: PriceBook) -> tuple[Term, ...]:
    """What a log group holds, compressed; the same price in every log class.

    Source: https://aws.amazon.com/cloudwatch/pricing/.

    Raises:
        PriceNotFound: no price in the region.
    """
    price = prices.unit("logs", "standard_storage", group.region)
    quantity = Decimal(spec.stored_bytes) / _GIB
    return (Term(label="log storage", subject=group.key, quantity=quantity, price=price),)
