"""Discounts that a bill shows, by the services that the catalog prices."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.google_billed import GOOGLE_SERVICES, google_service
from costopt.model.money import USD

LEAST_LIST_COST = Decimal(1)
"""Below a unit of currency in the window a ratio is noise of rounding."""
_PLACES = Decimal("0.000001")
_UNEVEN = Decimal("0.01")
"""SKUs that differ by more than a hundredth are named, since their mean is then no one's price."""

_SERVICES: Mapping[str, str] = {
    "AWSELB": "elb",
    "AWSLambda": "lambda",
    "AmazonCloudWatch": "logs",
    "AmazonDynamoDB": "dynamodb",
    "AmazonECS": "fargate",
    "AmazonEFS": "efs",
    "AmazonEKS": "fargate",
    "AmazonElastiCache": "elasticache",
    "AmazonRDS": "rds",
    "AmazonS3": "s3",
    "AmazonSageMaker": "sagemaker",
    "AmazonVPC": "vpc",
}
"""Service of the catalog by AWS product code; that of `AmazonEC2` is told by usage type.
Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-line-item.html."""
_EC2 = "AmazonEC2"
_CODES: Mapping[str, str] = {
    "AWS Lambda": "AWSLambda",
    "Amazon CloudWatch": "AmazonCloudWatch",
    "Amazon DynamoDB": "AmazonDynamoDB",
    "Amazon EC2": _EC2,
    "Amazon ElastiCache": "AmazonElastiCache",
    "Amazon Elastic Compute Cloud": _EC2,
    "Amazon Elastic Container Service": "AmazonECS",
    "Amazon Elastic Container Service for Kubernetes": "AmazonEKS",
    "Amazon Elastic File System": "AmazonEFS",
    "Amazon Relational Database Service": "AmazonRDS",
    "Amazon SageMaker": "AmazonSageMaker",
    "Amazon Simple Storage Service": "AmazonS3",
    "Amazon Virtual Private Cloud": "AmazonVPC",
    "Elastic Load Balancing": "AWSELB",
}
"""Product code by the ServiceName of FOCUS exports that carry no code. Source: FOCUS-Sample-Data of the FinOps
Foundation, https://github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS-Sample-Data."""
_TRANSFER = re.compile(r"DataTransfer|AWS-(?:In|Out)-|CloudFront-(?:In|Out)-")
"""Usage types of data transfer, which the catalog does not price."""
_EC2_USAGE: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"EBS:"), "ebs"),
    (re.compile(r"NatGateway|ElasticIP|PublicIPv4"), "vpc"),
    (re.compile(r"LoadBalancerUsage|LCUUsage"), "elb"),
    (re.compile(r"BoxUsage|DedicatedUsage|HostUsage|CPUCredits"), "ec2"),
)
"""Service by usage type. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/usage-reports.html."""
_ONLY: Mapping[str, re.Pattern[str]] = {
    "fargate": re.compile(r"Fargate"),
    "logs": re.compile(r"TimedStorage-|DataProcessing-|VendedLog-"),
}
"""Of these product codes only such usage types are of the service."""
_STORAGE = "Storage"
DISCOUNT_LINES = frozenset(
    ("BundledDiscount", "Discount", "EdpDiscount", "PrivateRateDiscount", "RiVolumeDiscount", "SppDiscount")
)
"""Kinds of line, as `x_SourceType` has them, that are discounts apart from the usage that they are for.
Source: https://docs.aws.amazon.com/cur/latest/userguide/Lineitem-columns.html (line item types)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuCost:
    """What one SKU cost at standard prices."""

    service_code: str | None
    """Provider's code of the service."""
    service_name: str | None
    """FOCUS ServiceName."""
    service_category: str | None
    """FOCUS ServiceCategory, as far as it was asked for: `Storage` or not known."""
    usage_type: str | None
    """What is metered."""
    currency: str
    """ISO 4217 code."""
    list_cost: Decimal
    """At public prices."""
    discount: Decimal
    """One less contracted over list cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDiscount:
    """A negotiated discount of one service."""

    fraction: Decimal
    """0 to below 1, the mean over SKUs by list cost, to a millionth."""
    note: str | None = None
    """What to know about it."""


def service_of(sku: SkuCost) -> str | None:
    """Service of the catalog that a SKU belongs to, None where the catalog prices nothing of the sort."""
    google = google_service(sku.service_code, sku.service_name, sku.usage_type)
    if google is not None:
        return google
    code = sku.service_code or _CODES.get(sku.service_name or "", "")
    usage = sku.usage_type or ""
    if _TRANSFER.search(usage):
        return None
    if code == _EC2:
        return _ec2_service(usage, sku.service_category)
    service = _SERVICES.get(code)
    only = _ONLY.get(service or "")
    return service if only is None or not usage or only.search(usage) else None


def _ec2_service(usage: str, category: str | None) -> str | None:
    if not usage:
        return "ebs" if category == _STORAGE else "ec2"
    return next((service for pattern, service in _EC2_USAGE if pattern.search(usage)), None)


def discounts(skus: Iterable[SkuCost]) -> Mapping[str, FoundDiscount]:
    """Discount of every service of which at least `LEAST_LIST_COST` was used at standard prices, by name.

    A service without a discount is there with 0, which is known then. A bill of Google's without any discount is
    no evidence: where the export has no list prices, what is paid stands in their place. Currencies do not mix: of a
    service that is billed in several the one in dollars counts, else the first by its code.
    """
    by_service: dict[str, dict[str, list[SkuCost]]] = defaultdict(lambda: defaultdict(list))
    for sku in skus:
        service = service_of(sku)
        if service is not None and sku.list_cost > 0:
            by_service[service][sku.currency].append(sku)
    for service in _unknown(by_service):
        del by_service[service]
    found = {}
    for service, currencies in sorted(by_service.items()):
        listed = {
            currency: members
            for currency, members in currencies.items()
            if sum(sku.list_cost for sku in members) >= LEAST_LIST_COST
        }
        if listed:
            found[service] = _mean(listed[min(listed, key=lambda currency: (currency != USD, currency))])
    return found


def _unknown(by_service: Mapping[str, Mapping[str, Sequence[SkuCost]]]) -> list[str]:
    """Services of Google, where no SKU of any of them was paid at another price than the list's."""
    google = [service for service in by_service if service in GOOGLE_SERVICES]
    skus = (sku for service in google for members in by_service[service].values() for sku in members)
    return [] if any(sku.discount for sku in skus) else google


def _mean(skus: Sequence[SkuCost]) -> FoundDiscount:
    listed = sum((sku.list_cost for sku in skus), Decimal(0))
    mean = (sum((sku.list_cost * sku.discount for sku in skus), Decimal(0)) / listed).quantize(_PLACES)
    if mean < 0:
        return FoundDiscount(fraction=Decimal(0), note="paid more than list prices; taken as no discount")
    if mean >= 1:
        return FoundDiscount(fraction=Decimal(0), note="all of it was free; taken as no discount, since that may end")
    large = [sku.discount for sku in skus if sku.list_cost >= LEAST_LIST_COST] or [mean]
    low, high = min(large), max(large)
    if high - low <= _UNEVEN:
        return FoundDiscount(fraction=mean)
    return FoundDiscount(fraction=mean, note=f"from {low * 100:.0f} % to {high * 100:.0f} % by SKU; the mean is used")
