"""What each resource of the made company is charged for by the hour, and for how long it was there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from costopt.collectors.made.billing_lines.meters import EC2, RDS, Meter, meter_of
from costopt.economics import (
    database_cost,
    ebs_cost,
    ec2_cost,
    fargate_cost,
    lambda_cost,
    network_cost,
    rds_cost,
    sagemaker_cost,
    storage_cost,
)
from costopt.economics.lookups import PriceBook
from costopt.economics.rds_classes import shape_of
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsInstance, RdsSnapshot
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.network import ElasticIp, LoadBalancer, NatGateway
from costopt.model.specs.serverless import EcsService, LambdaFunction
from costopt.model.specs.storage import EfsFileSystem, LogGroup, S3Bucket

_ALWAYS = datetime(2006, 3, 14, tzinfo=UTC)
"""Birth of what does not tell its own: the day on which AWS's first service opened."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_LATER_SNAPSHOT = Decimal("0.12")
"""Share of its full size that a snapshot adds to an earlier one of the same volume. Made, like the company."""
_NEGOTIATED = {EC2.code: Decimal("0.05"), RDS.code: Decimal("0.03")}
"""Discounts in the company's contract. Made. Of EC2 it is one on instance hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Something that is metered of one resource, at one price."""

    resource: Resource
    """Whose."""
    bill_id: str
    """Its name in the bill."""
    meter: Meter
    """What is metered."""
    term: Term
    """Quantity and list price of a month that is like now; its usage is what commitments may pay for."""
    discount: Decimal
    """Negotiated discount on it, 0..1."""
    begins: datetime
    """First moment that is charged, UTC."""
    ends: datetime
    """First moment that is not, UTC."""

    @property
    def by_time(self) -> bool:
        """Whether it is priced by the hour or second, else by the month."""
        return self.term.price.unit in ("hour", "GiB-second")

    @property
    def hourly(self) -> Decimal:
        """Quantity an hour of what is priced by time; what is priced by the month has its whole quantity."""
        return self.term.quantity / HOURS_PER_MONTH if self.by_time else self.term.quantity


def charges(resources: Sequence[Resource], prices: PriceBook, today: datetime) -> tuple[Charge, ...]:
    """Charges of everything that has a price, in the order of the resources.

    Left out are resources without a price in the catalog, spot machines, whose prices change by the hour, and what
    bills do not show by resource.

    Args:
        resources: the company's.
        prices: list prices, without discounts.
        today: when the surcharges of old engines are looked up, UTC.
    """
    first_of_volume = _first_snapshots(resources)
    return tuple(
        charge
        for resource in resources
        for charge in _of(resource, _terms(resource, prices, today), later=resource.id not in first_of_volume)
    )


def _first_snapshots(resources: Sequence[Resource]) -> frozenset[str]:
    """Ids of the oldest snapshot of each volume: it holds all blocks, those after it what changed."""
    firsts: dict[str, Resource] = {}
    for resource in resources:
        if isinstance(resource.spec, EbsSnapshot):
            volume = resource.spec.volume_id
            firsts[volume] = min(firsts.get(volume, resource), resource, key=lambda one: one.created_at or _ALWAYS)
    return frozenset(one.id for one in firsts.values())


def _of(resource: Resource, terms: Sequence[Term], *, later: bool) -> Iterator[Charge]:
    shrunk = later and isinstance(resource.spec, EbsSnapshot)
    begins, ends = _life(resource)
    for term in terms:
        meter = meter_of(resource, term)
        if meter is not None and term.quantity > 0:
            yield Charge(
                resource=resource,
                bill_id=bill_id(resource),
                meter=meter,
                term=replace(term, quantity=term.quantity * _LATER_SNAPSHOT) if shrunk else term,
                discount=_discount(meter, term),
                begins=begins,
                ends=ends,
            )


def _discount(meter: Meter, term: Term) -> Decimal:
    hours_only = meter.service is EC2 and term.usage is None
    return Decimal(0) if hours_only else _NEGOTIATED.get(meter.service.code, Decimal(0))


def _life(resource: Resource) -> tuple[datetime, datetime]:
    spec = resource.spec
    ends = spec.stopped_at if isinstance(spec, Ec2Instance) and spec.state != "running" else None
    return resource.created_at or _ALWAYS, ends or _NEVER


def _terms(resource: Resource, prices: PriceBook, today: datetime) -> Sequence[Term]:
    """Costs of a month; nothing where a price is missing, since half a resource would look cheap."""
    priced = _PRICED.get(resource.spec.KIND)
    try:
        return () if priced is None else priced(resource, resource.spec, prices, today)
    except PriceNotFound:
        return ()


def _machine(resource: Resource, spec: Ec2Instance, prices: PriceBook, today: datetime) -> Sequence[Term]:
    if spec.lifecycle != "on_demand" or (spec.state != "running" and spec.stopped_at is None):
        return ()
    return ec2_cost.running_terms(resource, spec, prices)


def _database(resource: Resource, spec: RdsInstance, prices: PriceBook, today: datetime) -> Sequence[Term]:
    terms = rds_cost.database_terms(resource, spec, prices)
    if not spec.billed:
        return [term for term in terms if term.usage is None]
    support = prices.extended_support(spec.engine, spec.engine_version)
    year = support.year_on(today.date()) if support else 0
    shape = shape_of(spec.instance_class, prices)
    if not year or shape is None:
        return terms
    return (*terms, *rds_cost.extended_support_terms(resource, spec, shape.vcpu, year, prices))


def _notebook(resource: Resource, spec: SagemakerNotebook, prices: PriceBook, today: datetime) -> Sequence[Term]:
    return sagemaker_cost.notebook_terms(resource, spec, prices) if spec.status == "InService" else ()


_PRICED: Mapping[str, Callable[..., Sequence[Term]]] = {
    DynamoDbTable.KIND: lambda one, spec, prices, today: database_cost.table_terms(one, spec, prices),
    EbsSnapshot.KIND: lambda one, spec, prices, today: ebs_cost.snapshot_terms(one, spec, prices),
    EbsVolume.KIND: lambda one, spec, prices, today: ebs_cost.volume_terms(one, spec, prices),
    Ec2Instance.KIND: _machine,
    EcsService.KIND: lambda one, spec, prices, today: fargate_cost.fargate_terms(one, spec, prices),
    EfsFileSystem.KIND: lambda one, spec, prices, today: storage_cost.file_system_terms(one, spec, prices),
    ElasticIp.KIND: lambda one, spec, prices, today: network_cost.address_terms(one, prices),
    ElasticacheCluster.KIND: lambda one, spec, prices, today: database_cost.cache_terms(one, spec, prices),
    LambdaFunction.KIND: lambda one, spec, prices, today: lambda_cost.provisioned_terms(one, spec, prices),
    LoadBalancer.KIND: lambda one, spec, prices, today: network_cost.load_balancer_terms(one, spec, prices),
    LogGroup.KIND: lambda one, spec, prices, today: storage_cost.log_group_terms(one, spec, prices),
    NatGateway.KIND: lambda one, spec, prices, today: network_cost.nat_gateway_terms(one, prices),
    RdsInstance.KIND: _database,
    RdsSnapshot.KIND: lambda one, spec, prices, today: rds_cost.snapshot_terms(one, spec, prices),
    S3Bucket.KIND: lambda one, spec, prices, today: storage_cost.bucket_terms(one, spec, prices),
    SagemakerEndpoint.KIND: lambda one, spec, prices, today: sagemaker_cost.endpoint_terms(one, spec, prices),
    SagemakerNotebook.KIND: _notebook,
}

_ARNS: Mapping[str, str] = {
    EbsSnapshot.KIND: "arn:aws:ec2:{region}:{account}:snapshot/{id}",
    EfsFileSystem.KIND: "arn:aws:elasticfilesystem:{region}:{account}:file-system/{id}",
    ElasticIp.KIND: "arn:aws:ec2:{region}:{account}:elastic-ip/{id}",
    LoadBalancer.KIND: "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{id}",
    NatGateway.KIND: "arn:aws:ec2:{region}:{account}:natgateway/{id}",
    RdsSnapshot.KIND: "arn:aws:rds:{region}:{account}:snapshot:{id}",
}
"""Names in bills of what a snapshot knows by its id. Source: https://docs.aws.amazon.com/service-authorization/."""
_BARE = (Ec2Instance.KIND, EbsVolume.KIND, S3Bucket.KIND)
"""Bills name these by their bare id or name."""


def bill_id(resource: Resource) -> str:
    """Name of a resource in the bill."""
    kind = resource.spec.KIND
    if kind in _BARE:
        return resource.id
    made = _ARNS.get(kind, "{id}").format(region=resource.region, account=resource.account, id=resource.id)
    return resource.arn or made
