"""The catalog that comes with the program: published prices, provenance, gaps."""

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from costopt.errors import PriceNotFound
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import Catalog, embedded_catalog_path, open_catalog
from costopt.prices.schema import KEYS, TABLES


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


@pytest.mark.parametrize(
    ("name", "region", "usd"),
    [
        # As https://aws.amazon.com/ec2/pricing/on-demand/ states them.
        ("m5.large", "us-east-1", "0.096"),
        ("m5.large", "eu-west-1", "0.107"),
        ("m5.large", "sa-east-1", "0.153"),
        ("m6i.xlarge", "us-east-1", "0.192"),
        ("c5.9xlarge", "us-east-1", "1.53"),
        ("r5.large", "us-east-1", "0.126"),
        ("t3.micro", "us-east-1", "0.0104"),
        ("t4g.large", "us-east-1", "0.0672"),
        ("m7g.large", "us-east-1", "0.0816"),
        ("m7i.large", "us-east-1", "0.1008"),
        ("g4dn.xlarge", "us-east-1", "0.526"),
        ("g5.xlarge", "us-east-1", "1.006"),
        ("p4d.24xlarge", "us-east-1", "21.957642"),  # after the price cut of 2025-06, not 32.7726
    ],
)
def test_published_on_demand_prices(catalog: Catalog, name: str, region: str, usd: str) -> None:
    price = catalog.instance("ec2", name, region, variant="linux")
    assert (price.amount, price.unit, price.currency, price.quality) == (Decimal(usd), "hour", "USD", Quality.LIST)


@pytest.mark.parametrize(
    ("service", "item", "region", "usd", "unit"),
    [
        ("ebs", "gp3_storage", "us-east-1", "0.08", "GiB-month"),
        ("ebs", "gp3_storage", "eu-central-1", "0.0952", "GiB-month"),
        ("ebs", "gp3_iops", "us-east-1", "0.005", "IOPS-month"),
        ("ebs", "gp3_throughput", "us-east-1", "0.04", "MiBps-month"),
        ("ebs", "snapshot_standard_storage", "us-east-1", "0.05", "GiB-month"),
        ("vpc", "nat_gateway_hour", "us-east-1", "0.045", "hour"),
        ("vpc", "nat_gateway_hour", "eu-west-1", "0.048", "hour"),
        ("vpc", "public_ipv4_hour", "ap-southeast-2", "0.005", "hour"),
        ("elb", "application_hour", "us-east-1", "0.0225", "hour"),
        ("s3", "standard_storage", "us-east-1", "0.023", "GiB-month"),
        ("rds", "extended_support_vcpu_hour_year_3", "us-east-1", "0.2", "hour"),
    ],
)
def test_published_unit_prices(catalog: Catalog, service: str, item: str, region: str, usd: str, unit: str) -> None:
    price = catalog.unit(service, item, region)
    assert (price.amount, price.unit) == (Decimal(usd), unit)


@pytest.mark.parametrize(
    ("service", "name", "variant", "usd", "quality"),
    [
        ("rds", "db.t3.large", "mysql:single_az", "0.136", Quality.LIST),
        ("rds", "db.t3.large", "mysql:multi_az", "0.272", Quality.DERIVED),
        ("rds", "db.t3.large", "postgres:single_az", "0.145", Quality.LIST),
        ("rds", "db.m5.2xlarge", "mysql:single_az", "0.684", Quality.ESTIMATE),
        ("rds", "db.t3.large", "aurora-postgresql:single_az", "0.164", Quality.LIST),
        ("elasticache", "cache.m5.large", "redis", "0.156", Quality.LIST),
        ("elasticache", "cache.m5.large", "valkey", "0.1248", Quality.LIST),
        ("sagemaker", "ml.m5.xlarge", "hosting", "0.23", Quality.LIST),
        ("sagemaker", "ml.t3.medium", "notebook", "0.05", Quality.ESTIMATE),
    ],
)
def test_published_prices_of_other_services(
    catalog: Catalog, service: str, name: str, variant: str, usd: str, quality: Quality
) -> None:
    price = catalog.instance(service, name, "us-east-1", variant=variant)
    assert (price.amount, price.quality) == (Decimal(usd), quality)


@pytest.mark.parametrize(
    ("name", "region", "variant", "purchase"),
    [
        ("m5.large", "eu-west-1", "windows", Purchase.ON_DEMAND),
        ("m5.large", "us-east-1", "windows", Purchase.RI_3Y_NO_UPFRONT),
        ("m5.large", "mars-north-1", "linux", Purchase.ON_DEMAND),
        ("m5.giant", "us-east-1", "linux", Purchase.ON_DEMAND),
        ("m5.large", "us-east-1", "linux", Purchase.COMPUTE_SP_1Y_NO_UPFRONT),
        ("m5.large", "us-east-1", "linux", Purchase.CONVERTIBLE_RI_3Y_NO_UPFRONT),
        ("m5.large", "eu-west-1", "linux", Purchase.SPOT),
    ],
)
def test_what_has_no_price_is_a_gap_that_says_which_and_what_to_do(
    catalog: Catalog, name: str, region: str, variant: str, purchase: Purchase
) -> None:
    with pytest.raises(PriceNotFound, match=f"{purchase.value} .*{name}.*{variant}.*{region}") as error:
        catalog.instance("ec2", name, region, variant=variant, purchase=purchase)
    assert "costopt prices refresh" in error.value.hint
    with pytest.raises(PriceNotFound):  # the second time too: a remembered gap is still a gap
        catalog.instance("ec2", name, region, variant=variant, purchase=purchase)


def test_a_unit_without_a_price_is_a_gap(catalog: Catalog) -> None:
    with pytest.raises(PriceNotFound, match="efs standard_storage in ap-south-1"):
        catalog.unit("efs", "standard_storage", "ap-south-1")


def test_all_canonical_units_have_a_price_in_us_east_1(catalog: Catalog) -> None:
    items = {
        "ebs": "gp2_storage gp3_storage gp3_iops gp3_throughput io1_storage io1_iops io2_storage io2_iops st1_storage"
        " sc1_storage standard_storage snapshot_standard_storage snapshot_archive_storage",
        "s3": "standard_storage standard_ia_storage onezone_ia_storage glacier_ir_storage glacier_flexible_storage"
        " deep_archive_storage intelligent_tiering_storage",
        "vpc": "nat_gateway_hour nat_gateway_gib public_ipv4_hour",
        "elb": "classic_hour application_hour network_hour gateway_hour",
        "rds": "gp2_storage gp3_storage io1_storage io1_iops aurora_storage snapshot_storage"
        " extended_support_vcpu_hour_year_1_2 extended_support_vcpu_hour_year_3",
        "dynamodb": "read_unit_hour write_unit_hour standard_storage standard_ia_storage",
        "lambda": "provisioned_concurrency_gib_second_x86_64 provisioned_concurrency_gib_second_arm64",
        "logs": "standard_storage",
        "efs": "standard_storage infrequent_access_storage provisioned_throughput",
        "fargate": "vcpu_hour_x86_64 gib_hour_x86_64 vcpu_hour_arm64 gib_hour_arm64",
    }
    for service, names in items.items():
        for item in names.split():
            assert catalog.unit(service, item, "us-east-1").amount > 0


def test_prices_hold_for_thirty_regions_and_more(catalog: Catalog) -> None:
    priced = [region for region in catalog.regions if _has_price(catalog, region)]
    assert len(priced) >= 30


def _has_price(catalog: Catalog, region: str) -> bool:
    try:
        return catalog.instance("ec2", "t3.large", region, variant="linux").amount > 0
    except PriceNotFound:
        return False


def test_the_whole_catalog_is_below_two_megabytes() -> None:
    assert sum(path.stat().st_size for path in embedded_catalog_path().iterdir()) < 2_000_000


@pytest.mark.parametrize("name", ["hourly", "units"])
def test_every_row_has_source_day_and_quality_once(name: str) -> None:
    table = pq.read_table(embedded_catalog_path() / f"{name}.parquet")
    assert table.schema.names == TABLES[name].names
    rows = table.to_pylist()
    assert rows
    for row in rows:
        assert row["source"]
        assert date(2020, 1, 1) <= row["as_of"] <= date(2026, 11, 23)
        assert Quality(row["quality"])
    keys = [tuple(row[column] for column in KEYS[name]) for row in rows]
    assert len(keys) == len(set(keys))


def test_as_of_is_the_oldest_day_of_any_row(catalog: Catalog) -> None:
    days = [
        day
        for name in ("hourly", "units", "shapes")
        for day in pq.read_table(embedded_catalog_path() / f"{name}.parquet", columns=["as_of"])["as_of"].to_pylist()
    ]
    assert catalog.as_of == min(days) == date(2022, 5, 22)


def test_shapes_state_sustained_bandwidth_not_bursts(catalog: Catalog) -> None:
    m5 = catalog.shape("m5.large")
    assert (m5.vcpu, m5.memory_gib, m5.architectures, m5.family) == (2, 8.0, ("x86_64",), "m5")
    # https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html: 0.75 / 10 Gbit/s, EBS 650 / 4750 Mbit/s, 3600 IOPS.
    assert m5.network_gbps == 0.75
    assert m5.ebs_baseline_iops == 3600
    assert m5.ebs_baseline_mibps == pytest.approx(650e6 / 8 / 2**20, abs=0.01)


def test_two_cards_on_one_line_do_not_double_the_bandwidth(catalog: Catalog) -> None:
    assert catalog.shape("c6in.32xlarge").network_gbps == 200
    assert catalog.shape("p4d.24xlarge").network_gbps == 400


def test_unknown_figures_of_a_shape_are_none(catalog: Catalog) -> None:
    t2 = catalog.shape("t2.micro")
    assert (t2.ebs_baseline_mibps, t2.ebs_baseline_iops, t2.gpu_name, t2.gpu_memory_gib) == (None, None, None, None)
    assert (t2.gpu_count, t2.burstable, t2.hypervisor) == (0, True, "xen")


def test_accelerators(catalog: Catalog) -> None:
    g4 = catalog.shape("g4dn.xlarge")
    assert (g4.gpu_count, g4.gpu_name, g4.gpu_memory_gib) == (1, "T4", 16.0)
    inferentia = catalog.shape("inf2.xlarge")
    assert (inferentia.gpu_count, inferentia.gpu_name, inferentia.gpu_memory_gib) == (1, "Inferentia2", 32.0)


def test_an_unknown_type_is_a_gap(catalog: Catalog) -> None:
    with pytest.raises(PriceNotFound, match=r"m5\.giant"):
        catalog.shape("m5.giant")


def test_offered_types_are_sorted_and_differ_by_region(catalog: Catalog) -> None:
    names = [shape.instance_type for shape in catalog.offered("eu-west-1")]
    assert names == sorted(names)
    assert len(names) > 1000
    assert "m5.large" in names
    assert len(catalog.offered("il-central-1")) < len(names)
    assert list(catalog.offered("mars-north-1")) == []


def test_regions_that_aws_prices_alike_share_prices_as_estimates(catalog: Catalog) -> None:
    for region in ("us-east-2", "us-west-2"):
        nat = catalog.unit("vpc", "nat_gateway_hour", region)
        database = catalog.instance("rds", "db.m5.large", region, variant="mysql:single_az")
        assert (nat.amount, nat.quality) == (Decimal("0.045"), Quality.ESTIMATE)
        assert (database.amount, database.quality) == (Decimal("0.171"), Quality.ESTIMATE)


def test_those_regions_do_price_ec2_alike(catalog: Catalog) -> None:
    for region in ("us-east-2", "us-west-2"):
        ratios = []
        for shape in catalog.offered(region):
            try:
                home = catalog.instance("ec2", shape.instance_type, "us-east-1", variant="linux").amount
                ratios.append(catalog.instance("ec2", shape.instance_type, region, variant="linux").amount / home)
            except PriceNotFound:
                continue
        assert sum(ratio == 1 for ratio in ratios) > 0.94 * len(ratios)
        assert max(abs(ratio - 1) for ratio in ratios) < Decimal("0.005")


def test_rds_elsewhere_is_a_gap(catalog: Catalog) -> None:
    with pytest.raises(PriceNotFound, match=r"rds db\.m5\.large .* in eu-west-1"):
        catalog.instance("rds", "db.m5.large", "eu-west-1", variant="mysql:single_az")
