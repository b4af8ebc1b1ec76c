"""What Google's resources cost a month in us-central1, worked out by hand from the unit prices of the catalog."""

from decimal import Decimal
from typing import Any

import pytest

from costopt.model.price import Quality
from costopt.model.terraform_cost import ResourceCost
from tests.terraform.cost.made import costs, quantities, resource

CENT = Decimal("0.01")


def machine(kind: str, **values: Any) -> Any:
    """An instance with a boot disk of 10 GB."""
    return resource("google_compute_instance.m", **{"zone": "us-central1-a", "machine_type": kind, **values})


def cost(*resources: Any, usage: dict[str, Any] | None = None) -> ResourceCost:
    """Of the first resource."""
    told = {resources[0].address: usage} if usage else None
    return costs(*resources, usage=told)[resources[0].address]


def monthly(found: ResourceCost, words: str) -> Decimal | None:
    """Of the one line that says something."""
    (line,) = (one for one in found.lines if words in one.component.name)
    return None if line.monthly is None else line.monthly.quantize(CENT)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # 4 x 0.031611 + 15 x 0.004237 = 0.189999 an hour, x 730 x 0.7 for a whole month of N1
        ("n1-standard-4", "97.09"),
        # 4 x 0.031611 + 16 x 0.004237 = 0.194236, x 730; incremental rates of N2 are 1, 0.8678, 0.733, 0.6: 0.8002
        ("n2-standard-4", "113.46"),
        # 4 x 0.02181159 + 16 x 0.00292353 = 0.13402284, x 730: E2 has no sustained use discount
        ("e2-standard-4", "97.84"),
        ("f1-micro", "3.88"),  # 0.0076 x 730 x 0.7
    ],
)
def test_a_machine_that_runs_all_month_is_priced_after_sustained_use(kind: str, expected: str) -> None:
    assert monthly(cost(machine(kind)), kind) == Decimal(expected)


def test_half_a_month_gets_the_discount_of_half_a_month() -> None:
    # 365 hours are the first two quarters of the month, which pay 1 and 0.8: 0.9 of the price, as against 0.7
    found = cost(machine("n1-standard-4"), usage={"monthly_hrs": 365})
    assert monthly(found, "n1-standard-4") == Decimal("62.41")  # 0.189999 x 365 x 0.9


def test_what_stands_still_costs_its_disks_alone() -> None:
    found = cost(machine("e2-standard-4", desired_status="TERMINATED"))
    assert found.monthly == Decimal("0.40")  # 10 GB at 0.04
    assert monthly(cost(database(activation_policy="NEVER")), "vCPUs") == 0


@pytest.mark.parametrize(("kind", "expected"), [("n2-standard-4", "89.33"), ("e2-custom-4-8192", "52.70")])
def test_a_machine_under_a_commitment_costs_its_rate_and_gets_no_sustained_use_discount(
    kind: str, expected: str
) -> None:
    # 0.122364 and 0.07218904 an hour, x 730
    found = cost(machine(kind), usage={"purchase_option": "cud_1y"})
    told = [one.monthly for one in found.lines if "1-year commitment" in one.component.name and one.monthly]
    assert sum(told).quantize(CENT) == Decimal(expected)


@pytest.mark.parametrize("kind", ["n2-standard-4", "e2-custom-4-8192"])
def test_a_way_to_buy_that_google_does_not_have_is_not_taken_for_on_demand(kind: str) -> None:
    found = cost(machine(kind), usage={"purchase_option": "ri_1y_no_upfront"})
    assert "try cud_1y" in dict(found.unpriced()).popitem()[1]
    assert found.monthly == Decimal("0.40")  # its disk


def test_what_is_plugged_into_a_machine_is_bought_as_it_is() -> None:
    card = [{"type": "nvidia-tesla-t4", "count": 1}]
    plugged = machine("n1-standard-4", guest_accelerator=card, scratch_disk=[{"interface": "NVME"}])
    assert monthly(cost(plugged), "T4") == Decimal("178.85")  # 0.35 x 730 x 0.7 after sustained use
    committed = cost(plugged, usage={"purchase_option": "cud_1y"})
    assert monthly(committed, "Local SSD") == Decimal("18.90")  # 375 x 0.0504
    assert monthly(committed, "T4") is None  # no price of its commitment is kept, and that on demand is another
    unknown = cost(plugged, usage={"purchase_option": "ri_1y_no_upfront"})
    assert monthly(unknown, "T4") is None


def test_extended_memory_is_a_line_of_its_own_without_a_discount() -> None:
    # 4 vCPUs carry 32 GiB of N2 at most; the other 8 are extended: 8 x 0.00955 x 730
    found = cost(machine("n2-custom-4-40960-ext"))
    assert monthly(found, "extended RAM") == Decimal("55.77")
    assert monthly(found, "CPU") == Decimal("77.55")  # 4 x 0.031611 x 1.05 x 730 x 0.8002


def test_spot_is_an_estimate_of_its_own_and_without_a_price_not_priced_at_all() -> None:
    # 4 x 0.01115 + 15 x 0.001494 of the list of 2026-07-30, without a discount for sustained use
    spot = [{"provisioning_model": "SPOT"}]
    (line,) = (one for one in cost(machine("n1-standard-4", scheduling=spot)).lines if "preempt" in one.component.name)
    assert line.price is not None
    assert line.price.quality is Quality.ESTIMATE
    assert line.monthly == 730 * (4 * Decimal("0.01115") + 15 * Decimal("0.001494"))
    unknown = cost(machine("n2-custom-4-40960-ext", scheduling=spot))
    assert monthly(unknown, "extended RAM") is None


def licensed(kind: str, image: str) -> Any:
    return machine(kind, boot_disk=[{"initialize_params": [{"image": image}]}])


def test_the_licence_of_an_image_is_told_and_not_taken_for_nothing() -> None:
    boot = [{"initialize_params": [{"image": "projects/windows-cloud/global/images/family/windows-2025"}]}]
    # 4 x 0.046 x 730
    assert monthly(cost(machine("n1-standard-4", boot_disk=boot)), "Licence of Windows") == Decimal("134.32")
    for kind, image, name in (
        ("n1-standard-4", "windows-sql-cloud/sql-web-2022", "SQL Server"),
        ("n1-standard-4", "ubuntu-os-pro-cloud/ubuntu-pro-2404-lts", "Ubuntu Pro"),
        ("e2-medium", "windows-cloud/windows-2025", "Windows Server"),
        ("x9-standard-4", "rhel-cloud/rhel-9", "RHEL"),
    ):
        assert "no price of licences" in dict(cost(licensed(kind, image)).unpriced())[f"Licence of {name}"]


@pytest.mark.parametrize(
    ("kind", "image", "name", "usd"),
    [
        ("n2-standard-8", "rhel-cloud/rhel-9", "RHEL", "84.10"),  # 8 x 0.0144 x 730
        ("n2-standard-16", "projects/rhel-cloud/global/images/rhel-9-v20260701", "RHEL", "126.14"),  # 16 x 0.0108
        ("n2-standard-128", "rhel-cloud/rhel-9", "RHEL", "897.02"),  # 128 x 0.0096
        ("n2-standard-4", "rhel-sap-cloud/rhel-9-4-sap-ha", "RHEL for SAP", "65.70"),  # 4 x 0.0225
        ("e2-small", "suse-cloud/sles-15", "SLES", "80.30"),  # 0.11, whatever the size
        ("f1-micro", "suse-cloud/sles-15", "SLES", "14.60"),  # 0.02
        ("n2-standard-4", "suse-sap-cloud/sles-15-sp6-sap", "SLES for SAP", "248.20"),  # 0.34
    ],
)
def test_licences_of_linux_are_priced_by_the_size_of_the_machine(kind: str, image: str, name: str, usd: str) -> None:
    assert monthly(cost(licensed(kind, image)), f"Licence of {name}") == Decimal(usd)


@pytest.mark.parametrize(
    "image", ["debian-cloud/debian-12", "rhel-byos-cloud/rhel-9-byos", "opensuse-cloud/opensuse-leap"]
)
def test_an_image_that_is_free_or_has_a_subscription_of_its_own_has_no_licence(image: str) -> None:
    found = cost(licensed("n1-standard-4", image))
    assert not any("Licence" in one.component.name for one in found.lines)
    assert dict(found.unpriced()) == {}


def test_a_boot_disk_that_is_made_apart_brings_the_licence_of_its_image() -> None:
    disk = resource("google_compute_disk.d", zone="us-central1-a", name="d", image="windows-cloud/windows-2025")
    found = cost(machine("n2-standard-4", boot_disk=[{"source": "d"}]), disk)
    assert monthly(found, "Licence of Windows") == Decimal("134.32")  # 4 x 0.046 x 730


@pytest.mark.parametrize(
    ("image", "usd"), [("WINDOWS_LTSC_CONTAINERD", "402.96"), ("COS_CONTAINERD", None), ("UBUNTU_CONTAINERD", None)]
)
def test_nodes_of_windows_pay_its_licence(image: str, usd: str | None) -> None:
    config = [{"machine_type": "n2-standard-4", "image_type": image}]
    found = cost(resource("google_container_node_pool.p", location="us-central1-a", node_count=3, node_config=config))
    told = [str((one.monthly or 0).quantize(CENT)) for one in found.lines if "Licence" in one.component.name]
    assert told == ([usd] if usd else [])  # 3 x 4 x 0.046 x 730


def test_disks_are_priced_by_their_type() -> None:
    boot = [{"initialize_params": [{"type": "pd-ssd", "size": 100}]}]
    assert monthly(cost(machine("e2-standard-4", boot_disk=boot)), "pd-ssd") == Decimal("17.00")
    regional = resource("google_compute_region_disk.d", region="us-central1", type="pd-standard", size=100)
    assert cost(regional).monthly == Decimal("8.00")  # two copies at 0.04


@pytest.mark.parametrize(
    ("kept", "usd"),
    [
        ({}, "5.00"),  # 100 x 0.05
        ({"storage_locations": ["US"]}, "6.50"),  # in several regions, 100 x 0.065
        ({"storage_locations": ["europe-west4"]}, "5.30"),
        ({"snapshot_type": "ARCHIVE"}, "1.90"),
    ],
)
def test_a_snapshot_is_priced_where_and_as_what_it_is_kept(kept: dict[str, Any], usd: str) -> None:
    snapshot = resource("google_compute_snapshot.s", zone="us-central1-a", **kept)
    assert cost(snapshot, usage={"storage_gb": 100}).monthly == Decimal(usd)


def test_what_a_hyperdisk_is_given_beyond_its_capacity_is_not_taken_for_nothing() -> None:
    given = {"zone": "us-central1-a", "type": "hyperdisk-balanced", "size": 100}
    disk = resource("google_compute_disk.d", **given)
    assert "Provisioned performance" in dict(cost(disk).unpriced())
    fast = resource("google_compute_disk.d", **given, provisioned_iops=5_000, provisioned_throughput=140)
    assert cost(fast).monthly == 8 + 2_000 * Decimal("0.005")  # 100 x 0.08; 3,000 and 140 come with it


def database(**settings: Any) -> Any:
    """PostgreSQL in us-central1."""
    version = {"database_version": "POSTGRES_17", "region": "us-central1"}
    return resource("google_sql_database_instance.d", **version, settings=[{"tier": "db-custom-2-7680", **settings}])


def test_a_database_is_priced_by_vcpus_and_memory_and_a_standby_doubles_both() -> None:
    # 2 x 0.0413 x 730 and 7.5 x 0.007 x 730
    assert monthly(cost(database()), "vCPUs") == Decimal("60.30")
    assert monthly(cost(database()), "memory") == Decimal("38.32")  # 38.325
    regional = cost(database(availability_type="REGIONAL", disk_size=50))
    assert monthly(regional, "vCPUs") == Decimal("120.60")
    assert quantities(database(availability_type="REGIONAL", disk_size=50))["Storage (SSD, regional)"] == 50


def test_a_database_under_a_commitment_is_not_priced_as_if_on_demand() -> None:
    found = cost(database(disk_size=50), usage={"purchase_option": "cud_1y"})
    assert "commitments for Cloud SQL" in dict(found.unpriced())["SQL instance (db-custom-2-7680, zonal)"]
    assert found.monthly == Decimal("8.50")  # its storage


def test_a_read_pool_pays_for_each_of_its_nodes_and_a_data_cache_is_not_taken_for_nothing() -> None:
    version = {"database_version": "POSTGRES_17", "region": "us-central1"}
    settings = [{"tier": "db-custom-2-7680", "data_cache_config": [{"data_cache_enabled": True}]}]
    kind = {"instance_type": "READ_POOL_INSTANCE", "node_count": 3}
    pool = cost(resource("google_sql_database_instance.d", **version, **kind, settings=settings))
    assert monthly(pool, "vCPUs") == Decimal("180.89")  # 3 x 2 x 0.0413 x 730, 180.894
    assert "Data cache" in dict(pool.unpriced())


def test_the_dearer_edition_is_not_priced_like_the_cheaper_one() -> None:
    # 2 x 0.0537 x 730 and 16 x 0.0091 x 730
    plus = cost(database(tier="db-perf-optimized-N-2"))
    assert (monthly(plus, "vCPUs"), monthly(plus, "memory")) == (Decimal("78.40"), Decimal("106.29"))


def test_a_database_pays_for_its_storage_twice_with_a_standby_and_for_its_address_while_it_is_stopped() -> None:
    # 50 x 0.17; an address 730 x 0.01
    assert monthly(cost(database(disk_size=50)), "Storage (SSD, zonal)") == Decimal("8.50")
    assert monthly(cost(database(disk_size=50, availability_type="REGIONAL")), "Storage") == Decimal("17.00")
    assert not any("IP address" in one.component.name for one in cost(database()).lines)
    assert monthly(cost(database(activation_policy="NEVER")), "IP address") == Decimal("7.30")
    assert monthly(cost(database(disk_type="HYPERDISK_BALANCED")), "Storage (Hyperdisk") is None


def test_a_bucket_is_priced_where_it_lies() -> None:
    usage = {"storage_gb": 1000}
    one = resource("google_storage_bucket.b", location="US-CENTRAL1", storage_class="COLDLINE")
    assert monthly(cost(one, usage=usage), "Storage") == Decimal("4.00")
    many = resource("google_storage_bucket.b", location="EU", storage_class="COLDLINE")
    assert monthly(cost(many, usage=usage), "Storage") == Decimal("7.00")
    two = resource("google_storage_bucket.b", location="EUR4")
    assert monthly(cost(two, usage=usage), "Storage") == Decimal("44.00")
    unknown = resource("google_storage_bucket.b", location="africa-south1")
    assert monthly(cost(unknown, usage=usage), "Storage") is None
