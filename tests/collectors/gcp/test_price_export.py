"""What is asked of a pricing export in BigQuery, which day is taken, and what becomes of half an answer."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costopt.collectors.gcp.bill_access import bigquery_client
from costopt.collectors.gcp.bill_address import parse_table
from costopt.collectors.gcp.price_export import PriceFetch, estimate_prices, fetch_prices, newest_whole
from costopt.collectors.gcp.price_lines import sku_prices
from costopt.collectors.gcp.price_query import PriceDay
from costopt.errors import BillError, CollectError, UsageError
from costopt.model.sku_price import PriceTier
from tests.oracles.bigquery_export import SCHEMA as USAGE_SCHEMA
from tests.oracles.bigquery_export import fields
from tests.oracles.bigquery_server import BigQueryServer, Refusal
from tests.oracles.pricing_export import ACCOUNT, AS_OF, COMPUTE, EXPORTED, SCHEMA, TABLE, Row, line_of, price_row

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SURVEY = [("account", "STRING"), ("as_of", "TIMESTAMP"), ("line_count", "INTEGER"), ("skus", "INTEGER")]
Fetch = Callable[..., PriceFetch]


def found(
    lines: int = 1, *, as_of: datetime = AS_OF, account: str = ACCOUNT, skus: int | None = None
) -> tuple[Any, ...]:
    """What the survey says of a day, which lies in the partition of its date."""
    partition = as_of.replace(hour=0, minute=0, microsecond=0)
    return (account, as_of, lines, lines if skus is None else skus, partition, partition)


@pytest.fixture
def server() -> Iterator[BigQueryServer]:
    made = BigQueryServer(schema=[field.to_api_repr() for field in fields(SCHEMA)], survey_columns=SURVEY)
    made.survey, made.lines = [found()], [line_of(price_row("E2 Instance Core running in Iowa", "0.02"))]
    with made:
        yield made


@pytest.fixture
def fetch(server: BigQueryServer) -> Fetch:
    def call(*, account: str | None = None, limit: float = 1.0, now: datetime = NOW) -> PriceFetch:
        with bigquery_client("payer-1", None, server.url) as client:
            return fetch_prices(
                client, parse_table(TABLE), services=(COMPUTE,), account=account, max_gib_billed=limit, now=now
            )

    return call


def parameters(job: dict[str, Any]) -> dict[str, Any]:
    values = {one["name"]: one["parameterValue"] for one in job["query"]["queryParameters"]}
    return {
        name: value["value"] if "value" in value else [one["value"] for one in value["arrayValues"]]
        for name, value in values.items()
    }


def test_nothing_is_read_before_a_dry_run_and_everything_carries_the_limit(
    server: BigQueryServer, fetch: Fetch
) -> None:
    fetched = fetch(limit=2)
    assert [bool(job.get("dryRun")) for job in server.jobs] == [True, False, True, False]
    assert [job["query"]["query"] for job in server.jobs[::2]] == [job["query"]["query"] for job in server.run]
    assert {job["query"]["maximumBytesBilled"] for job in server.run} == {str(2 * 2**30)}
    assert fetched.bytes_billed == 1010


def test_prices_are_read_of_one_day_from_its_partition_and_only_of_services_of_use(
    server: BigQueryServer, fetch: Fetch
) -> None:
    server.survey = [found(as_of=AS_OF - DAY), found()]
    fetch()
    days, prices = server.run
    assert (
        "pricing_as_of_time >= @oldest AND service.id IN UNNEST(@services) AND _PARTITIONTIME >= @since"
        in (days["query"]["query"])
    )
    assert parameters(days) == {
        "oldest": "2026-10-26 00:00:00+00:00", "since": "2026-10-26 00:00:00+00:00", "services": [COMPUTE],
    }  # fmt: skip
    assert prices["query"]["query"].endswith(
        f"FROM `{TABLE}` WHERE service.id IN UNNEST(@services) AND billing_account_id = @account "
        "AND pricing_as_of_time = @as_of AND _PARTITIONTIME >= @first AND _PARTITIONTIME < @after"
    )
    assert parameters(prices) == {
        "account": ACCOUNT,
        "as_of": "2026-11-30 07:00:00.250000+00:00",
        "first": "2026-11-30 00:00:00+00:00",
        "after": "2026-12-01 00:00:00+00:00",
        "services": [COMPUTE],
    }


def test_only_the_columns_that_prices_need_are_read(server: BigQueryServer, fetch: Fetch) -> None:
    fetch()
    text = server.run[-1]["query"]["query"]
    assert "STRUCT(list_price.tiered_rates AS tiered_rates) AS list_price" in text
    assert not any(word in text for word in ("*", "consumption_model", "taxonomy AS product", "price_info"))


def test_what_is_above_the_limit_is_refused_before_it_runs(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey_bytes, server.lines_bytes = 2**29, 2**29 + 1
    with pytest.raises(BillError, match=r"would be billed 1\.00 GiB, above the limit of 1") as caught:
        fetch(limit=1)
    assert "--max-gib-billed" in caught.value.hint
    assert "--month" not in caught.value.hint
    assert len(server.run) == 1


@pytest.mark.parametrize("limit", [math.inf, math.nan, 0.0, -1.0])
def test_a_limit_that_limits_nothing_is_refused_before_anything_is_read(
    server: BigQueryServer, fetch: Fetch, limit: float
) -> None:
    with pytest.raises(UsageError, match="is none") as caught:
        fetch(limit=limit)
    assert "--max-gib-billed" in caught.value.hint
    assert server.jobs == []


def test_an_estimate_runs_nothing_and_bounds_what_a_fetch_would_read(server: BigQueryServer) -> None:
    with bigquery_client("payer-1", None, server.url) as client:
        estimate = estimate_prices(client, parse_table(TABLE), services=(COMPUTE,), now=NOW)
    assert (estimate.survey_bytes, estimate.prices_bytes) == (10, 1000)
    assert server.run == []


def day(skus: int, days_ago: int) -> PriceDay:
    return PriceDay(account=ACCOUNT, as_of=AS_OF - days_ago * DAY, lines=skus, skus=skus)


@pytest.mark.parametrize(
    ("skus", "taken"),
    [
        ((1000, 1000), 0),
        ((900, 1000), 0),  # a tenth is retired: as much as a day may lose
        ((899, 1000), 1),
        ((10, 899, 1000), 2),
        ((1500, 1000), 0),
        ((899, 899, 1000), 0),  # the second day in a row is how it is now
        ((7,), 0),
    ],
)
def test_the_newest_day_with_the_skus_of_the_day_before_is_taken(skus: tuple[int, ...], taken: int) -> None:
    days = [day(count, ago) for ago, count in enumerate(skus)]
    assert newest_whole(days[::-1]) == days[taken]


def test_a_day_that_is_still_being_loaded_is_said_and_not_taken(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = [found(as_of=AS_OF - DAY, lines=1, skus=30), found(lines=20)]
    fetched = fetch()
    assert fetched.as_of == AS_OF - DAY
    assert fetched.notes == (
        "the prices of 2026-11-30 07:00 UTC are not whole yet, 20 SKUs; those of 2026-11-29 07:00 are read, 30 SKUs",
    )


def test_prices_of_more_than_three_days_ago_are_said_to_be_old(fetch: Fetch) -> None:
    assert fetch(now=AS_OF + 3 * DAY).notes == ()
    assert fetch(now=AS_OF + 3 * DAY + timedelta(seconds=1)).notes == (
        "the prices are 3 days old, of 2026-11-30: the export is late or switched off",
    )


def test_of_two_billing_accounts_one_must_be_named(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = [found(), found(account="\x1b[2JOTHER", as_of=AS_OF - DAY)]
    with pytest.raises(BillError, match="has prices of 2 billing accounts") as caught:
        fetch()
    assert "--billing-account" in caught.value.hint
    assert "\x1b" not in str(caught.value)
    assert fetch(account=ACCOUNT).account == ACCOUNT
    assert parameters(server.run[-1])["account"] == ACCOUNT
    with pytest.raises(BillError, match="has no prices of billing account '0'"):
        fetch(account="0")


def test_an_empty_export_says_since_when_nothing_came(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = []
    with pytest.raises(BillError, match="has no prices of the last 35 days of a service that is of use") as caught:
        fetch()
    assert "within 48 hours" in caught.value.hint


def test_without_partitions_everything_is_read_and_that_is_said(server: BigQueryServer, fetch: Fetch) -> None:
    server.partitioning = None
    server.survey = [found()[:-2]]
    assert fetch().notes == (f"{TABLE} has no partitions: every query reads all of it, whatever the day",)
    assert set(parameters(server.run[-1])) == {"account", "as_of", "services"}


def test_a_table_that_is_divided_by_the_day_of_its_prices_is_pruned_by_it(server: BigQueryServer, fetch: Fetch) -> None:
    server.partitioning = {"type": "DAY", "field": "pricing_as_of_time"}
    fetch()
    assert "AND pricing_as_of_time >= @since" in server.run[0]["query"]["query"]
    assert parameters(server.run[0])["since"] == "2026-10-26 00:00:00+00:00"


def without(*names: str, **added: str) -> list[dict[str, Any]]:
    kept = [field.to_api_repr() for field in fields(SCHEMA, without=names)]
    return kept + [{"name": name, "type": kind} for name, kind in added.items()]


@pytest.mark.parametrize(
    ("schema", "said", "hint"),
    [
        ([field.to_api_repr() for field in fields(USAGE_SCHEMA)], "it lacks geo_taxonomy.type", "a usage cost export"),
        (without(*SCHEMA, BilledCost="NUMERIC"), "it lacks billing_account_id", "It is FOCUS"),
        (
            without("list_price"),
            "it lacks list_price.tiered_rates.pricing_unit_quantity",
            "called cloud_pricing_export",
        ),
        (without("geo_taxonomy"), "it lacks geo_taxonomy.type, geo_taxonomy.regions", "a changed copy"),
        (without("export_time", export_time="DATETIME"), "export_time is DATETIME", "zone is not guessed"),
    ],
)
def test_a_table_that_is_no_pricing_export_is_refused_before_any_query(
    server: BigQueryServer, fetch: Fetch, schema: list[dict[str, Any]], said: str, hint: str
) -> None:
    server.schema = schema
    with pytest.raises(BillError, match=said) as caught:
        fetch()
    assert hint in caught.value.hint
    assert server.jobs == []


@pytest.mark.parametrize(
    ("where", "refusal", "hint"),
    [
        (
            "dry",
            Refusal(status=403, reason="accessDenied", message="User does not have bigquery.jobs.create permission"),
            "Grant bigquery.jobs.create (roles/bigquery.jobUser on the project that pays)",
        ),
        (
            "lines",
            Refusal(status=403, reason="accessDenied", message="Access Denied: Table p:d.t: User does not have it"),
            "Grant bigquery.tables.getData (roles/bigquery.dataViewer on the dataset)",
        ),
        ("table", Refusal(status=404, reason="notFound", message="Not found: Table"), "Check project, dataset, table"),
    ],
)
def test_a_refusal_says_what_to_do(
    server: BigQueryServer, fetch: Fetch, where: str, refusal: Refusal, hint: str
) -> None:
    server.refuse[where] = refusal
    with pytest.raises(CollectError, match=f"table {TABLE} cannot be read") as caught:
        fetch()
    assert hint in caught.value.hint


def test_half_an_answer_is_no_price_list(server: BigQueryServer, fetch: Fetch) -> None:
    server.hidden = 2
    with pytest.raises(BillError, match="announced 3 lines"):
        fetch()
    server.hidden, server.survey = 0, [found(lines=2)]
    with pytest.raises(BillError, match="had 2 of these lines a moment ago and gave 1"):
        fetch()


def one(row: Row) -> Any:
    (price,) = sku_prices([line_of(row)])
    return price


def test_a_price_of_a_million_is_a_millionth_for_each_and_no_digit_is_lost() -> None:
    price = one(price_row("Requests", [(0, "0"), (2_000_000, "0.4")], quantity=1_000_000, currency="EUR", rate="0.9"))
    assert price.list_tiers == (
        PriceTier(start=Decimal(0), usd=Decimal(0), amount=Decimal(0)),
        PriceTier(start=Decimal(2_000_000), usd=Decimal("0.0000004"), amount=Decimal("0.00000036")),
    )
    assert price.account_tiers == ()
    assert one(price_row("x", "0.123456789")).list_tiers[0].usd == Decimal("0.123456789")


def test_a_place_is_read_however_it_is_spelled() -> None:
    assert one(price_row("x", "1", regions=("Europe-west2", "US"))).regions == ("europe-west2", "us")
    assert one(price_row("x", "1", regions=())).regions == ("global",)
    assert one(price_row("x", "1") | {"geo_taxonomy": None}).regions == ()


@pytest.mark.parametrize(
    "change", [{"usd_amount": None}, {"pricing_unit_quantity": 0}, {"pricing_unit_quantity": None}]
)
def test_a_price_that_is_not_stated_is_not_known_and_not_zero(change: Row) -> None:
    row = price_row("x", "1")
    row["list_price"]["tiered_rates"][0] |= change
    assert one(row).list_tiers[0].usd is None


def test_a_day_that_was_exported_twice_gives_each_price_once_as_it_was_exported_last() -> None:
    early, late = price_row("x", "1"), price_row("x", "2", exported=EXPORTED + timedelta(hours=1))
    other = price_row("y", "3", id_="ZZZZ-ZZZZ-ZZZZ")
    found = sku_prices(line_of(row) for row in (late, other, early, late))
    assert [price.list_tiers[0].usd for price in found] == [2, 3]


def test_two_prices_of_one_sku_at_the_same_time_both_reach_whoever_settles_it() -> None:
    assert len(sku_prices(line_of(price_row("x", usd)) for usd in ("1", "2"))) == 2


@pytest.mark.parametrize("line", ["null", "{}", '{"service": 1}', "not JSON"])
def test_a_line_of_something_else_is_refused(server: BigQueryServer, fetch: Fetch, line: str) -> None:
    server.lines = [line]
    with pytest.raises(BillError, match="something else than lines of a pricing export"):
        fetch()
