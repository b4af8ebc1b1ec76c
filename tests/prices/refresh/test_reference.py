from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from costopt.model.price import Purchase
from costopt.prices.catalog import embedded_catalog_path, open_user_catalog
from costopt.prices.refresh.reference import reference_of
from costopt.prices.refresh.refresh import refresh
from costopt.prices.refresh.sources import Sources
from tests.prices.refresh.price_files import ec2_file
from tests.prices.refresh.price_server import PriceServer, offer_path

NOW = datetime(2026, 11, 23, tzinfo=UTC)
REGION = "eu-west-1"


def test_the_embedded_catalog_is_a_reference() -> None:
    found = reference_of(embedded_catalog_path())
    assert found.known["ec2", "m5.large", "us-east-1", "linux", Purchase.ON_DEMAND] == Decimal("0.096")
    assert {"g5", "p4d"} <= found.accelerated_families
    assert "m5" not in found.accelerated_families


def test_a_region_alone_is_compared_with_the_catalog_at_hand(server: PriceServer, tmp_path: Path) -> None:
    server.publish([REGION])
    file = ec2_file(REGION)
    file.price(file.machine("m6i.large"), "9.6")  # 0.096 in us-east-1
    server.put(offer_path("AmazonEC2", REGION), file)
    report = refresh(
        tmp_path,
        regions=[REGION],
        services=["ec2"],
        sources=Sources(base_url=server.url),
        now=NOW,
        reference=reference_of(embedded_catalog_path()),
    )
    assert [(entry.what, entry.reason) for entry in report.quarantined] == [
        ("ec2 m6i.large linux eu-west-1 on_demand 9.60000000", "regional_ratio")
    ]


def test_fresh_prices_stand_above_the_embedded_ones_and_the_rest_stays(server: PriceServer, tmp_path: Path) -> None:
    before = open_user_catalog(tmp_path)
    server.publish([REGION])
    refresh(tmp_path, regions=[REGION], services=["ec2"], sources=Sources(base_url=server.url), now=NOW)
    after = open_user_catalog(tmp_path)
    fresh = after.instance("ec2", "m5.large", REGION, variant="linux")
    assert fresh.amount == Decimal("0.1056")
    assert fresh.source == server.url + offer_path("AmazonEC2", REGION)
    other = ("ec2", "m5.large", "ap-south-1")
    assert after.instance(*other, variant="linux") == before.instance(*other, variant="linux")
    assert after.unit("ebs", "gp3_throughput", REGION).amount == Decimal("0.044")
