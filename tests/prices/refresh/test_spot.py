import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber
from moto import mock_aws

from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.advisor import read_advisor
from costopt.prices.refresh.fetch import FetchError
from costopt.prices.refresh.spot import default_client, estimated_spot, read_spot
from costopt.prices.refresh.tally import Advice, Rows
from costopt.prices.rows import HourlyRow

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def entry(
    zone: str, usd: str, *, name: str = "m5.large", system: str = "Linux/UNIX", age_hours: int = 1
) -> dict[str, Any]:
    return {
        "AvailabilityZone": zone,
        "InstanceType": name,
        "ProductDescription": system,
        "SpotPrice": usd,
        "Timestamp": NOW - timedelta(hours=age_hours),
    }


def read(*pages: list[dict[str, Any]]) -> Rows:
    client = boto3.client("ec2", region_name="eu-west-1")
    with Stubber(client) as stubber:
        for place, page in enumerate(pages):
            asked: dict[str, Any] = {
                "StartTime": NOW,
                "EndTime": NOW,
                "ProductDescriptions": ["Linux/UNIX", "Windows"],
            }
            answer: dict[str, Any] = {"SpotPriceHistory": page}
            if place:
                asked["NextToken"] = f"page-{place}"
            if place + 1 < len(pages):
                answer["NextToken"] = f"page-{place + 1}"
            stubber.add_response("describe_spot_price_history", answer, asked)
        return read_spot(lambda region: client, region="eu-west-1", now=NOW)


def test_the_latest_price_of_each_zone_counts_and_zones_are_averaged() -> None:
    rows = read(
        [entry("eu-west-1a", "0.0400"), entry("eu-west-1a", "0.0900", age_hours=30)],
        [entry("eu-west-1b", "0.0460")],
    )
    (row,) = rows.hourly
    assert row.usd_per_hour == Decimal("0.043")
    assert (row.purchase, row.variant, row.quality) == (Purchase.SPOT, "linux", Quality.ESTIMATE)
    assert row.as_of == date(2026, 11, 23)


def test_one_price_in_all_zones_is_a_list_price() -> None:
    (row,) = read([entry("eu-west-1a", "0.0400"), entry("eu-west-1b", "0.0400")]).hourly
    assert (row.usd_per_hour, row.quality) == (Decimal("0.04"), Quality.LIST)


def test_windows_is_not_mixed_with_linux() -> None:
    rows = read([entry("eu-west-1a", "0.04"), entry("eu-west-1a", "0.13", system="Windows")])
    assert {row.variant: row.usd_per_hour for row in rows.hourly} == {
        "linux": Decimal("0.04"),
        "windows": Decimal("0.13"),
    }


def test_an_empty_answer_is_a_gap_and_not_a_region_without_spot() -> None:
    with pytest.raises(FetchError, match="eu-west-1: the answer holds none"):
        read([])


def test_a_denied_call_names_the_permission() -> None:
    client = boto3.client("ec2", region_name="eu-west-1")
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_spot_price_history", "UnauthorizedOperation", http_status_code=403)
        with pytest.raises(FetchError, match="UnauthorizedOperation") as caught:
            read_spot(lambda region: client, region="eu-west-1", now=NOW)
    assert "ec2:DescribeSpotPriceHistory" in caught.value.hint


def test_no_credentials_are_a_gap() -> None:
    def none(region: str) -> Any:
        raise NoCredentialsError

    with pytest.raises(FetchError, match="Unable to locate credentials"):
        read_spot(none, region="eu-west-1", now=NOW)


def test_an_answer_without_a_price_is_a_gap() -> None:
    broken = entry("eu-west-1a", "0.04")
    del broken["SpotPrice"]
    with pytest.raises(FetchError, match="another structure"):
        read([broken])


@mock_aws
def test_the_answer_of_the_real_protocol_is_understood() -> None:
    rows = read_spot(default_client, region="me-south-1", now=NOW)
    assert rows.hourly
    assert all(row.usd_per_hour > 0 and row.region == "me-south-1" for row in rows.hourly)


def on_demand(name: str, usd: str) -> HourlyRow:
    return HourlyRow(
        "ec2", name, "eu-west-1", "linux", Purchase.ON_DEMAND, Decimal(usd), "file", date(2026, 11, 1), Quality.LIST
    )


def advice(name: str, saving: float) -> Advice:
    return Advice(
        instance_type=name,
        region="eu-west-1",
        os="linux",
        saving_fraction=saving,
        interruption_band=1,
        source="advisor",
        as_of=date(2026, 10, 2),
    )


def test_an_unknown_spot_price_is_estimated_by_the_advised_saving() -> None:
    bases = {("m5.large", "eu-west-1", "linux"): on_demand("m5.large", "0.107")}
    (row,) = estimated_spot([advice("m5.large", 0.61)], bases, frozenset())
    assert row.usd_per_hour == Decimal("0.04173")  # 0.107 x 0.39
    assert (row.purchase, row.quality) == (Purchase.SPOT, Quality.ESTIMATE)
    assert (row.source, row.as_of) == ("advisor", date(2026, 10, 2))


def test_a_known_spot_price_is_not_estimated_and_no_price_is_invented() -> None:
    key = ("m5.large", "eu-west-1", "linux")
    bases = {key: on_demand("m5.large", "0.107")}
    assert list(estimated_spot([advice("m5.large", 0.61), advice("x9.large", 0.5)], bases, frozenset({key}))) == []


def test_the_real_advisor_file_is_read_whole(shared_data: Path) -> None:
    path = shared_data / "aws-spot-advisor" / "spot-advisor-2025-06-28.json"
    with path.open("rb") as stream:
        rows = read_advisor(stream, url="https://advisor.example", as_of=date(2025, 6, 28))
    assert len({row.region for row in rows.advice}) >= 17
    assert len(rows.advice) + len(rows.rejected) > 10_000
    assert len(rows.rejected) < len(rows.advice) / 100
    assert all(0 <= row.saving_fraction < 1 and 0 <= row.interruption_band <= 4 for row in rows.advice)


@pytest.mark.parametrize("odd", [{"s": 100, "r": 0}, {"s": -1, "r": 0}, {"s": 50, "r": 5}, {"s": "50", "r": 1}])
def test_impossible_advice_is_listed_and_not_used(odd: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "advisor.json"
    types = {"m5.large": odd, "c5.large": {"s": 50, "r": 1}}
    path.write_text(json.dumps({"spot_advisor": {"eu-west-1": {"Linux": types}}}))
    with path.open("rb") as stream:
        rows = read_advisor(stream, url="https://advisor.example", as_of=date(2025, 6, 28))
    assert [row.instance_type for row in rows.advice] == ["c5.large"]
    assert [entry.what for entry in rows.rejected] == ["spot advice m5.large eu-west-1 linux"]


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"spot_advisor": {}}', b'{"prices": 1}', b"[]"])
def test_what_is_not_the_advisors_file_is_an_error(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "advisor.json"
    path.write_bytes(body)
    with path.open("rb") as stream, pytest.raises(FetchError, match=r"advisor\.example"):
        read_advisor(stream, url="https://advisor.example", as_of=date(2025, 6, 28))
