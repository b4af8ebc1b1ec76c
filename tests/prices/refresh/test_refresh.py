import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from costopt.errors import CatalogError, UsageError
from costopt.prices.manifest import read_manifest, read_table
from costopt.prices.refresh.fetch import Patience
from costopt.prices.refresh.outcome import PartStatus, RefreshReport
from costopt.prices.refresh.refresh import refresh
from costopt.prices.refresh.shelf import current_catalog, previous_catalog
from costopt.prices.refresh.sources import Sources
from tests.prices.refresh.price_files import ec2_file
from tests.prices.refresh.price_server import ADVISOR_PATH, PriceServer, offer_path, plans_path

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
REGIONS = ["us-east-1", "eu-west-1"]
SERVICES = ["ec2", "rds", "savings_plans", "advisor"]
EC2_EU = offer_path("AmazonEC2", "eu-west-1")

Run = Callable[..., RefreshReport]


def no_credentials(region: str) -> Any:
    raise NoCredentialsError


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def run(server: PriceServer, cache: Path) -> Run:
    """A refresh from the local server, which by default holds a small AWS of two regions."""
    server.publish(REGIONS)

    def refreshed(**changed: Any) -> RefreshReport:
        sources = Sources(
            base_url=server.url,
            advisor_url=server.url + ADVISOR_PATH,
            spot_client=no_credentials,
            patience=Patience(attempts=2, first_pause_seconds=0.0),
        )
        wanted: dict[str, Any] = {"regions": REGIONS, "services": SERVICES, "sources": sources, "now": NOW}
        return refresh(cache, **{**wanted, **changed})

    return refreshed


def prices(report: RefreshReport, table: str = "hourly") -> dict[tuple[str, ...], dict[str, Any]]:
    assert report.catalog is not None
    rows = read_table(report.catalog, table, read_manifest(report.catalog)).to_pylist()
    names = {
        "hourly": ("service", "instance_type", "region", "variant", "purchase"),
        "units": ("service", "item", "region"),
    }
    return {tuple(row[name] for name in names[table]): row for row in rows}


def statuses(report: RefreshReport) -> dict[tuple[str, str], str]:
    return {(part.service, part.region): part.status.value for part in report.parts}


def broken_ec2(wrong: int) -> Any:
    """eu-west-1's file with so many zero prices among its 21 on-demand ones."""
    file = ec2_file("eu-west-1")
    for term in list(file.on_demand.values())[: 2 * wrong : 2]:
        for offer in term.values():
            for dimension in offer["priceDimensions"].values():
                dimension["pricePerUnit"]["USD"] = "0.0000000000"
    return file


def test_a_refresh_makes_a_catalog_of_all_that_was_read(run: Run) -> None:
    report = run()
    assert report.published
    assert report.gaps == ()
    assert report.quarantined == ()
    hourly = prices(report)
    m5 = ("ec2", "m5.large", "eu-west-1", "linux")
    assert hourly[*m5, "on_demand"]["usd_per_hour"] == Decimal("0.1056")
    assert hourly[*m5, "ri_3y_all_upfront"]["usd_per_hour"] == Decimal("0.0397056")  # 0.1056 x 0.376
    assert hourly[*m5, "compute_sp_1y_no_upfront"]["usd_per_hour"] == Decimal("0.077088")
    assert hourly[*m5, "ec2_sp_1y_no_upfront"]["usd_per_hour"] == Decimal("0.066528")
    assert hourly[*m5, "spot"]["usd_per_hour"] == Decimal("0.04224")  # 0.1056 x 0.4
    assert hourly[*m5, "spot"]["quality"] == "estimate"
    assert hourly["rds", "db.m5.large", "us-east-1", "mysql:multi_az", "on_demand"]["usd_per_hour"] == Decimal("0.342")
    assert prices(report, "units")["ebs", "gp3_throughput", "us-east-1"]["usd"] == Decimal("0.04")


def test_the_manifest_names_the_day_of_the_oldest_source(run: Run) -> None:
    report = run()
    assert report.catalog is not None
    manifest = read_manifest(report.catalog)
    assert manifest.version == report.version == "refreshed-20261123T080000Z"
    assert (manifest.built_at, manifest.as_of) == (date(2026, 11, 23), date(2026, 11, 1))


def test_types_with_a_price_are_offered_in_the_region(run: Run) -> None:
    report = run(regions=["eu-west-1"], services=["ec2"])
    assert report.catalog is not None
    offered = read_table(report.catalog, "offerings", read_manifest(report.catalog)).to_pylist()
    assert len(offered) == 21
    assert {row["region"] for row in offered} == {"eu-west-1"}


def test_compressed_files_give_the_same_catalog(run: Run, server: PriceServer) -> None:
    plain = prices(run())
    server.publish(REGIONS, compressed=True)
    assert prices(run(now=LATER)) == plain


def test_unchanged_files_are_not_sent_again_and_their_rows_stay(run: Run, server: PriceServer) -> None:
    first = run()
    server.put(EC2_EU, _dearer(ec2_file("eu-west-1")))
    second = run(now=LATER)
    assert server.asked(EC2_EU) == [200, 200]
    assert server.asked(offer_path("AmazonEC2", "us-east-1")) == [200, 304]
    assert server.asked(ADVISOR_PATH) == [200, 304]
    assert statuses(second)["ec2", "us-east-1"] == "unchanged"
    assert second.rows == first.rows
    assert prices(second)["ec2", "c5.large", "us-east-1", "linux", "on_demand"]["usd_per_hour"] == Decimal("0.085")


def _dearer(file: Any) -> Any:
    file.price(file.product("Storage", "EBS:VolumeUsage.gp2", volumeApiName="gp2"), "0.11", "GB-Mo")
    file.on_demand[next(iter(file.products))] = {}
    file.price(next(iter(file.products)), "0.1057")
    file.products.popitem()
    return file


def test_nothing_new_leaves_the_catalog_in_use(run: Run) -> None:
    first = run()
    second = run(now=LATER)
    assert not second.published
    assert second.refusal == ""
    assert second.catalog == first.catalog


def test_a_damaged_part_is_read_anew(run: Run, server: PriceServer) -> None:
    first = run()
    assert first.catalog is not None
    (first.catalog / "parts" / "ec2@eu-west-1" / "hourly.parquet").write_bytes(b"PAR1")
    second = run(now=LATER)
    assert server.asked(EC2_EU) == [200, 200]
    assert prices(second) == prices(first)


def test_regions_not_asked_for_are_carried_over(run: Run) -> None:
    first = run()
    second = run(regions=["eu-west-1"], services=["ec2", "advisor"], now=LATER)
    assert statuses(second)["rds", "us-east-1"] == "carried"
    third = run(regions=["eu-west-1"], services=["advisor"], now=LATER)
    assert prices(third) == prices(second) == prices(first)


def test_one_region_failing_is_a_gap_and_the_others_are_kept(run: Run, server: PriceServer) -> None:
    server.fail(EC2_EU, keep_bytes=5000, times=9)
    report = run()
    assert report.published
    assert statuses(report)["ec2", "eu-west-1"] == "missing"
    (gap,) = report.gaps
    assert "failed 2 times" in gap.reason
    found = {key[2] for key in prices(report) if key[0] == "ec2" and key[4] == "on_demand"}
    assert found == {"us-east-1"}


@pytest.mark.parametrize(
    ("body", "compressed", "reason"),
    [
        (b'{"products": {' + b" " * (24 * 2**20), True, "grows beyond"),
        (b"<html>maintenance</html>", False, "is not JSON, or was cut short: lexical error"),
        (b"", False, "is not JSON, or was cut short"),
        (b"{}", False, "none of its products is known"),
        (b'{"products": [], "terms": {}}', False, "an object was expected, not start_array"),
    ],
    ids=["gzip bomb", "a web page", "nothing", "an empty object", "another structure"],
)
def test_whatever_a_file_holds_only_its_own_part_is_lost(
    run: Run, server: PriceServer, body: bytes, compressed: bool, reason: str
) -> None:
    server.put(EC2_EU, body, compressed=compressed)
    report = run()
    assert report.published
    (gap,) = report.gaps
    assert (gap.service, gap.region) == ("ec2", "eu-west-1")
    assert EC2_EU in gap.reason
    assert reason in gap.reason


def test_a_failing_region_keeps_its_older_rows(run: Run, server: PriceServer) -> None:
    first = run()
    server.put(EC2_EU, b"<html>maintenance</html>")
    server.put(offer_path("AmazonEC2", "us-east-1"), _dearer(ec2_file("us-east-1")))
    second = run(now=LATER)
    assert second.published
    assert [(part.service, part.region, part.status) for part in second.gaps] == [
        ("ec2", "eu-west-1", PartStatus.STALE)
    ]
    key = ("ec2", "m5.xlarge", "eu-west-1", "linux", "on_demand")
    assert prices(second)[key] == prices(first)[key]


def test_everything_failing_leaves_the_old_catalog_and_no_empty_one(run: Run, server: PriceServer) -> None:
    first = run()
    before = prices(first)
    server.files.clear()
    second = run(now=LATER)
    assert not second.published
    assert len(second.gaps) == 7
    assert second.catalog == first.catalog
    assert prices(second) == before


def test_the_first_refresh_failing_leaves_no_catalog(run: Run, server: PriceServer, cache: Path) -> None:
    server.files.clear()
    report = run()
    assert (report.published, report.catalog, report.version) == (False, None, None)
    assert current_catalog(cache) is None


def test_an_index_that_fails_is_asked_for_once(run: Run, server: PriceServer) -> None:
    del server.files["/offers/v1.0/aws/index.json"]
    report = run(services=["ec2", "rds"])
    assert server.asked("/offers/v1.0/aws/index.json") == [404]
    assert len(report.gaps) == 4


def test_an_unknown_region_is_a_gap_that_names_it(run: Run) -> None:
    report = run(regions=["us-east-1", "eu-wset-1"], services=["ec2"])
    (gap,) = report.gaps
    assert "'eu-wset-1'" in gap.reason


def test_missing_credentials_lose_only_spot(run: Run) -> None:
    report = run(regions=["us-east-1"], services=["ec2", "spot"])
    assert report.published
    (gap,) = report.gaps
    assert (gap.service, gap.region) == ("spot", "us-east-1")
    assert "credentials" in gap.reason


def test_few_wrong_prices_are_quarantined_and_listed(run: Run, server: PriceServer) -> None:
    server.put(EC2_EU, broken_ec2(1))
    report = run()
    assert report.published
    zero = [entry for entry in report.quarantined if entry.reason == "positive"]
    assert [entry.what for entry in zero] == ["ec2 m5.large linux eu-west-1 on_demand 0.00000000"]
    assert ("ec2", "m5.large", "eu-west-1", "linux", "on_demand") not in prices(report)
    assert report.catalog is not None
    assert read_manifest(report.catalog).quarantined_rows == len(report.quarantined) > 0


def test_too_many_wrong_prices_refuse_the_refresh_and_keep_the_old(run: Run, server: PriceServer, cache: Path) -> None:
    first = run()
    before = prices(first)
    server.put(EC2_EU, broken_ec2(21))
    second = run(now=LATER)
    assert not second.published
    assert "1%" in second.refusal
    assert second.quarantined_fraction > Decimal("0.01")
    assert len([entry for entry in second.quarantined if entry.reason == "positive"]) == 21
    assert current_catalog(cache) == first.catalog
    assert prices(second) == before


def test_a_refused_file_is_read_again_next_time(run: Run, server: PriceServer) -> None:
    run()
    server.put(EC2_EU, broken_ec2(21))
    assert run(now=LATER).refusal
    assert run(now=LATER).refusal
    assert server.asked(EC2_EU) == [200, 200, 200]
    server.put(EC2_EU, _dearer(ec2_file("eu-west-1")))
    assert run(now=LATER).published


def test_a_region_far_dearer_than_the_home_region_is_quarantined(run: Run, server: PriceServer) -> None:
    file = ec2_file("eu-west-1")
    file.price(file.machine("m6i.large"), "0.1")
    home = ec2_file("us-east-1")
    home.price(home.machine("m6i.large"), "0.02")
    server.put(EC2_EU, file)
    server.put(offer_path("AmazonEC2", "us-east-1"), home)
    report = run()
    assert [(entry.what, entry.reason) for entry in report.quarantined] == [
        ("ec2 m6i.large linux eu-west-1 on_demand 0.10000000", "regional_ratio")
    ]


def test_a_refresh_that_breaks_off_leaves_the_old_catalog_readable(
    run: Run, server: PriceServer, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run()
    before = prices(first)
    server.put(EC2_EU, _dearer(ec2_file("eu-west-1")))

    def interrupted(line: str) -> None:
        if "new" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(now=LATER, progress=interrupted)
    assert current_catalog(cache) == first.catalog
    assert prices(first) == before
    assert [folder.name for folder in (cache / "versions").iterdir()] == ["refreshed-20261123T080000Z"]


def test_the_catalog_before_stays_for_the_comparison_and_older_ones_go(
    run: Run, server: PriceServer, cache: Path
) -> None:
    reports = []
    for day in (23, 24, 25):
        file = ec2_file("eu-west-1")
        file.price(file.product("Storage", "EBS:VolumeUsage.gp2", volumeApiName="gp2"), f"0.1{day}", "GB-Mo")
        server.put(EC2_EU, file)
        reports.append(run(now=datetime(2026, 11, day, tzinfo=UTC)))
    assert current_catalog(cache) == reports[2].catalog
    assert previous_catalog(cache) == reports[1].catalog
    assert len(list((cache / "versions").iterdir())) == 2


def test_two_refreshes_in_one_second_have_two_names(run: Run, server: PriceServer) -> None:
    first = run()
    server.put(EC2_EU, _dearer(ec2_file("eu-west-1")))
    second = run()
    assert second.published
    assert second.version == f"{first.version}-2"


def test_progress_names_every_part_as_it_is_read(run: Run) -> None:
    lines: list[str] = []
    run(regions=["us-east-1"], services=["ec2", "advisor"], progress=lines.append)
    assert lines == [
        "ec2 us-east-1: reading",
        "ec2 us-east-1: new, 151 rows",
        "advisor all: reading",
        "advisor all: new, 28 rows",
    ]


@pytest.mark.parametrize("wrong", [{"regions": []}, {"services": []}, {"services": ["ec2", "s4"]}])
def test_a_request_for_nothing_is_a_usage_error(run: Run, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        run(**wrong)


def test_a_cache_that_cannot_be_written_is_an_error_with_its_name(run: Run, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(CatalogError, match="cache"):
        run()


def test_a_foreign_host_in_the_index_is_not_contacted(run: Run, server: PriceServer) -> None:
    path = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
    server.put(path, {"regions": {"us-east-1": {"currentVersionUrl": "https://example.com/offers/index.json"}}})
    report = run(regions=["us-east-1"], services=["ec2"])
    (gap,) = report.gaps
    assert "example.com" in gap.reason


@pytest.mark.parametrize("body", [b"[]", b'{"regions": 3}', b'{"regions": {"us-east-1": {}}}', b"\xff\xfe", b""])
def test_a_broken_region_index_is_a_gap(run: Run, server: PriceServer, body: bytes) -> None:
    server.put("/offers/v1.0/aws/AmazonEC2/current/region_index.json", body)
    report = run(regions=["us-east-1"], services=["ec2"])
    assert [part.status for part in report.gaps] == [PartStatus.MISSING]


def test_the_savings_plans_of_a_region_stand_beside_its_other_prices(run: Run, server: PriceServer) -> None:
    content = json.loads(server.files[plans_path("us-east-1")])
    content["terms"]["savingsPlan"][0]["rates"][0]["discountedRate"]["price"] = "0.2"
    server.put(plans_path("us-east-1"), content)
    report = run()
    assert [(entry.what, entry.reason) for entry in report.quarantined] == [
        ("ec2 m5.large linux us-east-1 compute_sp_1y_no_upfront 0.20000000", "linear_in_size")
    ]
