"""`costopt prices refresh --cloud gcp --table`, as a user runs it: list prices in use, lines of settings to judge."""

import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ended, Run
from tests.oracles.bigquery_export import fields
from tests.oracles.bigquery_server import BigQueryServer
from tests.oracles.pricing_export import ACCOUNT, SCHEMA, STORAGE, TABLE, Row, line_of, price_row

REFRESH = ("prices", "refresh", "--cloud", "gcp", "--table", TABLE)
CORE = price_row("N4 Instance Core running in Netherlands", "0.034", "0.03162", regions=("europe-west4",), id_="CORE")
RAM = price_row(
    "N4 Instance Ram running in Netherlands", "0.0039", "0.003627", regions=("europe-west4",), unit="GiBy.h", id_="RAM"
)
BUCKET = price_row("Standard Storage Iowa", "0.02", "0.02", unit="GiBy.mo", service=STORAGE, id_="BUCK")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    (tmp_path / "costopt.toml").write_text(f'[prices]\ndirectory = "{tmp_path}/prices"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path / "prices"


@pytest.fixture
def server() -> Iterator[BigQueryServer]:
    columns = [("account", "STRING"), ("as_of", "TIMESTAMP"), ("line_count", "INTEGER"), ("skus", "INTEGER")]
    schema = [field.to_api_repr() for field in fields(SCHEMA)]
    with BigQueryServer(schema=schema, survey_columns=columns, lines_bytes=3 * 2**29) as made:
        yield made


@pytest.fixture
def refresh(run: Run, server: BigQueryServer) -> Any:
    def call(*rows: Row, options: tuple[str, ...] = ()) -> Ended:
        today = datetime.now(UTC) - timedelta(hours=1)
        server.lines = [line_of(row) for row in rows]
        server.survey = [(ACCOUNT, today, len(rows), len(rows), today, today)]
        return run(*REFRESH, "--base-url", server.url, *options)

    return call


def test_list_prices_are_in_use_and_the_contract_is_lines_to_paste(refresh: Any, run: Run) -> None:
    """0.03162 / 0.034 = 0.003627 / 0.0039 = 0.93."""
    ended = refresh(CORE, RAM, BUCKET)
    assert ended.code == 0, ended.err
    first, *suggested = ended.out.splitlines()
    assert first.startswith("3 prices in ")
    assert suggested[0].startswith(f"# What billing account {ACCOUNT} on ")
    assert "Nothing was set" in suggested[0]
    assert suggested[1:] == ["[prices.discounts]", "gce = 0.07  # 2 SKUs", "# gcs: list prices (1 SKUs)"]
    assert tomllib.loads("\n".join(suggested)) == {"prices": {"discounts": {"gce": 0.07}}}
    find = ("prices", "find", "--cloud", "gcp", "--region", "europe-west4", "--vcpu", "4", "-f", "json", "--top", "99")
    costs = {one["machine"]["name"]: one["costs"] for one in json.loads(run(*find).out)["offers"]}
    assert costs["n4-standard-4"]["on_demand"]["amount"] == "0.1984"  # 4 x 0.034 + 16 x 0.0039, at list


def test_a_fraction_that_is_wrong_for_some_is_a_comment_with_what_speaks_against_it(refresh: Any) -> None:
    odd = price_row(
        'N2 Instance Core running in \x1b[2J\r[prices]\u2028directory = "/"' + "x" * 99,
        "0.03",
        "0.027",
        id_="\x1b]0;own",
    )
    listed = price_row("E2 Instance Core running in Iowa", "0.02", id_="NONE")
    ended = refresh(CORE, RAM, odd, listed)
    assert ended.code == 0, ended.err
    suggested = ended.out.splitlines()[1:]
    assert tomllib.loads("\n".join(suggested)) == {"prices": {"discounts": {}}}
    assert suggested[2] == ("# gce = 0.07  # right for 2 of 4 SKUs; others 0 % to 10 % off. Set it if you use those.")
    assert suggested[3] == "#   0 %: 1 SKUs, such as E2 Instance Core running in Iowa (NONE); 1 not in the contract"
    assert suggested[4].startswith("#   10 %: 1 SKUs, such as N2 Instance Core running in ?[2J?[prices]?directory = ")
    assert "\x1b" not in ended.out + ended.err
    assert max(map(len, suggested)) < 140


def test_other_fractions_are_told_by_how_many_have_them_and_the_rest_counted(refresh: Any) -> None:
    others = [price_row(f"N{n} Instance Core running in Iowa", "1", f"0.{n}", id_=f"X{n}") for n in range(1, 9)]
    free = [price_row(f"C{n} Instance Core running in Iowa", "1", id_=f"Y{n}") for n in (2, 3)]
    usual = [price_row(f"M{n} Instance Core running in Iowa", "1", "0.93", id_=f"Z{n}") for n in (1, 2, 3)]
    out = refresh(*usual, *free, *others).out.splitlines()
    assert "# gce = 0.07  # right for 3 of 13 SKUs; others 0 % to 90 % off." in out[3]
    assert out[4].startswith("#   0 %: 2 SKUs, such as C2 Instance Core running in Iowa (Y2); 2 not in the contract")
    assert out[-1] == "#   and 4 other fractions"


def test_where_most_pay_list_prices_there_is_nothing_to_set(refresh: Any) -> None:
    """BUCKET alone has a price of its own, and the machines are not in the contract."""
    listed = [price_row(f"N{n} Instance Core running in Iowa", "1", id_=f"X{n}") for n in (1, 2)]
    out = refresh(*listed, CORE, BUCKET).out.splitlines()
    assert out[3] == "# gce: list prices for 2 of 3 SKUs; others 7 % off"


def test_what_is_set_already_stands_beside_it(refresh: Any, tmp_path: Path) -> None:
    with (tmp_path / "costopt.toml").open("a") as stream:
        stream.write("discounts = { gce = 0.05 }\n")
    assert "gce = 0.07  # 2 SKUs; set to 0.05 now" in refresh(CORE, RAM).out.splitlines()


def test_more_than_list_prices_is_told_and_cannot_be_set(refresh: Any) -> None:
    dearer = price_row("E2 Instance Core running in Iowa", "1", "1.05")
    assert refresh(dearer).out.splitlines()[-1] == "# gce: 5 % more than list prices (1 SKUs)"


def test_an_account_without_a_contract_is_told_that_it_pays_list_prices(refresh: Any) -> None:
    ended = refresh(price_row("E2 Instance Core running in Iowa", "1"))
    assert "has no prices of its own: it pays list prices" in ended.err
    assert "[prices.discounts]" not in ended.out


def test_a_dry_run_prints_the_bytes_and_reads_nothing(refresh: Any, server: BigQueryServer, cache: Path) -> None:
    ended = refresh(CORE, options=("--dry-run",))
    assert ended.out == "which days there are: 0.0 MiB; the prices: at most 1.50 GiB\n"
    assert server.run == []
    assert not cache.exists()


def test_a_table_without_a_name_is_no_wish_for_the_public_list(run: Run) -> None:
    """As of a variable of a shell that is not set."""
    ended = run("prices", "refresh", "--cloud", "gcp", "--table", "", "--base-url", "http://127.0.0.1:9")
    assert ended.code == 2
    assert "no address of a table: ''" in ended.err


def test_the_limit_is_the_settings_unless_one_is_given(refresh: Any, tmp_path: Path) -> None:
    with (tmp_path / "costopt.toml").open("a") as stream:
        stream.write("[engine]\nmax_gib_billed = 1\n")
    refused = refresh(CORE)
    assert refused.code == 1
    assert "would be billed 1.50 GiB, above the limit of 1" in refused.err
    assert refresh(CORE, options=("--max-gib-billed", "2")).code == 0


def test_old_prices_and_unknown_skus_are_said(refresh: Any, server: BigQueryServer, run: Run) -> None:
    assert "1 prices are passed over: Compute Engine" in refresh(CORE, price_row("Z9 Quantum Core", "9", id_="Z")).err
    old = datetime.now(UTC) - timedelta(days=9, hours=1)
    server.lines, server.survey = [line_of(CORE)], [(ACCOUNT, old, 1, 1, old, old)]
    ended = run(*REFRESH, "--base-url", server.url)
    assert "note: the prices are 9 days old" in ended.err
    assert ended.code == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--cloud", "gcp", "--dry-run"), "--dry-run: of a --table only"),
        (("--cloud", "gcp", "--project", "p", "--billing-account", "a"), "--billing-account, --project: of a --table"),
        (("--region", "eu-west-1", "--table", TABLE), "add --cloud gcp"),
        (("--cloud", "gcp", "--table", TABLE, "--service", "ec2"), "are of AWS"),
        (("--cloud", "gcp", "--table", "bills"), "no address of a table"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(run: Run, options: tuple[str, ...], complaint: str) -> None:
    ended = run("prices", "refresh", *options)
    assert ended.code == 2
    assert complaint in ended.err


def test_without_googles_libraries_the_message_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("costopt.collectors.gcp.bill_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "costopt.pipeline.price_export", raising=False)
    for name in ("google", "google.api_core", "google.auth", "google.cloud", "google.cloud.bigquery"):
        monkeypatch.setitem(sys.modules, name, None)
    ended = run(*REFRESH)
    assert ended.code == 1
    assert "pip install 'cloud-costopt[gcp]'" in ended.err
