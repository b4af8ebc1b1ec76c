"""`costopt prices refresh` and `diff` against a local server with real-shaped files, and what the look-ups then say."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.prices.refresh.price_files import ec2_file
from tests.prices.refresh.price_server import ADVISOR_PATH, PriceServer, offer_path

SERVICES = ("ec2", "rds", "savings_plans", "advisor")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PriceServer]:
    """A small AWS of two regions."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with PriceServer() as running:
        running.publish(["us-east-1", "eu-west-1"])
        with_windows = ec2_file("eu-west-1")
        with_windows.price(with_windows.machine("m5.large", "Windows"), "0.199")
        running.put(offer_path("AmazonEC2", "eu-west-1"), with_windows)
        yield running


@pytest.fixture
def arguments(server: PriceServer, tmp_path: Path) -> list[str]:
    """Arguments of a refresh into a cache of this test's own."""
    (tmp_path / "costopt.toml").write_text(f'[prices]\ndirectory = "{tmp_path}/prices"\n')
    services = [word for service in SERVICES for word in ("--service", service)]
    urls = ["--base-url", server.url, "--advisor-url", server.url + ADVISOR_PATH]
    return ["prices", "refresh", "--region", "us-east-1", "--region", "eu-west-1", *services, *urls]


def windows(run: Run) -> list[str]:
    """Windows types of eu-west-1 that have a price."""
    found = run("prices", "find", "--region", "eu-west-1", "--os", "windows", "-f", "json")
    return [offer["shape"]["instance_type"] for offer in json.loads(found.out)["offers"]]


def test_a_refresh_fills_what_the_embedded_prices_lack(run: Run, arguments: list[str]) -> None:
    assert windows(run) == []
    ended = run(*arguments)
    assert ended.code == 0, ended.err
    assert "0 gaps" in ended.out
    assert windows(run) == ["m5.large"]


def test_a_second_refresh_reads_nothing_anew_and_says_so(run: Run, arguments: list[str]) -> None:
    run(*arguments)
    again = run(*arguments)
    assert again.code == 0
    assert "unchanged" in again.err
    assert again.out == ""


def test_the_difference_of_two_refreshes_is_told(run: Run, arguments: list[str], server: PriceServer) -> None:
    run(*arguments)
    cheaper = ec2_file("eu-west-1")
    cheaper.price(cheaper.machine("m5.large", "Windows"), "0.189")
    server.put(offer_path("AmazonEC2", "eu-west-1"), cheaper)
    assert run(*arguments).code == 0
    told = run("prices", "diff")
    assert told.code == 0
    assert "-5.0%  ec2 m5.large eu-west-1 windows on_demand: 0.199" in told.out
    assert told.err.startswith("1 changed")


def test_a_region_that_fails_is_a_gap_and_the_rest_is_used(run: Run, arguments: list[str], server: PriceServer) -> None:
    server.fail(offer_path("AmazonRDS", "eu-west-1"), status=404)
    ended = run(*arguments, "--strict")
    assert ended.code == 4
    assert "1 gaps" in ended.out
    assert "rds eu-west-1" in ended.err
    assert windows(run) == ["m5.large"]


@pytest.mark.parametrize("regions", [["mars"], ["us-east-1", "cn-north-1"]])
def test_regions_that_cannot_be_meant_are_refused_before_anything_is_asked(
    regions: list[str], run: Run, server: PriceServer
) -> None:
    options = [word for region in regions for word in ("--region", region)]
    ended = run("prices", "refresh", *options, "--base-url", server.url)
    assert ended.code == 2
    assert regions[-1] in ended.err
    assert server.asked("/offers/v1.0/aws/index.json") == []
