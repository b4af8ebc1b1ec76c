"""What SKUs of Google's services are for, by descriptions as Google's catalog has them, and what becomes of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest

from costopt.prices.refresh.google.catalog import CloudCatalog, default_client
from costopt.prices.refresh.google.meters import CATALOG_SERVICES, CONVERSIONS, Meter
from costopt.prices.refresh.google.prices import GooglePrices
from tests.prices.refresh.google.sku_server import SkuServer, sku

SERVICES = {service.name: service for service in CATALOG_SERVICES}
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def meter(service: str, description: str) -> Meter | None:
    return SERVICES[service].meter(description)


@pytest.mark.parametrize(
    ("service", "description", "expected"),
    [
        ("Cloud SQL", "Cloud SQL for MySQL: Zonal - vCPU in Netherlands", "cloud_sql enterprise_vcpu vCPU-hour"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - RAM in Sao Paulo", "cloud_sql enterprise_memory GiB-hour"),
        ("Cloud SQL", "Cloud SQL for MySQL: Zonal - Micro instance in London", "cloud_sql f1_micro hour"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - Small instance in EMEA", "cloud_sql g1_small hour"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - Standard storage in Iowa", "cloud_sql ssd_storage GiB-month"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - Low cost storage in Iowa", "cloud_sql hdd_storage GiB-month"),
        ("Cloud SQL", "Cloud SQL for MySQL: Zonal - IP address reservation in APAC", "cloud_sql address_hour hour"),
        ("Cloud SQL", "Cloud SQL: Backups in Mumbai", "cloud_sql backup_storage GiB-month"),
        (
            "Cloud SQL",
            "Cloud SQL for PostgreSQL: Zonal - Enterprise Plus N vCPU in Carolina",
            "cloud_sql enterprise_plus_vcpu vCPU-hour",
        ),
        (
            "Cloud SQL",
            "Cloud SQL for PostgreSQL: Zonal - Extended support vCPU v13 in London",
            "cloud_sql extended_support_vcpu vCPU-hour",
        ),
        ("Cloud Storage", "Standard Storage London", "gcs standard_storage GiB-month"),
        ("Cloud Storage", "Standard Storage Europe Multi-region", "gcs standard_storage GiB-month"),
        ("Cloud Storage", "Archive Storage Mumbai", "gcs archive_storage GiB-month"),
        ("Cloud Run", "Services Min Instance CPU (Request-based billing)", "cloud_run idle_vcpu_hour vCPU-hour"),
        (
            "Cloud Run",
            "Services Min Instance Memory Tier 2 (Request-based billing)",
            "cloud_run idle_memory_hour GiB-hour",
        ),
        (
            "Cloud Run",
            "Services CPU (Instance-based billing) in in asia-northeast1",  # as Google writes it
            "cloud_run always_vcpu_hour vCPU-hour",
        ),
        (
            "Cloud Run",
            "Services Memory (Instance-based billing) in europe-west2",
            "cloud_run always_memory_hour GiB-hour",
        ),
        (
            "BigQuery Reservation API",
            "BigQuery Enterprise Edition for US (multi-region)",
            "bigquery enterprise_slot slot-hour",
        ),
        (
            "BigQuery Reservation API",
            "BigQuery Enterprise Plus Edition for Iowa (us-central1)",
            "bigquery enterprise_plus_slot slot-hour",
        ),
        ("Kubernetes Engine", "Regional Kubernetes Clusters", "gke cluster hour"),
        ("Compute Engine", "Hyperdisk Balanced IOPS in Mumbai", "gce hyperdisk_balanced_iops IOPS-month"),
        ("Compute Engine", "Hyperdisk Balanced Throughput in Mumbai", "gce hyperdisk_balanced_throughput MiBps-month"),
        ("Compute Engine", "Hyperdisk Throughput Capacity in Iowa", "gce hyperdisk_throughput GiB-month"),
        ("Compute Engine", "External IP Charge on a Spot Preemptible VM", "gce address_in_use_spot hour"),
    ],
)
def test_a_known_sku_is_an_item_of_the_price_book(service: str, description: str, expected: str) -> None:
    found = meter(service, description)
    assert found is not None
    assert f"{found.service} {found.item} {found.unit}" == expected
    assert found.unit in CONVERSIONS


@pytest.mark.parametrize(
    ("service", "description"),
    [
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Regional - vCPU in London"),  # a standby: twice the zonal price
        ("Cloud SQL", "Cloud SQL for SQL Server: Zonal - vCPU in London"),
        ("Cloud SQL", "Cloud SQL for MySQL: Zonal - 4 vCPU + 15GB RAM in Americas"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - Enterprise Plus C4A RAM in South Carolina"),
        ("Cloud SQL", "Cloud SQL for PostgreSQL: Zonal - Enterprise Plus Extended support vCPU v13 in Iowa"),
        ("Cloud SQL", "FDC Trial in Cloud SQL for PostgreSQL: Zonal - vCPU in Phoenix"),
        ("Cloud SQL", "Commitment - dollar based v1: Cloud SQL database in London for 1 year"),
        ("Cloud Storage", "Standard Storage Belgium/London Dual-region"),
        ("Cloud Storage", "Nearline Storage Iowa Early Delete"),
        ("Cloud Storage", "Autoclass Standard Storage London"),
        ("Cloud Storage", "Regional Standard Class A Operations"),
        ("Cloud Run", "Services CPU Tier 2  (Request-based billing)"),  # while it answers
        ("Cloud Run", "Jobs CPU in europe-west1"),
        ("BigQuery Reservation API", "BigQuery Enterprise Edition 1 Year Commitment for US (multi-region)"),
        ("Kubernetes Engine", "Autopilot Pod mCPU Requests (us-central1)"),
    ],
)
def test_what_is_not_known_in_full_is_not_guessed(service: str, description: str) -> None:
    assert meter(service, description) is None


@pytest.fixture(scope="module")
def prices() -> Iterator[GooglePrices]:
    """SKUs of several services through the real client."""
    sql, run, slots, gke, gcs = (
        SERVICES[name].id
        for name in ("Cloud SQL", "Cloud Run", "BigQuery Reservation API", "Kubernetes Engine", "Cloud Storage")
    )
    tier_2 = ("europe-west2", "us-west2")
    idle = "Services Min Instance {} Tier 2 (Request-based billing)"
    server = SkuServer(
        [
            sku("C4D Instance Ram running in Mumbai", "0.004", "asia-south1", unit="GBy.h"),
            sku("Hyperdisk Balanced IOPS in Mumbai", "0.005", "asia-south1", unit="mo"),
            sku("Balanced PD Capacity in Mumbai", "0.000164384", "asia-south1", unit="GiBy.h"),
            sku("External IP Charge on a Spot Preemptible VM", "0.0025", "global"),
            sku("Cloud SQL for MySQL: Zonal - vCPU in London", "0.05", "europe-west2", service=sql),
            sku("Cloud SQL for PostgreSQL: Zonal - vCPU in London", "0.05", "europe-west2", service=sql),
            sku("Cloud SQL for MySQL: Zonal - RAM in London", "0.0085", "europe-west2", service=sql, unit="GiBy.h"),
            sku("Cloud SQL for PostgreSQL: Zonal - RAM in London", "0.008", "europe-west2", service=sql, unit="GiBy.h"),
            sku("Cloud SQL for MySQL: Regional - vCPU in London", "0.1", "europe-west2", service=sql),
            sku(idle.format("CPU"), "0.0000035", *tier_2, service=run, unit="s"),
            sku(idle.format("Memory"), "0.0000035", *tier_2, service=run, unit="GiBy.s"),
            sku("BigQuery Enterprise Edition for EU (multi-region)", "0.066", "europe", service=slots),
            sku("Zonal Kubernetes Clusters", "0.1", "global", service=gke),
            sku("Regional Kubernetes Clusters", "0.1", "global", service=gke),
            sku("Standard Storage US Regional", "0", "us-west2", service=gcs, tiers=[(0, "0"), (5, "0.023")],
                unit="GiBy.mo"),
            sku("Nearline Storage London", "0.013", "europe-west2", service=gcs, unit="GiBy"),
        ]
    )  # fmt: skip
    yield CloudCatalog(now=NOW, client=partial(default_client, server.url)).read()
    server.close()


def unit(prices: GooglePrices, service: str, item: str, place: str) -> Decimal | None:
    found = {(row.service, row.item): row.usd for row in prices.rows[place].units}
    return found.get((service, item))


@pytest.mark.parametrize(
    ("service", "item", "place", "usd"),
    [
        ("gce", "c4d_memory", "asia-south1", "0.0042949673"),  # 0.004 for 10^9 bytes: x 2^30 / 10^9
        ("gce", "hyperdisk_balanced_iops", "asia-south1", "0.005"),
        ("gce", "pd_balanced", "asia-south1", "0.12000032"),  # 0.000164384 an hour, of 730
        ("gce", "address_in_use_spot", "asia-south1", "0.0025"),  # which the catalog sells "on demand"
        ("cloud_run", "idle_vcpu_hour", "us-west2", "0.0126"),  # 0.0000035 a second
        ("cloud_run", "idle_memory_hour", "europe-west2", "0.0126"),
        ("cloud_sql", "enterprise_vcpu", "europe-west2", "0.05"),  # the same for two engines
        ("bigquery", "enterprise_slot", "eu", "0.066"),
        ("gcs", "standard_storage", "us-west2", "0.023"),  # beyond what is free
        ("gke", "cluster", "asia-south1", "0.1"),
    ],
)
def test_prices_are_by_our_units(prices: GooglePrices, service: str, item: str, place: str, usd: str) -> None:
    assert unit(prices, service, item, place) == Decimal(usd)


def test_a_fee_that_is_the_same_everywhere_is_in_regions_and_not_in_groups_of_them(prices: GooglePrices) -> None:
    places = {place for place in prices.rows if unit(prices, "gke", "cluster", place) is not None}
    assert places == {"asia-south1", "europe-west2", "us-west2"}


def test_engines_that_differ_and_units_that_nobody_knows_are_rejected_with_their_service(prices: GooglePrices) -> None:
    assert unit(prices, "cloud_sql", "enterprise_memory", "europe-west2") is None
    rejected = {entry.what: entry.reason for entry in prices.rows["europe-west2"].rejected}
    assert rejected == {
        "cloud_sql enterprise_memory europe-west2": "stands twice, once at 0.0085, once at 0.008",
        "gcs nearline_storage AAAA-BBBB-CCCC europe-west2": "its price is for 'GiBy', not 'GiBy.mo'",
    }


def test_what_is_not_known_is_counted_by_its_service(prices: GooglePrices) -> None:
    assert prices.passed_over == {"Cloud SQL: ApplicationServices, OnDemand": 1}
