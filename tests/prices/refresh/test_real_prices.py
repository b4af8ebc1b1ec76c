"""Published prices of 2019 (ec2instances.info) through a refresh: real prices must not look wrong to the guards."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from costopt.prices.manifest import read_manifest, read_table
from costopt.prices.refresh.refresh import refresh
from costopt.prices.refresh.sources import Sources
from tests.prices.refresh.price_files import OfferFile
from tests.prices.refresh.price_server import PriceServer, offer_path

MATRIX = "aws-ri-matrix-2019/ec2_2019_od_ri_linux_windows_rhel_sles.csv.gz"
SYSTEMS = {"linux": "Linux", "mswin": "Windows", "rhel": "RHEL", "sles": "SUSE"}
PAYMENTS = {"noUpfront": "No Upfront", "partialUpfront": "Partial Upfront", "allUpfront": "All Upfront"}


def matrix(shared_data: Path, region: str) -> Iterator[dict[str, str]]:
    with gzip.open(shared_data / MATRIX, "rt", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["region"] == region)


def region_file(shared_data: Path, region: str) -> OfferFile:
    """The matrix states effective hourly prices; a fee is what they are more than the published hourly part."""
    file = OfferFile(region)
    for row in matrix(shared_data, region):
        sku = file.machine(row["instance_type"], SYSTEMS[row["os"]])
        file.price(sku, row["ondemand"])
        for years in (1, 3):
            for column, payment in PAYMENTS.items():
                effective = row[f"yrTerm{years}Standard.{column}"]
                if effective:
                    share = {"noUpfront": 0, "partialUpfront": Decimal("0.5"), "allUpfront": 1}[column]
                    fee = Decimal(effective) * share * 8760 * years
                    file.reserve(sku, f"{years}yr", payment, fee=fee, hourly=Decimal(effective) * (1 - share))
    return file


def test_real_prices_of_every_operating_system_pass(server: PriceServer, tmp_path: Path, shared_data: Path) -> None:
    region = "us-west-2"
    server.publish([region])
    server.put(offer_path("AmazonEC2", region), region_file(shared_data, region), compressed=True)
    report = refresh(
        tmp_path,
        regions=[region],
        services=["ec2"],
        sources=Sources(base_url=server.url),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert report.refusal == ""
    assert report.catalog is not None
    table = read_table(report.catalog, "hourly", read_manifest(report.catalog))
    prices = {
        (row["instance_type"], row["variant"]): row["usd_per_hour"]
        for row in table.to_pylist()
        if row["purchase"] == "ri_3y_all_upfront"
    }
    published = {
        (row["instance_type"], {"mswin": "windows"}.get(row["os"], row["os"])): Decimal(
            row["yrTerm3Standard.allUpfront"]
        )
        for row in matrix(shared_data, region)
        if row["yrTerm3Standard.allUpfront"]
    }
    wrong = {key: (usd, published[key]) for key, usd in prices.items() if abs(usd - published[key]) > Decimal("1e-7")}
    assert wrong == {}
    assert len(prices) > 0.99 * len(published) > 400
