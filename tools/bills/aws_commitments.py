"""Reservations and Savings Plans that Harbourline Freight owns in AWS. Names and prices are made up."""

from dataclasses import dataclass

from tools.bills.exact import units

PAYER = "100000000001"
"""The management account, which pays."""
MEMBERS: tuple[tuple[str, str], ...] = (
    ("100000000001", "Harbourline Freight"),
    ("100000000002", "harbourline-prod"),
    ("100000000003", "harbourline-data"),
    ("100000000004", "harbourline-dev"),
)
"""Id and name of every account."""
TERM_HOURS = 8_760
"""One year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Reserved instances; all accounts share them."""

    key: str
    """Name in the offers."""
    owner: str
    """Account that bought them."""
    instance_type: str
    """What is reserved."""
    service: str
    """Product code."""
    product: str
    """Name of the service."""
    region: str
    """Region id."""
    payment: str
    """Purchase option."""
    recurring: int
    """Recurring rate of an hour, units."""
    upfront_hour: int
    """Upfront fee of an instance spread over its term, units an hour."""
    factor: int
    """Normalization factor of the size."""
    bought_in_bill: bool
    """Whether the purchase is a line of the first month; else it was made before."""

    @property
    def arn(self) -> str:
        """Id."""
        kind = "rds" if self.service == "AmazonRDS" else "ec2"
        noun = "ri:" if kind == "rds" else "reserved-instances/"
        return f"arn:aws:{kind}:{self.region}:{self.owner}:{noun}{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A Savings Plan."""

    key: str
    """Name in the offers."""
    owner: str
    """Account that bought it."""
    offering: str
    """`ComputeSavingsPlans` or `EC2InstanceSavingsPlans`."""
    payment: str
    """Payment option."""
    upfront_percent: int
    """Share of the commitment that was paid in advance."""
    bought_in_bill: bool
    """Whether the upfront fee is a line of the first month."""

    @property
    def arn(self) -> str:
        """Id."""
        return f"arn:aws:savingsplans::{self.owner}:savingsplan/{self.key}"

    @property
    def usage_type(self) -> str:
        """Usage type of its fees."""
        kind = "ComputeSP" if self.offering == "ComputeSavingsPlans" else "EC2SP:m5.us-east-1"
        return f"{kind}:1yr{self.payment.replace(' ', '')}"


RESERVATIONS: tuple[Reservation, ...] = (
    Reservation(
        key="0a1e-no-upfront",
        owner="100000000002",
        instance_type="m5.xlarge",
        service="AmazonEC2",
        product="Amazon Elastic Compute Cloud",
        region="us-east-1",
        payment="No Upfront",
        recurring=units("0.121"),
        upfront_hour=0,
        factor=8,
        bought_in_bill=False,
    ),
    Reservation(
        key="0b2f-partial-upfront",
        owner="100000000002",
        instance_type="r5.xlarge",
        service="AmazonEC2",
        product="Amazon Elastic Compute Cloud",
        region="eu-west-1",
        payment="Partial Upfront",
        recurring=units("0.079"),
        upfront_hour=units("0.081"),
        factor=8,
        bought_in_bill=False,
    ),
    Reservation(
        key="0c3d-all-upfront",
        owner="100000000003",
        instance_type="db.m5.large",
        service="AmazonRDS",
        product="Amazon Relational Database Service",
        region="us-east-1",
        payment="All Upfront",
        recurring=0,
        upfront_hour=units("0.105"),
        factor=4,
        bought_in_bill=True,
    ),
)
"""One of each way to pay."""

PLANS: tuple[Plan, ...] = (
    Plan(
        key="1a-compute-no-upfront",
        owner="100000000001",
        offering="ComputeSavingsPlans",
        payment="No Upfront",
        upfront_percent=0,
        bought_in_bill=False,
    ),
    Plan(
        key="2b-instance-partial",
        owner="100000000002",
        offering="EC2InstanceSavingsPlans",
        payment="Partial Upfront",
        upfront_percent=50,
        bought_in_bill=False,
    ),
    Plan(
        key="3c-compute-all-upfront",
        owner="100000000003",
        offering="ComputeSavingsPlans",
        payment="All Upfront",
        upfront_percent=100,
        bought_in_bill=True,
    ),
)
"""One of each way to pay."""
