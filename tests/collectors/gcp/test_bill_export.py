"""What is asked of an export in BigQuery, what that may cost, and what becomes of an answer that is not what it was."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from costopt.billing.mapping import mapping_of
from costopt.collectors.gcp.bill_access import bigquery_client
from costopt.collectors.gcp.bill_address import parse_table
from costopt.collectors.gcp.bill_export import ExportFetch, estimate_export, fetch_export
from costopt.collectors.gcp.bill_table import COLUMNS
from costopt.errors import BillError, CollectError
from costopt.model.bill import BillKind
from tests.oracles.bigquery_export import fields
from tests.oracles.bigquery_server import BigQueryServer, Refusal

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
START = datetime(2026, 10, 1, 7, tzinfo=UTC)
TABLE = parse_table("payer-1.billing.export")
LINE = '{"cost":0.1,"invoice":{"month":"202610"}}'
Fetch = Callable[..., ExportFetch]


def day(number: int, month: int = 10) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def found(month: str, lines: int, **changes: Any) -> tuple[Any, ...]:
    """What the survey says of a month."""
    base = {"account": "A", "currency": "USD", "first": START, "last_export": NOW, "from": day(1), "to": day(31)}
    known = base | changes
    return (month, known["account"], known["currency"], lines, *(known[key] for key in list(base)[2:]))


@pytest.fixture
def server() -> Iterator[BigQueryServer]:
    made = BigQueryServer(schema=[field.to_api_repr() for field in fields()])
    made.survey, made.lines = [found("202610", 1)], [LINE]
    with made:
        yield made


@pytest.fixture
def fetch(server: BigQueryServer, tmp_path: Path) -> Fetch:
    def call(*months: str, limit: float = 1.0, now: datetime = NOW) -> ExportFetch:
        with bigquery_client("payer-1", None, server.url) as client:
            return fetch_export(client, TABLE, tmp_path, months=months or ("2026-10",), max_gib_billed=limit, now=now)

    return call


def bounds(job: dict[str, Any]) -> dict[str, str]:
    """Scalar parameters of a query."""
    return {
        one["name"]: one["parameterValue"]["value"]
        for one in job["query"]["queryParameters"]
        if "value" in one["parameterValue"]
    }


def test_nothing_is_read_before_a_dry_run_and_everything_carries_the_limit(
    server: BigQueryServer, fetch: Fetch
) -> None:
    fetched = fetch(limit=2)
    assert [bool(job.get("dryRun")) for job in server.jobs] == [True, False, True, False]
    assert [job["query"]["query"] for job in server.jobs[::2]] == [job["query"]["query"] for job in server.run]
    assert {job["query"]["maximumBytesBilled"] for job in server.run} == {str(2 * 2**30)}
    assert {job["query"]["useLegacySql"] for job in server.jobs} == {False}
    assert fetched.bytes_billed == 1010


def test_lines_are_read_from_the_partitions_that_have_them_however_late_those_are(
    server: BigQueryServer, fetch: Fetch
) -> None:
    """A correction of October was loaded on 9 December: after any margin that one would have guessed."""
    server.survey = [found("202610", 1, to=day(9, month=12)), found("202611", 7)]
    fetch()
    survey, lines = server.run
    assert "WHERE _PARTITIONTIME >= @since GROUP BY" in survey["query"]["query"]
    # Three days before October begins.
    assert bounds(survey) == {"since": "2026-09-28 00:00:00+00:00"}
    assert lines["query"]["query"].endswith(
        "FROM `payer-1.billing.export` WHERE invoice.month IN UNNEST(@months) "
        "AND _PARTITIONTIME >= @first AND _PARTITIONTIME < @after"
    )
    assert bounds(lines) == {"first": "2026-10-01 00:00:00+00:00", "after": "2026-12-10 00:00:00+00:00"}


@pytest.mark.parametrize(("unit", "since"), [("HOUR", "2026-09-28"), ("MONTH", "2026-09-01"), ("YEAR", "2026-01-01")])
def test_a_partition_is_sought_by_its_begin(server: BigQueryServer, fetch: Fetch, unit: str, since: str) -> None:
    """Lines that are loaded in October lie in the partition of 1 January where those are of a year."""
    server.partitioning = {"type": unit}
    fetch()
    assert bounds(server.run[0]) == {"since": f"{since} 00:00:00+00:00"}


def test_a_table_that_is_divided_otherwise_is_surveyed_whole_and_said(server: BigQueryServer, fetch: Fetch) -> None:
    """Usage of any age may be billed in October, so that its days bound nothing; a bound may be demanded, though."""
    server.schema.append({"name": "usage_day", "type": "DATE"})
    server.partitioning, server.partition_type = {"type": "DAY", "field": "usage_day"}, "DATE"
    server.survey = [found("202610", 1, **{"from": date(2025, 3, 9), "to": date(2026, 10, 31)})]
    fetched = fetch()
    assert [bounds(job) for job in server.run] == [
        {"since": "1970-01-01"}, {"first": "2025-03-09", "after": "2026-11-01"},
    ]  # fmt: skip
    assert any("partitioned by usage_day" in note for note in fetched.notes)


def test_what_is_read_is_what_the_intake_takes() -> None:
    nested = mapping_of(BillKind.GCP_EXPORT).source.nested
    assert {name: tuple(re.findall(r"(\w+) (?:VARCHAR|JSON)", kind)) for name, kind in nested.items()} == COLUMNS


def test_only_the_columns_that_the_bill_needs_are_read(server: BigQueryServer, fetch: Fetch) -> None:
    fetch()
    text = server.run[-1]["query"]["query"]
    assert text.startswith("SELECT TO_JSON_STRING(STRUCT(billing_account_id AS billing_account_id, ")
    assert "STRUCT(service.id AS id, service.description AS description) AS service" in text
    assert "ancestry_numbers" not in text
    assert "*" not in text


@pytest.mark.parametrize(("survey", "lines", "ran"), [(2**30 + 1, 0, 0), (2**29, 2**29 + 1, 1)])
def test_what_is_above_the_limit_is_refused_before_it_runs(
    server: BigQueryServer, fetch: Fetch, survey: int, lines: int, ran: int
) -> None:
    server.survey_bytes, server.lines_bytes = survey, lines
    with pytest.raises(BillError, match=r"would be billed 1\.00 GiB, above the limit of 1") as caught:
        fetch(limit=1)
    assert "--max-gib-billed" in caught.value.hint
    assert len(server.run) == ran


def test_what_is_exactly_the_limit_is_read(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey_bytes = server.lines_bytes = 2**29
    assert fetch(limit=1).lines == 1


def test_without_partitions_the_refusal_says_why_it_is_so_much(server: BigQueryServer, fetch: Fetch) -> None:
    server.partitioning = None
    server.survey = [found("202610", 1)[:-2]]
    assert "has no partitions" in fetch().notes[0]
    assert not any(bounds(job) for job in server.run)
    with pytest.raises(BillError, match="has no partitions, so that every query reads all of it"):
        fetch(limit=1e-9)


def test_an_estimate_runs_nothing(server: BigQueryServer) -> None:
    with bigquery_client("payer-1", None, server.url) as client:
        estimate = estimate_export(client, TABLE, months=(), now=NOW)
    assert (estimate.survey_bytes, estimate.lines_bytes) == (10, 1000)
    assert estimate.months == ("2026-09", "2026-10", "2026-11")
    assert server.run == []


def test_every_letter_comes_through_as_it_is(server: BigQueryServer, fetch: Fetch) -> None:
    odd = '{"cost":0.1000000000000000055511151231257827,"list":"79228162514.123456789","name":"Ma\u00df\u2028\\n"}'
    server.lines = [odd]
    with gzip.open(fetch().file, "rb") as stream:
        assert stream.read() == odd.encode() + b"\n"


@pytest.mark.parametrize("line", ['{"cost":1}\n{"cost":-1}', "null", ""])
def test_an_answer_that_is_no_line_is_refused(server: BigQueryServer, fetch: Fetch, line: str) -> None:
    server.lines = [line]
    with pytest.raises(BillError, match="something else than lines of JSON"):
        fetch()


def test_an_answer_that_ends_before_its_end_is_no_bill(server: BigQueryServer, fetch: Fetch) -> None:
    server.hidden = 2
    with pytest.raises(BillError, match=r"announced 3 lines of payer-1.billing.export and sent 1"):
        fetch()


def test_fewer_lines_than_a_moment_ago_are_no_bill_and_more_are(server: BigQueryServer, fetch: Fetch) -> None:
    server.lines = [LINE, LINE]
    assert fetch().lines == 2
    server.survey = [found("202610", 3)]
    with pytest.raises(BillError, match="had 3 of these lines a moment ago and gave 2"):
        fetch()


def test_lines_that_lie_in_no_partition_are_read_all_the_same(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = [found("202610", 1, first=None, last_export=None, **{"from": None, "to": None})]
    assert fetch().lines == 1
    assert bounds(server.run[-1]) == {}


def test_another_currency_is_said(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = [found("202610", 1, currency="EUR")]
    assert fetch().notes == ("billed in EUR",)


def test_an_export_three_days_late_is_a_gap(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = [found("202610", 1, last_export=NOW - timedelta(days=3, hours=6))]
    (gap,) = fetch().gaps
    assert (gap.period, gap.reason) == (
        "2026-10", "the export is 3 days behind: its newest line is of 2026-10-29 06:00 UTC",
    )  # fmt: skip


def denied(message: str) -> Refusal:
    return Refusal(status=403, reason="accessDenied", message=message)


DENIED = "Access Denied: Project payer-1: User does not have bigquery.jobs.create permission in project payer-1."
NO_DATA = (
    "Access Denied: Table payer-1:billing.export: User does not have permission to query table, or it is not there."
)
NO_TABLE = "Access Denied: Table payer-1:billing.export: Permission bigquery.tables.get denied on table"


@pytest.mark.parametrize(
    ("where", "refusal", "hint"),
    [
        ("dry", denied(DENIED), "Grant bigquery.jobs.create (roles/bigquery.jobUser on the project that pays)"),
        ("dry", denied(NO_DATA), "Grant bigquery.tables.getData (roles/bigquery.dataViewer on the dataset)"),
        ("table", denied(NO_TABLE), "Grant bigquery.tables.get (roles/bigquery.dataViewer on the dataset)"),
        ("table", Refusal(status=404, reason="notFound", message="Not found: Table"), "Check project, dataset, table"),
        ("lines", Refusal(status=403, reason="quotaExceeded", message="Quota exceeded"), "it is a quota"),
        ("table", Refusal(status=401, reason="authError", message="Invalid"), "gcloud auth application-default"),
    ],
)
def test_a_refusal_says_what_to_do(
    server: BigQueryServer, fetch: Fetch, tmp_path: Path, where: str, refusal: Refusal, hint: str
) -> None:
    server.refuse[where] = refusal
    with pytest.raises(CollectError, match=r"table payer-1\.billing\.export cannot be read") as caught:
        fetch()
    assert hint in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said", "hint"),
    [
        ({"credits": None}, "it lacks credits", "gcp_billing_export_v1"),
        ({"invoice": None, "list_price": "NUMERIC", "cost": None}, "it lacks cost, invoice.month", "pricing export"),
        ({"cost": None, "BilledCost": "NUMERIC"}, "it lacks cost", "It is FOCUS"),
        ({"usage_start_time": "DATETIME"}, "usage_start_time is DATETIME, not TIMESTAMP", "zone is not guessed"),
    ],
)
def test_a_table_that_is_no_export_is_refused_before_any_query(
    server: BigQueryServer, fetch: Fetch, change: dict[str, str | None], said: str, hint: str
) -> None:
    server.schema = [one for one in server.schema if one["name"] not in change]
    server.schema += [{"name": name, "type": kind} for name, kind in change.items() if kind is not None]
    with pytest.raises(BillError, match=said) as caught:
        fetch()
    assert hint in caught.value.hint
    assert server.jobs == []


def test_an_empty_table_is_no_bill_of_nothing(server: BigQueryServer, fetch: Fetch) -> None:
    server.survey = []
    with pytest.raises(BillError, match="has no line of 2026-10: it is empty"):
        fetch()
