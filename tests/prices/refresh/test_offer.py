import io
import json
from datetime import date
from decimal import Decimal

import pytest

from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.fetch import FetchError
from costopt.prices.refresh.offer import read_offer
from costopt.prices.refresh.tally import Rows
from tests.prices.refresh.price_files import OfferFile, ec2_file

URL = "https://pricing.example/ec2/eu-west-1/index.json"


def read(file: OfferFile) -> Rows:
    return read_offer(io.BytesIO(file.body()), region=file.region, url=URL)


def test_a_region_file_gives_on_demand_and_every_reservation_with_their_origin() -> None:
    rows = read(ec2_file("eu-west-1"))
    prices = {row.purchase: row for row in rows.hourly if row.instance_type == "m5.xlarge"}
    assert len(prices) == 7
    on_demand = prices[Purchase.ON_DEMAND]
    assert on_demand.usd_per_hour == Decimal("0.2112")  # 0.096 x 2 x 1.1
    assert (on_demand.region, on_demand.variant, on_demand.quality) == ("eu-west-1", "linux", Quality.LIST)
    assert (on_demand.source, on_demand.as_of) == (URL, date(2026, 11, 1))
    assert prices[Purchase.RI_3Y_PARTIAL_UPFRONT].usd_per_hour == Decimal("0.08448")  # 0.2112 x 0.40
    assert prices[Purchase.RI_3Y_PARTIAL_UPFRONT].quality is Quality.DERIVED


def test_unit_prices_are_in_the_catalogs_units() -> None:
    units = {(row.service, row.item): (row.usd, row.unit) for row in read(ec2_file("us-east-1")).units}
    assert units == {
        ("ebs", "gp3_storage"): (Decimal("0.08"), "GiB-month"),
        ("ebs", "gp3_throughput"): (Decimal("0.04"), "MiBps-month"),
        ("ebs", "snapshot_standard_storage"): (Decimal("0.05"), "GiB-month"),
        ("vpc", "nat_gateway_hour"): (Decimal("0.045"), "hour"),
    }


def test_dedicated_prices_never_reach_the_catalog() -> None:
    rows = read(ec2_file("us-east-1"))
    assert {
        row.usd_per_hour for row in rows.hourly if row.instance_type == "m5.large" and row.purchase == "on_demand"
    } == {Decimal("0.096")}


def test_two_prices_for_one_thing_are_both_left_out_and_listed() -> None:
    file = ec2_file("eu-west-1")
    file.price(file.machine("m5.large"), "0.2")
    rows = read(file)
    kept = [row for row in rows.hourly if row.instance_type == "m5.large" and row.purchase is Purchase.ON_DEMAND]
    assert kept == []
    assert [entry.what for entry in rows.rejected] == ["ec2 m5.large linux eu-west-1 on_demand"]
    assert rows.rejected[0].reason == "stands twice, once at 0.1056, once at 0.2"


def test_the_same_price_twice_is_one_price() -> None:
    file = ec2_file("us-east-1")
    file.price(file.machine("m5.large"), "0.096")
    rows = read(file)
    assert rows.rejected == ()
    assert sum(row.instance_type == "m5.large" and row.purchase is Purchase.ON_DEMAND for row in rows.hourly) == 1


def test_one_term_of_another_structure_loses_only_itself() -> None:
    file = ec2_file("us-east-1")
    sku = file.machine("c6i.large")
    file.price(sku, "0.085")
    file.reserved[sku] = {"odd": {"priceDimensions": []}}
    rows = read(file)
    assert [row.purchase for row in rows.hourly if row.instance_type == "c6i.large"] == [Purchase.ON_DEMAND]
    assert [entry.what for entry in rows.rejected] == ["ec2 c6i.large linux us-east-1 Reserved"]


def test_families_with_accelerators_are_told_apart() -> None:
    file = ec2_file("us-east-1")
    file.price(file.machine("g5.xlarge", instanceFamily="GPU instance"), "1.006")
    file.price(file.machine("inf2.xlarge", instanceFamily="Machine Learning ASIC Instances"), "0.7582")
    assert read(file).accelerated_families == {"g5", "inf2"}


def test_a_file_in_yuan_is_an_error_and_not_a_dollar_price() -> None:
    file = OfferFile("us-east-1")
    file.price(file.machine("m5.large"), "0.67", currency="CNY")
    with pytest.raises(FetchError, match="a price in CNY, not in USD"):
        read(file)


def test_a_file_without_anything_known_is_an_error() -> None:
    file = OfferFile("us-east-1")
    file.price(file.product("Data Transfer", "DataTransfer-Out-Bytes"), "0.09", "GB")
    with pytest.raises(FetchError, match="no known product"):
        read(file)


def test_terms_before_products_are_an_error_and_not_an_empty_catalog() -> None:
    content = ec2_file("us-east-1").content()
    reordered = {"publicationDate": content["publicationDate"], "terms": content["terms"], **content}
    body = json.dumps(dict(sorted(reordered.items(), key=lambda item: item[0] == "products"))).encode()
    with pytest.raises(FetchError, match="terms stand before its products"):
        read_offer(io.BytesIO(body), region="us-east-1", url=URL)


def test_a_file_without_a_date_is_an_error() -> None:
    content = ec2_file("us-east-1").content()
    del content["publicationDate"]
    with pytest.raises(FetchError, match="publication date"):
        read_offer(io.BytesIO(json.dumps(content).encode()), region="us-east-1", url=URL)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_anywhere_gives_no_rows_at_all(kept: float) -> None:
    body = ec2_file("us-east-1").body()
    with pytest.raises(FetchError):
        read_offer(io.BytesIO(body[: int(len(body) * kept)]), region="us-east-1", url=URL)
