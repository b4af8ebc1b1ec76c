"""Which service a line of the bill is of, and the discount by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.analyzer.negotiated import FoundDiscount, SkuCost, discounts, service_of


def sku(
    usage: str | None = "BoxUsage:m5.large",
    code: str | None = "AmazonEC2",
    *,
    listed: str = "100",
    discount: str = "0.07",
    name: str | None = None,
    category: str | None = None,
    currency: str = "USD",
) -> SkuCost:
    return SkuCost(
        service_code=code,
        service_name=name,
        service_category=category,
        usage_type=usage,
        currency=currency,
        list_cost=Decimal(listed),
        discount=Decimal(discount),
    )


@pytest.mark.parametrize(
    ("code", "usage", "service"),
    [
        ("AmazonEC2", "EUC1-BoxUsage:m5.large", "ec2"),
        ("AmazonEC2", "CPUCredits:t3", "ec2"),
        ("AmazonEC2", "EU-EBS:VolumeUsage.gp3", "ebs"),
        ("AmazonEC2", "EBS:SnapshotUsage", "ebs"),
        ("AmazonEC2", "USW2-NatGateway-Hours", "vpc"),
        ("AmazonEC2", "ElasticIP:IdleAddress", "vpc"),
        ("AmazonVPC", "PublicIPv4:InUseAddress", "vpc"),
        ("AWSELB", "LoadBalancerUsage", "elb"),
        ("AmazonECS", "EU-Fargate-vCPU-Hours:perCPU", "fargate"),
        ("AmazonECS", "ECS-Anywhere-Instance-hours", None),
        ("AmazonCloudWatch", "EU-TimedStorage-ByteHrs", "logs"),
        ("AmazonCloudWatch", "CW:MetricMonitorUsage", None),
        ("AmazonS3", "TimedStorage-ByteHrs", "s3"),
        ("AmazonS3", "DataTransfer-Out-Bytes", None),
        ("AmazonEC2", "USW2-USE1-AWS-Out-Bytes", None),
        ("AmazonEC2", "SomethingNew", None),
        ("AWSSupportBusiness", "Dollar", None),
    ],
)
def test_the_service_of_a_usage_type(code: str, usage: str, service: str | None) -> None:
    assert service_of(sku(usage, code)) == service


COMPUTE, SQL, BUCKETS = "6F81-5844-456A", "9662-B51E-5089", "95FF-2EF5-5EA1"


@pytest.mark.parametrize(
    ("code", "usage", "service"),
    [
        (COMPUTE, "N2 Instance Core running in Netherlands", "gce"),
        (COMPUTE, "Balanced PD Capacity in Iowa", "gce"),
        (COMPUTE, "Nvidia L4 GPU attached to Spot Preemptible VMs running in Iowa", None),
        (COMPUTE, "External IP Charge on a Spot Preemptible VM", None),
        (COMPUTE, "Commitment v1: N2 Cpu in Americas for 1 Year", None),
        (COMPUTE, "Network Internet Data Transfer Out from Americas to EMEA", None),
        (COMPUTE, "Licensing Fee for Windows Server 2019 Datacenter Edition (CPU cost)", None),
        (SQL, "Cloud SQL for MySQL: Regional - vCPU in London", "cloud_sql"),
        (SQL, "Network Data Transfer to Google Services from EMEA to London", None),
        (BUCKETS, "Standard Storage London", "gcs"),
        (BUCKETS, "Regional Standard Class A Operations", None),
        ("CCD8-9BF1-090E", "Regional Kubernetes Clusters", "gke"),
        (COMPUTE, None, None),
    ],
)
def test_the_service_of_a_sku_of_google(code: str, usage: str | None, service: str | None) -> None:
    assert service_of(sku(usage, code)) == service


def test_a_bill_of_google_without_ids_tells_the_service_by_name() -> None:
    assert service_of(sku("N2 Instance Ram running in Iowa", None, name="Compute Engine")) == "gce"


def google(meter: str, code: str = COMPUTE, *, listed: str = "100", discount: str = "0") -> SkuCost:
    return sku(meter, code, listed=listed, discount=discount)


def test_the_discount_of_google_is_the_mean_of_what_the_catalog_prices() -> None:
    """300 at 5 % and 100 at 5.5 % off are 20.5 of 400; traffic at 30 % is none of it."""
    found = discounts(
        [
            google("N2 Instance Core running in Iowa", listed="300", discount="0.05"),
            google("N2 Instance Ram running in Iowa", listed="100", discount="0.055"),
            google("Network Internet Data Transfer Out from Iowa", listed="900", discount="0.3"),
            google("Standard Storage Iowa", BUCKETS, discount="0"),
        ]
    )
    assert found == {
        "gce": FoundDiscount(fraction=Decimal("0.051250")),
        "gcs": FoundDiscount(fraction=Decimal(0)),  # known, as other lines show that there are list prices
    }


def test_no_discount_anywhere_in_a_bill_of_google_is_not_known_to_be_none() -> None:
    """An export without `cost_at_list` looks like this too; AWS is judged by itself."""
    lines = [google("N2 Instance Core running in Iowa"), google("Standard Storage Iowa", BUCKETS)]
    assert discounts(lines) == {}
    assert set(discounts([*lines, sku(discount="0.1")])) == {"ec2"}
    assert set(discounts([*lines, sku(discount="0")])) == {"ec2"}


@pytest.mark.parametrize(
    ("name", "category", "service"),
    [
        ("Amazon Elastic Compute Cloud", "Storage", "ebs"),
        ("Amazon Elastic Compute Cloud", None, "ec2"),
        ("Amazon Relational Database Service", None, "rds"),
        ("AmazonRDS", None, None),
        (None, None, None),
    ],
)
def test_a_bill_without_codes_tells_the_service_by_name_and_category(
    name: str | None, category: str | None, service: str | None
) -> None:
    assert service_of(sku(None, None, name=name, category=category)) == service


def test_the_mean_is_by_list_cost() -> None:
    """300 at 10 % and 100 at 9.5 % off are 39.5 of 400."""
    found = discounts([sku(listed="300", discount="0.1"), sku(listed="100", discount="0.095")])
    assert found == {"ec2": FoundDiscount(fraction=Decimal("0.098750"))}


def test_skus_that_differ_are_said() -> None:
    found = discounts([sku(listed="300", discount="0.30"), sku(listed="100", discount="0")])
    assert found["ec2"] == FoundDiscount(fraction=Decimal("0.225000"), note="from 0 % to 30 % by SKU; the mean is used")


@pytest.mark.parametrize(("listed", "known"), [("0.99", False), ("1", True)])
def test_less_than_a_dollar_is_noise(listed: str, known: bool) -> None:
    assert bool(discounts([sku(listed=listed)])) is known


@pytest.mark.parametrize(("discount", "words"), [("-0.02", "more than list prices"), ("1", "all of it was free")])
def test_what_is_no_discount_counts_as_none_and_is_said(discount: str, words: str) -> None:
    found = discounts([sku(discount=discount)])["ec2"]
    assert found.fraction == 0
    assert words in (found.note or "")


def test_no_discount_is_known_to_be_none() -> None:
    assert discounts([sku(discount="0")]) == {"ec2": FoundDiscount(fraction=Decimal(0))}


def test_currencies_do_not_mix() -> None:
    both = [sku(discount="0.5", currency="CNY", listed="900"), sku(discount="0.1")]
    assert discounts(both)["ec2"].fraction == Decimal("0.1")
    assert discounts(both[:1])["ec2"].fraction == Decimal("0.5")


FRACTION = st.decimals(-2, 2, places=6)


@given(st.lists(st.tuples(st.decimals("0.01", 1000, places=2), FRACTION), min_size=1, max_size=8))
def test_a_discount_is_one_that_a_price_can_have(skus: list[tuple[Decimal, Decimal]]) -> None:
    for found in discounts([sku(listed=str(cost), discount=str(part)) for cost, part in skus]).values():
        assert 0 <= found.fraction < 1
        assert found.fraction == round(found.fraction, 6)
