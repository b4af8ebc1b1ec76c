"""A project of Google Cloud from its snapshot to the report: store, checks, embedded prices, commitments, total."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.kinds import SPEC_TYPES
from costopt.model.money import Money
from costopt.model.report import Report
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import InstanceTemplate
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.specs.google_network import GceAddress
from costopt.model.specs.persistent_disks import DiskSnapshot
from costopt.pipeline.audit import audit
from costopt.renderers.summary import money_source, not_checked
from costopt.store.sink import Run, open_sink
from tests.oracles.google_estate import GIB, bucket, disk, google, machine
from tests.oracles.google_slots import commitment, reservation
from tests.oracles.judging import NOW, ago
from tests.oracles.paid_estate import ACCOUNT, daily, write_bills

HOURS = 14 * 24
PROJECT = Scope(provider="gcp", account="acme-web", region="global", operation="assets")
METRICS = Scope(provider="gcp", account="acme-web", region="global", operation="metrics:gce_instance")
IDLE = {"cpu_max_percent": 0.3, "cpu_mean_percent": 0.1, "network_in_bytes": 1e4, "network_out_bytes": 1e4}
N1_MONTH = Decimal("97.089489")
"""n1-standard-4 in us-central1: 730 h x (4 x 0.031611 + 15 x 0.004237) x 0.7, and the month of it in
gcosts' list of 2026-07-30 (https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator)."""


def write(
    path: Path, resources: list[Resource], series: list[Series], accounts: tuple[str, ...] = ("acme-web",)
) -> Path:
    kinds = tuple(sorted(SPEC_TYPES))
    results = (
        ScopeResult(scope=PROJECT, status=Status.OK, kinds=kinds, rows=len(resources)),
        ScopeResult(scope=METRICS, status=Status.OK, kinds=("gce_instance",), rows=len(series)),
    )
    with open_sink(path, Run(collected_at=NOW, tool_version="0", request="r"), resume=False) as sink:
        sink.save(results[0], resources=resources)
        sink.save(results[1], series=series)
        sink.finish(
            Manifest(
                schema_version=SNAPSHOT_SCHEMA_VERSION, tool_version="0", collected_at=NOW, accounts=accounts,
                regions=("us-central1",), catalog_version="test", collection_cost=Money.zero(), files={},
                coverage=results,
            )
        )  # fmt: skip
    return path


def measured(one: Resource) -> list[Series]:
    start = NOW - timedelta(hours=HOURS)
    return [
        Series(resource=one.key, metric=metric, start=start, step_seconds=3600, values=[value] * HOURS)
        for metric, value in IDLE.items()
    ]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings without anybody's refreshed prices."""
    return Settings(prices=PriceSettings(directory=str(tmp_path_factory.mktemp("prices"))))


def by_check(report: Report) -> dict[str, Decimal]:
    return {finding.check_id: finding.counted.amount for finding in report.findings}


def test_an_idle_machine_and_a_loose_disk_are_counted_at_embedded_prices(tmp_path: Path, settings: Settings) -> None:
    idle = machine("idle")
    loose = disk("loose", disk_type="pd-ssd", instance_ids=(), last_detached_at=ago(30))
    report = audit(write(tmp_path / "snap", [idle, disk("idle"), loose], measured(idle)), settings)
    found = by_check(report)
    assert found["gce_idle"] == pytest.approx(N1_MONTH, abs=Decimal("0.000001"))
    assert found["pd_unattached"] == 17  # 100 GiB x 0.17
    assert found["gce_rightsize"] == 0  # a stop goes before a smaller size
    assert set(found) == {"gce_idle", "gce_rightsize", "pd_unattached"}
    assert report.totals.saving.amount == pytest.approx(N1_MONTH + 17, abs=Decimal("0.000001"))
    assert not [one for one in report.checks if one.error]


def test_small_things_have_embedded_prices_too(tmp_path: Path, settings: Settings) -> None:
    """Of us-central1: an address 0.01 $ an hour, a GiB of snapshots 0.05, 0.02 and 0.004 in Standard and Coldline."""
    address = GceAddress(address="203.0.113.9", status="RESERVED", address_type="EXTERNAL")
    old = DiskSnapshot(
        source_disk_id=None, disk_size_gib=100, status="READY", storage_bytes=40 * GIB, locations=("us-central1",)
    )
    cold = bucket(bytes_by_class={"STANDARD": 1000 * GIB})
    nothing = [
        Series(resource=cold.key, metric=metric, start=ago(90), step_seconds=86_400, values=[None] * 90)
        for metric in ("bucket_reads", "bucket_changes")
    ]
    resources = [google(address, "a"), google(old, "s", region="global"), cold]
    found = by_check(audit(write(tmp_path / "snap", resources, nothing), settings))
    assert found == {
        "gce_address_idle": Decimal("7.3"),
        "gce_snapshot_old": 2,
        "gcs_tiering": 16,
        "gcs_no_lifecycle": 0,
    }


def test_what_no_check_looks_at_is_named_in_the_report(tmp_path: Path, settings: Settings) -> None:
    template = google(InstanceTemplate(machine_type="e2-medium"), "global/instanceTemplates/web", region="global")
    report = audit(write(tmp_path / "snap", [machine(), disk(), template], []), settings)
    assert [(row.kind, row.resources) for row in report.unchecked] == [("instance_template", 1)]
    assert "1 resource of kinds without a check" in not_checked(report)


def test_what_a_commitment_pays_for_is_not_counted(tmp_path: Path, settings: Settings) -> None:
    idle = machine("idle")
    committed = CommittedUse(
        commitment_type="GENERAL_PURPOSE", plan="TWELVE_MONTH", status="ACTIVE", start=ago(10), end=ago(-355), vcpus=4,
        memory_gib=15.0,
    )  # fmt: skip
    owned = google(committed, "regions/us-central1/commitments/c")
    report = audit(write(tmp_path / "snap", [idle, disk("idle"), owned], measured(idle)), settings)
    finding = next(one for one in report.findings if one.check_id == "gce_idle")
    assert finding.counted.amount == 0
    assert "commitments/c (vcpu)" in (finding.overlap or "")


def test_slots_that_a_capacity_commitment_pays_for_are_not_counted(tmp_path: Path, settings: Settings) -> None:
    """500 slots of which 50 would do, 300 of them committed: 200 at 0.06 $ an hour, and what is stored is read back."""
    large = reservation()
    committed = commitment(300, renewal_plan="ANNUAL")
    start = NOW - timedelta(hours=HOURS)
    used = Series(
        resource=large.key, metric="bigquery_slots_max", start=start, step_seconds=3600, values=[40.0] * HOURS
    )
    report = audit(write(tmp_path / "snap", [large, committed], [used]), settings)
    (finding,) = report.findings
    assert finding.counted.amount == report.totals.saving.amount == 200 * 730 * Decimal("0.06")
    assert "(300 slots, ANNUAL) until 2026-12-09 when it becomes ANNUAL" in finding.evidence[1].statement
    assert [(row.kind, row.reason) for row in report.unchecked] == [
        ("capacity_commitment", "judged with the reservations that it pays for")
    ]


def test_without_its_metrics_a_machine_is_unjudged_and_never_idle(tmp_path: Path, settings: Settings) -> None:
    report = audit(write(tmp_path / "snap", [machine("silent"), disk("silent")], []), settings)
    assert by_check(report) == {}
    assert "gce_idle" in {one.check_id for one in report.unjudged}


NEW_FEE = "Compute Flexible Committed Use Discounts - 1 Year"
"""Since 2026-01-21, https://cloud.google.com/docs/cuds-migration."""
HALF = Decimal("0.06839964")
"""Dollars an hour of a flexible commitment of a year for half of n1-standard-4: half of 0.189999, less 28 %."""


def billed(path: Path, *, fee: Decimal = HALF, **cells: object) -> Path:
    """A month's bill of the project, with the fee of a commitment that is on no project."""
    month: dict[str, Any] = {
        "first": date(2026, 8, 1), "last": date(2026, 8, 30), "ProviderName": "Google Cloud",
    }  # fmt: skip
    usage = daily("", cost="1", listed="1", SubAccountId="acme-web", ServiceName="Cloud Storage", **month)
    day = str(fee * 24)
    given: dict[str, Any] = {
        "ChargeCategory": "Purchase", "SubAccountId": "", "ServiceName": "Compute Engine", "ServiceCategory": "Compute",
        "ChargeDescription": "Commitment - dollar based v1: GCE for 1 year", **cells,
    }  # fmt: skip
    return write_bills(path, [*usage, *daily("", cost=day, listed=day, **{**month, **given})])


def audited(tmp_path: Path, settings: Settings, store: Path) -> Report:
    idle = machine("idle")
    return audit(write(tmp_path / "snap", [idle, disk("idle")], measured(idle)), settings, store=store)


def test_what_a_flexible_commitment_of_the_bill_pays_for_is_not_counted(tmp_path: Path, settings: Settings) -> None:
    report = audited(tmp_path, settings, billed(tmp_path / "bills"))
    assert by_check(report)["gce_idle"] == pytest.approx(N1_MONTH / 2, abs=Decimal("0.000001"))
    overlap = next(one.overlap for one in report.findings if one.check_id == "gce_idle")
    assert overlap is not None
    assert "flexible commitment of 1 year (its end is in no list)" in overlap
    notes = [one.words for one in report.provenance.money.notes]
    assert any(words.startswith("has flexible commitments of 1 year of 0.07 USD an hour") for words in notes)


@pytest.mark.parametrize(
    ("fields", "counted", "note"),
    [
        ({"BilledCost": "0"}, N1_MONTH / 2, "flexible commitments of 1 year of 0.07 USD"),  # offset by utilisation
        ({"ChargeDescription": "Commitment - dollar based v1: GCE for 3 years"}, N1_MONTH / 3, "of 3 years of 0.07"),
        ({"ChargeDescription": "Commitment - dollar based v1: Cloud SQL database for 1 year"}, N1_MONTH, "other spend"),
        ({"ChargeDescription": NEW_FEE}, N1_MONTH / 2, "flexible commitments of 1 year of 0.07 USD"),
        ({"ChargeDescription": NEW_FEE.replace("1", "3")}, N1_MONTH / 3, "of 3 years of 0.07"),
        ({"ChargeDescription": "Cloud SQL Committed Use Discounts - 1 Year"}, N1_MONTH, "other spend"),
        ({"BillingCurrency": "EUR"}, N1_MONTH, "may only strand them"),
        ({"BillingAccountId": "another"}, N1_MONTH, None),
        ({"ChargeCategory": "Usage"}, N1_MONTH, None),
        ({"last": date(2026, 8, 20)}, N1_MONTH, None),
    ],
    ids=[
        *("offset", "three years", "another service", "new name", "new name, three years", "another service, new name"),
        *("another currency", "another payer", "no fee", "ended"),
    ],
)
def test_only_fees_of_flexible_commitments_that_are_paid_now_count(
    tmp_path: Path, settings: Settings, fields: dict[str, object], counted: Decimal, note: str | None
) -> None:
    """Of three years: 46 % off, so that the same fee pays for 0.06839964 / 0.54 of 0.189999, two thirds."""
    report = audited(tmp_path, settings, billed(tmp_path / "bills", **fields))
    assert by_check(report)["gce_idle"] == pytest.approx(counted, abs=Decimal("0.000001"))
    notes = [one.words for one in report.provenance.money.notes if "commitment" in one.words]
    assert [note in words for words in notes] == ([] if note is None else [True])


def test_beside_the_bill_of_another_cloud_list_prices_and_a_currency_are_told(
    tmp_path: Path, settings: Settings
) -> None:
    """The bill of an account at AWS is in euros, too: that says nothing of the one that Google sends."""
    loose = disk("loose", disk_type="pd-ssd", instance_ids=(), last_detached_at=ago(30))
    both = write(tmp_path / "snap", [loose, billed_in("EUR")], [], accounts=(ACCOUNT, "acme-web"))
    bill = daily(first=date(2026, 7, 20), last=date(2026, 8, 29), BillingCurrency="EUR")
    report = audit(both, settings, store=write_bills(tmp_path / "bills", bill))
    assert report.provenance.money.unbilled == ("acme-web",)
    assert "; list prices for acme-web;" in money_source(report)
    assert "The bill 01A2B3-C4D5E6-F7A8B9 is in EUR and was not read" in money_source(report)


def billed_in(currency: str) -> Resource:
    """A project that pays in a currency."""
    payer = {"billing_enabled": True, "billing_account": "01A2B3-C4D5E6-F7A8B9", "currency": currency}
    return google(GcpProject(number="1", state="ACTIVE", **payer), "acme-web")


@pytest.mark.parametrize(
    ("currency", "said"),
    [("EUR", "The bill 01A2B3-C4D5E6-F7A8B9 is in EUR and was not read: all figures here are in USD."), ("USD", "")],
)
def test_a_project_that_is_billed_in_another_currency_is_told_that_the_figures_are_dollars(
    currency: str, said: str, tmp_path: Path, settings: Settings
) -> None:
    told = money_source(audit(write(tmp_path / "snap", [billed_in(currency)], []), settings))
    assert ("is in" in told) is bool(said)
    assert said in told
