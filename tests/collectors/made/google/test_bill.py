"""The made projects' bill against sums worked out by hand, and what must hold for the bill of any made projects."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from costopt.collectors.made.google.billing_lines.bill import make_bill
from costopt.collectors.made.google.billing_lines.charges import charges
from costopt.config.settings import PriceSettings
from costopt.economics.gce.skus import sku_unit
from costopt.model.focus import FOCUS_COLUMNS
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, GceInstance, GceReservation
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.pipeline.pricing import price_book

pytestmark = pytest.mark.xdist_group("made google")  # what its fixtures make is made once

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
NUMBER = "7145680912345678901"
VCPU, GIB = Decimal("0.031611"), Decimal("0.004237")
"""Of N1 and N2 in us-central1, by the hour. Source: https://cloud.google.com/compute/vm-instance-pricing."""
OCTOBER = 744


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return price_book(PriceSettings(directory=str(tmp_path_factory.mktemp("prices"))))


@pytest.fixture(scope="module")
def bill(book):
    """Rows of the bill of some resources, by month."""

    def rows(*resources):
        return {month: table.to_pylist() for month, table in make_bill(resources, NOW, book).items()}

    return rows


def made(spec, id_="zones/us-central1-a/instances/web-1", created_at=LONG_AGO):
    arn = f"//compute.googleapis.com/projects/acme-web/{id_}"
    return Resource(
        provider="gcp", account="acme-web", region="us-central1", id=id_, spec=spec, name="web-1", arn=arn,
        created_at=created_at, tags={"team": "a"},
    )  # fmt: skip


def machine(machine_type="n2-standard-4", *, created_at=LONG_AGO, status="RUNNING", **fields):
    spec = GceInstance(number=NUMBER, machine_type=machine_type, status=status, zone="us-central1-a", **fields)
    return made(spec, created_at=created_at)


def commitment(*, vcpus, start=LONG_AGO, end=datetime(2027, 1, 1, tzinfo=UTC)):
    spec = CommittedUse(
        commitment_type="GENERAL_PURPOSE_N2", plan="TWELVE_MONTH", status="ACTIVE", start=start, end=end, vcpus=vcpus
    )
    return made(spec, "regions/us-central1/commitments/c")


def of(rows, **cells):
    return [row for row in rows if all(row[name] == value for name, value in cells.items())]


def total(rows, column="BilledCost"):
    return sum((row[column] for row in rows), Decimal(0))


def usage(rows):
    return of(rows, ChargeCategory="Usage")


def test_a_machine_is_a_line_for_its_vcpus_and_one_for_its_memory_each_day(bill):
    october = usage(bill(machine())["2026-10"])
    assert len(october) == 2 * 31
    core = of(october, SkuMeter="N2 Instance Core running in Iowa")[0]
    assert (core["ServiceName"], core["ProviderName"], core["SubAccountId"]) == (
        "Compute Engine", "Google Cloud", "acme-web",
    )  # fmt: skip
    assert core["ResourceId"] == f"//compute.googleapis.com/projects/acme-web/zones/us-central1-a/instances/{NUMBER}"
    assert (core["PricingQuantity"], core["PricingUnit"], core["Tags"]) == (96, "hour", '{"team": "a"}')
    assert core["ListCost"] == core["ContractedCost"] == 96 * VCPU


@pytest.mark.parametrize(
    ("machine_type", "share"), [("n2-standard-4", "0.8002"), ("n1-standard-4", "0.7"), ("e2-standard-4", "1")]
)
def test_sustained_use_makes_a_whole_month_cheaper_and_its_first_days_not(bill, machine_type, share):
    """The four quarters of a month pay 100, 86.78, 73.3 and 60 % for N2, 100, 80, 60 and 40 % for N1."""
    october = usage(bill(machine(machine_type))["2026-10"])
    assert total(october) == pytest.approx(total(october, "ListCost") * Decimal(share), rel=Decimal("1e-6"))
    first, *_, last = sorted(october, key=lambda row: (row["SkuMeter"], row["ChargePeriodStart"]))[:31]
    assert first["BilledCost"] == first["ListCost"]
    assert (last["BilledCost"] < last["ListCost"]) == (share != "1")


def test_half_a_month_of_a_machine_gets_half_of_the_discounts_levels(bill):
    born = datetime(2026, 10, 16, 12, tzinfo=UTC)  # 372 of 744 hours are left
    october = usage(bill(machine("n1-standard-4", created_at=born))["2026-10"])
    assert total(october, "ListCost") == pytest.approx(372 * (4 * VCPU + 15 * GIB), abs=Decimal("0.0001"))
    assert total(october) == pytest.approx(total(october, "ListCost") * Decimal("0.9"), rel=Decimal("1e-6"))


def test_committed_hours_cost_their_fee_and_leave_no_sustained_use(bill):
    rows = bill(commitment(vcpus=3), machine())["2026-10"]
    used = of(rows, CommitmentDiscountStatus="Used")
    (fee,) = {row["ContractedUnitPrice"] for row in of(rows, ChargeCategory="Purchase")}
    assert fee == pytest.approx(float(VCPU) * 0.63, rel=0.001)  # one year of N2 is 37 % cheaper
    assert total(of(rows, ChargeCategory="Purchase")) == pytest.approx(3 * OCTOBER * Decimal(str(fee)), rel=1e-6)
    assert total(used) == 0
    assert total(used, "EffectiveCost") == total(of(rows, ChargeCategory="Purchase"))
    assert total(used, "ListCost") == 3 * OCTOBER * VCPU
    open_core = [row for row in usage(rows) if "Core" in row["SkuMeter"] and row["PricingCategory"] == "Standard"]
    assert total(open_core, "ListCost") == 1 * OCTOBER * VCPU
    assert total(open_core) == pytest.approx(1 * OCTOBER * VCPU * Decimal("0.8002"), rel=Decimal("1e-6"))


def test_what_nobody_uses_of_a_commitment_is_an_unused_line(bill):
    rows = bill(commitment(vcpus=6), machine())["2026-10"]
    unused = of(rows, CommitmentDiscountStatus="Unused")
    fee = total(of(rows, ChargeCategory="Purchase"))
    assert total(unused, "EffectiveCost") == pytest.approx(fee * 2 / 6, rel=Decimal("1e-6"))
    assert total(unused) == 0


def test_a_commitment_pays_on_whole_days_of_its_term_only(bill):
    ends = datetime(2026, 10, 10, 12, tzinfo=UTC)
    rows = bill(commitment(vcpus=4, end=ends), machine())["2026-10"]
    assert len(of(rows, CommitmentDiscountStatus="Used")) == 9


def test_machines_that_are_reserved_and_not_started_cost_as_if_they_ran(bill):
    spec = GceReservation(
        number=NUMBER, zone="us-central1-a", status="READY", machine_type="n2-standard-4", count=3, in_use_count=1
    )
    october = usage(bill(made(spec, "zones/us-central1-a/reservations/r"))["2026-10"])
    assert total(october, "ListCost") == 2 * OCTOBER * (4 * VCPU + 16 * GIB)


def test_nothing_is_charged_after_a_stop_but_the_disk(bill):
    stopped = machine(status="TERMINATED", last_stopped_at=datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert sorted({row["PricingQuantity"] for row in of(usage(bill(stopped)["2026-10"]), PricingUnit="hour")}) == [
        48, 96,
    ]  # fmt: skip
    disk = PersistentDisk(number=NUMBER, disk_type="pd-ssd", size_gib=100, status="READY", zones=("us-central1-a",))
    rows = bill(made(disk, "zones/us-central1-a/disks/d"))
    assert total(usage(rows["2026-10"])) == pytest.approx(Decimal(17), abs=Decimal("0.00001"))  # 100 GiB x 0.17
    assert total(usage(rows["2026-11"])) == pytest.approx(Decimal(17) * 19 / 30, abs=Decimal("0.00001"))


@pytest.mark.parametrize("fields", [{"provisioning_model": "spot"}, {"platform": "windows"}, {"status": "STAGING"}])
def test_what_has_no_list_price_is_left_out_whole(bill, fields):
    assert bill(machine(**fields)) == {}


def test_half_of_a_machine_is_never_charged(book):
    unknown = machine("n1-standard-4", accelerators=(Accelerator(accelerator_type="nvidia-unheard-of", count=1),))
    with_units = machine("n1-standard-4")
    assert len(charges([with_units], book)) == 2
    assert charges([unknown], book) == ()


@pytest.fixture(scope="module")
def whole(estate, now, book):
    return [row for table in make_bill(estate.resources, now, book).values() for row in table.to_pylist()]


def test_all_columns_of_focus_are_there_and_billed_is_effective_in_total(whole):
    assert {column.name for column in FOCUS_COLUMNS} <= set(whole[0])
    assert total(whole) == pytest.approx(total(whole, "EffectiveCost"), abs=Decimal("0.01"))
    assert all(row["EffectiveCost"] <= row["ListCost"] for row in usage(whole) if row["CommitmentDiscountId"] is None)


def test_the_three_projects_and_their_taxes_are_in_it(whole, estate):
    assert {row["SubAccountId"] for row in whole} == set(estate.accounts)
    tax = total(of(whole, ChargeCategory="Tax"))
    assert tax == pytest.approx((total(whole) - tax) * Decimal("0.07"), abs=Decimal("0.1"))


def test_skus_of_machines_are_those_that_the_program_reads_in_bills(estate, book):
    of_machines = [charge for charge in charges(estate.resources, book) if charge.metered.series]
    assert len({charge.metered.sku for charge in of_machines}) > 15
    for charge in of_machines:
        unit = sku_unit(charge.metered.sku)
        assert unit is not None, charge.metered.sku
        assert book.unit("gce", unit.item, charge.resource.region) == charge.metered.price


def test_what_the_bill_names_are_the_resources_of_the_projects(whole, estate):
    named = {row["ResourceName"] for row in usage(whole)} - {None}
    assert named <= {resource.name for resource in estate.resources}
