"""`costopt prices` of Google Cloud: found, imported from a file, refreshed from a server on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.prices.refresh.google.sku_server import SkuServer, sku
from tests.prices.refresh.google.test_gcosts import N2, written

FIND = ["prices", "find", "--cloud", "gcp", "--vcpu", "6", "--memory-gib", "20", "--region", "europe-west4"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of this test's own."""
    (tmp_path / "costopt.toml").write_text(f'[prices]\ndirectory = "{tmp_path}/prices"\n')
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server() -> Iterator[SkuServer]:
    running = SkuServer(
        [
            sku("N4 Instance Core running in Netherlands", "0.034", "europe-west4"),
            sku("N4 Instance Ram running in Netherlands", "0.0039", "europe-west4", unit="GiBy.h"),
            sku("A Thing of Tomorrow in Netherlands", "1", "europe-west4"),
        ]
    )
    yield running
    running.close()


def test_a_custom_type_is_found_at_the_built_in_prices(run: Run) -> None:
    found = run(*FIND, "--top", "3")
    first, second = found.out.splitlines()[:2]
    assert first.split() == [
        "type", "vCPU", "GiB", "$/hour", "$/month", "spot", "CUD", "1y", "CUD", "3y", "quality", "as", "of",
    ]  # fmt: skip
    assert second.split()[:5] == ["e2-custom-6-20480", "6", "20", "0.218866", "159.77"]
    assert second.split()[5:] == ["~76.37", "~99.29", "~71.90", "estimate", "2026-07-30"]
    assert "would do but have no known price" in found.err


def test_prices_stay_exact_in_json(run: Run) -> None:
    offers = json.loads(run(*FIND, "-f", "json").out)["offers"]
    assert offers[0]["costs"]["on_demand"]["amount"] == "0.2188656540"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--os", "windows"], "--os is of AWS"),
        (["--memory-gib", "nan"], "nan GiB of memory cannot be meant"),
        (["--region", "eu-west-1"], "no instance type is known in region 'eu-west-1'"),
    ],
)
def test_what_cannot_be_answered_is_refused(run: Run, options: list[str], complaint: str) -> None:
    refused = run(*FIND, *options)
    assert refused.code == 2
    assert complaint in refused.err


def test_an_imported_list_is_found_next_time(run: Run, tmp_path: Path) -> None:
    done = run("prices", "import", "gcosts", str(written(tmp_path, *N2)))
    assert (done.code, "6 prices in" in done.out) == (0, True)
    by_name = {one["machine"]["name"]: one for one in json.loads(run(*FIND, "-f", "json").out)["offers"]}
    assert by_name["n2-standard-8"]["costs"]["on_demand"]["amount"] == "0.368"
    assert by_name["n2-standard-8"]["costs"]["on_demand"]["as_of"] == "2026-07-30"


def test_a_file_that_is_no_list_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("a: 1\n")
    refused = run("prices", "import", "gcosts", "other.yml")
    assert refused.code == 1
    assert "holds no prices of machines" in refused.err
    assert not (tmp_path / "prices").exists()


def test_a_refresh_reads_the_catalog_and_counts_what_it_does_not_know(run: Run, server: SkuServer) -> None:
    done = run("prices", "refresh", "--cloud", "gcp", "--base-url", server.url)
    assert done.code == 0, done.err
    assert "1 prices are passed over: Compute Engine: Compute, OnDemand" in done.err
    assert "gce europe-west4: new, 2 rows" in done.err
    names = [one["machine"]["name"] for one in json.loads(run(*FIND, "-f", "json", "--top", "99").out)["offers"]]
    assert {"n4-custom-6-20480", "n4-standard-8"} <= set(names)


def test_a_region_without_prices_is_a_gap_that_strict_refuses(run: Run, server: SkuServer) -> None:
    regions = ["--region", "europe-west4", "--region", "mars-east1"]
    done = run("prices", "refresh", "--cloud", "gcp", "--base-url", server.url, *regions, "--strict")
    assert done.code == 4
    assert "gce mars-east1: missing" in done.err


def test_options_of_the_other_cloud_are_refused(run: Run) -> None:
    for words in (["--cloud", "gcp", "--service", "ec2"], ["--cloud", "aws"]):
        assert run("prices", "refresh", *words).code == 2
