"""What Harbourline Freight uses of AWS: services, rates and quantities. Rates are made up in the order of real ones."""

from dataclasses import dataclass, replace

from tools.bills.exact import THOUSANDTHS, units

_EC2 = "Amazon Elastic Compute Cloud"
_USAGE = "Usage"
LOCATIONS = {"us-east-1": "US East (N. Virginia)", "us-west-2": "US West (Oregon)", "eu-west-1": "EU (Ireland)"}
"""Region id to name."""
AWS_INC = "Amazon Web Services, Inc."
"""Who issues the invoice, and sells all but what the marketplace does."""
SELLER = 'Tidewater Software, "Ltd."'
"""Seller of the marketplace line; the quotes are there on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A kind of usage, of which each of several resources has a line now and then."""

    service: str
    """Product code."""
    product: str
    """Name of the service."""
    category: str
    """FOCUS ServiceCategory."""
    family: str
    """Product family."""
    usage: str
    """Usage type."""
    operation: str
    """Operation."""
    region: str
    """Region id."""
    unit: str
    """Unit of the price."""
    rate: int
    """Public on-demand rate, units."""
    weight: int
    """How many resources of every `SLOTS` are of it."""
    low: int = THOUSANDTHS
    """Least quantity an hour, thousandths."""
    step: int = 0
    """Quantities are `low` and up in such steps, thousandths."""
    count: int = 1
    """In so many steps."""
    kind: str = _USAGE
    """AWS's kind of line."""
    paid: int | None = None
    """Rate that is charged instead: of spot the market's, of a reserved hour 0, of a share of another line 0. Units."""
    effective: int | None = None
    """Rate of a commitment, units."""
    commitment: str | None = None
    """Key of it."""
    instance: str | None = None
    """Instance type."""
    system: str | None = None
    """Operating system, as AWS spells it."""
    prefix: str = "i-"
    """How the ids of its resources begin."""
    split: int | None = None
    """Of shared cost allocation: rate of the share, units."""
    discounted: bool = True
    """Whether a negotiated discount applies."""
    seller: str = AWS_INC
    """Legal entity."""

    def check(self) -> None:
        """Every cost and its nine tenths must be whole units.

        Raises:
            ValueError: they are not.
        """
        for rate in (self.rate, self.paid, self.effective, self.split):
            if rate is not None and (rate * self.low % 10_000 or rate * self.step % 10_000):
                raise ValueError(f"{self.usage}: {rate} x {self.low} is not exact")


def _instance(name: str, rate: str, system: str, code: str, region: str, *, weight: int) -> Offer:
    prefix = {"us-east-1": "", "us-west-2": "USW2-", "eu-west-1": "EU-"}[region]
    return Offer(
        service="AmazonEC2",
        product=_EC2,
        category="Compute",
        family="Compute Instance",
        usage=f"{prefix}BoxUsage:{name}",
        operation=f"RunInstances{code}",
        region=region,
        unit="Hrs",
        rate=units(rate),
        weight=weight,
        low=250,
        step=250,
        count=4,
        instance=name,
        system=system,
    )


def _whole(offer: Offer, kind: str, key: str, effective: str, *, paid: int | None = None) -> Offer:
    return replace(
        offer, kind=kind, commitment=key, effective=units(effective), paid=paid, low=THOUSANDTHS, step=0, count=1
    )


def _reserved(offer: Offer, key: str, effective: str) -> Offer:
    return _whole(offer, "DiscountedUsage", key, effective, paid=0)


def _covered(offer: Offer, key: str, effective: str) -> Offer:
    return _whole(offer, "SavingsPlanCoveredUsage", key, effective)


def _metered(
    service: str,
    product: str,
    category: str,
    family: str,
    usage: str,
    operation: str,
    unit: str,
    rate: str,
    *,
    weight: int,
    low: int,
    step: int,
    prefix: str,
) -> Offer:
    return Offer(
        service=service,
        product=product,
        category=category,
        family=family,
        usage=usage,
        operation=operation,
        region="us-east-1",
        unit=unit,
        rate=units(rate),
        weight=weight,
        low=low,
        step=step,
        count=97,
        prefix=prefix,
    )


_S3, _S3_NAME = "AmazonS3", "Amazon Simple Storage Service"
_RDS, _RDS_NAME = "AmazonRDS", "Amazon Relational Database Service"
_DATABASE = Offer(
    service=_RDS,
    product=_RDS_NAME,
    category="Databases",
    family="Database Instance",
    usage="InstanceUsage:db.r6g.large",
    operation="CreateDBInstance:0014",
    region="us-east-1",
    unit="Hrs",
    rate=units("0.225"),
    weight=3,
    instance="db.r6g.large",
    prefix="arn:aws:rds:us-east-1:db:",
)
_FARGATE = Offer(
    service="AmazonECS",
    product="Amazon Elastic Container Service",
    category="Compute",
    family="Compute",
    usage="USE1-Fargate-vCPU-Hours:perCPU",
    operation="FargateTask",
    region="us-east-1",
    unit="hours",
    rate=units("0.04048"),
    weight=2,
    prefix="arn:aws:ecs:us-east-1:task/",
)
_M5 = _instance("m5.large", "0.096", "Linux", "", "us-east-1", weight=6)

OFFERS: tuple[Offer, ...] = (
    _M5,
    _instance("c5.xlarge", "0.17", "Linux", "", "us-west-2", weight=4),
    _instance("m5.xlarge", "0.376", "Windows", ":0002", "us-east-1", weight=3),
    _instance("r5.large", "0.201", "RHEL", ":0010", "eu-west-1", weight=2),
    _instance("m7g.large", "0.0816", "SUSE", ":000g", "us-east-1", weight=2),
    replace(
        _instance("c5.2xlarge", "0.34", "Linux", "", "us-west-2", weight=3),
        usage="USW2-SpotUsage:c5.2xlarge",
        operation="RunInstances:SV001",
        paid=units("0.1282"),
    ),
    _reserved(
        _instance("m5.xlarge", "0.192", "Linux", "", "us-east-1", weight=3), key="0a1e-no-upfront", effective="0.121"
    ),
    _reserved(
        _instance("r5.xlarge", "0.282", "Linux", "", "eu-west-1", weight=2),
        key="0b2f-partial-upfront",
        effective="0.160",
    ),
    _reserved(
        replace(_DATABASE, usage="InstanceUsage:db.m5.large", instance="db.m5.large", rate=units("0.178"), weight=2),
        key="0c3d-all-upfront",
        effective="0.105",
    ),
    _covered(
        _instance("m6i.large", "0.096", "Linux", "", "us-east-1", weight=3),
        key="1a-compute-no-upfront",
        effective="0.0696",
    ),
    _covered(_FARGATE, key="1a-compute-no-upfront", effective="0.0324"),
    _covered(
        _instance("m5.2xlarge", "0.384", "Linux", "", "us-east-1", weight=2),
        key="2b-instance-partial",
        effective="0.242",
    ),
    _covered(
        _instance("c6i.xlarge", "0.17", "Linux", "", "us-west-2", weight=2),
        key="3c-compute-all-upfront",
        effective="0.115",
    ),
    _metered(
        "AmazonEC2", _EC2, "Storage", "Storage", "EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "GB-Mo", "0.08",
        weight=7, low=14, step=3, prefix="vol-",
    ),
    _metered(
        "AmazonEC2", _EC2, "Storage", "Storage Snapshot", "EBS:SnapshotUsage", "CreateSnapshot", "GB-Mo", "0.05",
        weight=2, low=7, step=2, prefix="snap-",
    ),
    _DATABASE,
    _metered(
        _RDS, _RDS_NAME, "Databases", "Database Storage", "RDS:GP2-Storage", "CreateDBInstance:0014", "GB-Mo", "0.115",
        weight=1, low=30, step=10, prefix="arn:aws:rds:us-east-1:db:",
    ),
    _metered(
        _S3, _S3_NAME, "Storage", "Storage", "TimedStorage-ByteHrs", "StandardStorage", "GB-Mo", "0.023",
        weight=3, low=150, step=37, prefix="harbourline-lake-",
    ),
    _metered(
        _S3, _S3_NAME, "Storage", "API Request", "Requests-Tier1", "PutObject", "Requests", "0.000005",
        weight=2, low=13_000, step=4_021_000, prefix="harbourline-lake-",
    ),
    _metered(
        "AWSLambda", "AWS Lambda", "Compute", "Serverless", "Lambda-GB-Second", "Invoke", "Second", "0.0000166667",
        weight=2, low=250_000, step=70_000, prefix="arn:aws:lambda:us-east-1:function:",
    ),
    _metered(
        "AWSLambda", "AWS Lambda", "Compute", "Serverless", "Request", "Invoke", "Requests", "0.0000002",
        weight=1, low=900_000, step=77_000, prefix="arn:aws:lambda:us-east-1:function:",
    ),
    _metered(
        "AmazonEC2", _EC2, "Compute", "Data Transfer", "DataTransfer-Out-Bytes", "RunInstances", "GB", "0.09",
        weight=3, low=11, step=53, prefix="i-",
    ),
    _metered(
        "AmazonEC2", _EC2, "Compute", "Data Transfer", "DataTransfer-Regional-Bytes", "InterZone-Out", "GB", "0.01",
        weight=3, low=90, step=131, prefix="i-",
    ),
    _metered(
        "AmazonEC2", _EC2, "Compute", "Data Transfer", "USE1-USW2-AWS-Out-Bytes", "PublicIP-Out", "GB", "0.02",
        weight=2, low=5, step=17, prefix="i-",
    ),
    _metered(
        "AmazonEC2", _EC2, "Compute", "NAT Gateway", "NatGateway-Bytes", "NatGateway", "GB", "0.045",
        weight=2, low=70, step=211, prefix="nat-",
    ),
    replace(
        _metered(
            "AmazonEC2", _EC2, "Compute", "NAT Gateway", "NatGateway-Hours", "NatGateway", "Hrs", "0.045",
            weight=1, low=1_000, step=0, prefix="nat-",
        ),
        count=1,
    ),
    _metered(
        "AWSQueueService", "Amazon Simple Queue Service", "Integration", "API Request", "Requests-Tier1", "SendMessage",
        "Requests", "0", weight=1, low=1_000, step=13_000, prefix="arn:aws:sqs:us-east-1:queue-",
    ),
    replace(
        _M5,
        service="AmazonEKS",
        product="Amazon Elastic Container Service for Kubernetes",
        family="Compute",
        usage="USE1-EKS-EC2-vCPU-Hours",
        operation="EKSPod-EC2",
        unit="vCPU-Hours",
        instance=None,
        system=None,
        rate=0,
        paid=0,
        split=units("0.0231"),
        weight=2,
        prefix="arn:aws:eks:us-east-1:pod/",
    ),
    replace(
        _metered(
            "5wz8tidewater0marketplace", "Tidewater Manifest Scanner", "Other", "", "SoftwareUsage:m5.large", "Hourly",
            "Hrs", "0.21", weight=1, low=1_000, step=0, prefix="i-",
        ),
        count=1,
        discounted=False,
        seller=SELLER,
    ),
)  # fmt: skip
"""Everything that is used. FOCUS wants one category for each name of a service, so disks of EC2 are Compute."""
SLOTS = sum(offer.weight for offer in OFFERS)
"""Resources in one round of all offers: any so many that follow each other hold all kinds."""
