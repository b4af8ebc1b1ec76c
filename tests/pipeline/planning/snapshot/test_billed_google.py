"""vCPUs and memory of Compute Engine out of bills and snapshots, down to the commitments that are planned for them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.economics.offers import find_offers
from costopt.model.period import Period
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.optimizer.commitments.portfolio import plan_commitments
from costopt.optimizer.commitments.terms import PlanTerms
from costopt.pipeline.plan import plan_snapshot
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.snapshot.billed_usage import BilledUsage, read_billed_usage
from costopt.pipeline.planning.snapshot.demand import estate_demand
from costopt.pipeline.pricing import OnDemand
from costopt.prices.catalog import open_catalog
from tests.oracles.paid_estate import Row, daily, write_bills, write_snapshot

START = datetime(2026, 10, 20, tzinfo=UTC)
WINDOW = Period(start=START, end=START + timedelta(days=14))
PROJECT = "acme-shop"
REGION = "europe-west4"
CORE, RAM = "N2 Instance Core running in Netherlands", "N2 Instance Ram running in Netherlands"


def used(
    sku: str, quantity: int, unit: str = "hour", *, first: date = date(2026, 10, 20), last: date = date(2026, 11, 2),
    **cells: object,
) -> list[Row]:  # fmt: skip
    """So many units in each day, of the window by default."""
    usual = {
        "SubAccountId": PROJECT, "ServiceName": "Compute Engine", "ServiceCategory": "Compute", "SkuMeter": sku,
        "PricingQuantity": str(quantity), "PricingUnit": unit, "RegionId": REGION, "ProviderName": "Google Cloud",
    }  # fmt: skip
    return daily("", first=first, last=last, **{**usual, **cells})


def read(tmp_path: Path, rows: list[Row]) -> BilledUsage | None:
    return read_billed_usage(write_bills(tmp_path / "store", rows), {"acme": WINDOW}, [PROJECT], {})


def test_a_day_of_96_vcpu_hours_is_four_vcpus_in_each_of_its_hours(tmp_path: Path) -> None:
    found = read(tmp_path, [*used(CORE, 96), *used(RAM, 384, "gibibyte hour")])
    assert found is not None
    amounts = {
        (project, region, usage.instance_type, usage.variant): set(hours.tolist())
        for (project, (region, usage)), hours in found.instances.items()
    }
    assert amounts == {
        (PROJECT, REGION, "n2_vcpu", "vcpu"): {4.0},
        (PROJECT, REGION, "n2_memory", "memory"): {16.0},
    }


def test_what_no_commitment_pays_for_is_left_out(tmp_path: Path) -> None:
    """Spot capacity, fees, sole tenancy, disks, another unit, another service, another project."""
    spot = "Spot Preemptible N2 Instance Core running in Netherlands"
    rows = [
        *used(spot, 96, PricingCategory="Dynamic"),
        *used(spot, 96),
        *used("Commitment v1: N2 Cpu in Netherlands for 1 Year", 96),
        *used("N2 Sole Tenancy Instance Core running in Netherlands", 96),
        *used("Storage PD Capacity in Netherlands", 96, "gibibyte month"),
        *used(CORE, 96, "gibibyte month"),
        *used(CORE, 96, ServiceName="Cloud SQL"),
        *used(CORE, 96, SubAccountId="another-project"),
    ]
    assert read(tmp_path, rows) is None


def test_commitments_are_planned_for_what_the_bill_shows(tmp_path: Path) -> None:
    """4 vCPUs and 16 GiB of N2 at all hours of a fortnight: all of it is committed, at 37 % off and not at SUD's 20."""
    book = open_catalog()
    billed = read(tmp_path, [*used(CORE, 96), *used(RAM, 384, "gibibyte hour")])
    demand = estate_demand({}, billed, OnDemand(book), (), WINDOW.end)
    hour = 4 * Decimal("0.034802") + 16 * Decimal("0.004664")
    assert demand.history.total == pytest.approx(float(hour) * 336)
    offers = [offer.instrument for offer in find_offers(demand.itemised.items, book).found]
    plan = plan_commitments(
        demand.history, [one for one in offers if one.term_months == 12], terms=PlanTerms(family_bound_share=None)
    )
    assert {one.instrument.scope: one.quantity for one in plan.purchases} == {
        f"n2 vcpu {REGION}": 4,
        f"n2 memory {REGION}": 16,
    }
    committed = 4 * Decimal("0.021925") + 16 * Decimal("0.002938")
    assert plan.bill.total == pytest.approx(committed * 336, rel=Decimal("1e-6"))
    assert plan.baseline.total == pytest.approx(hour * 336 * Decimal("0.8002"), rel=Decimal("1e-6"))


def machine(number: int, machine_type: str) -> Resource:
    spec = GceInstance(number=str(number), machine_type=machine_type, status="RUNNING", zone="europe-west4-a")
    return Resource(
        provider="gcp", account=PROJECT, region=REGION, id=f"zones/europe-west4-a/instances/vm-{number}", spec=spec,
        created_at=datetime(2026, 1, 1, tzinfo=UTC), tags={},
    )  # fmt: skip


def test_a_snapshot_of_google_cloud_is_planned_without_a_bill(tmp_path: Path) -> None:
    """10 machines of E2, which has no sustained use discount, and one whose type has no price here."""
    machines = [*(machine(number, "e2-standard-4") for number in range(10)), machine(99, "a4-highgpu-8g")]
    path = write_snapshot(tmp_path / "snapshot", *machines, accounts=[PROJECT])
    settings = Settings(prices=PriceSettings(directory=str(tmp_path / "prices")))
    plan = plan_snapshot(path, settings, PlanRequest())
    cheapest = next(one for one in plan.variants if one.name == "cheapest")
    bought = {(one.instrument, one.scope): (one.quantity, one.unit) for one in cheapest.purchases}
    assert bought["Resource-based CUD", f"e2 vcpu {REGION}"] == (40, "vCPUs")
    assert bought["Resource-based CUD", f"e2 memory {REGION}"] == (160, "GiB")
    assert any("where discount sharing is" in words for words in plan.assumptions)
    left = {one.subject: one.reason for one in plan.unplanned}
    assert "left out of every total" in left.pop(f"gce a4-highgpu-8g machine {REGION}")
    assert left.pop("zones/europe-west4-a/instances/vm-99") == "size stays: has accelerators"
    assert set(left.values()) == {"size stays: its CPU was not measured for long enough"}
    assert len(left) == 10


def test_a_bill_goes_before_the_inventory(tmp_path: Path) -> None:
    """The bill shows 4 vCPUs and 16 GiB of N2, at 1.80 for 2.00 of list prices, less SUD.

    The machine of E2 that runs now is none of it.
    """
    first, last = date(2026, 9, 1), date(2026, 11, 19)
    path = write_snapshot(tmp_path / "snapshot", machine(1, "e2-standard-4"), accounts=[PROJECT])
    rows = [
        *used(CORE, 96, first=first, last=last),
        *used(RAM, 384, "gibibyte hour", first=first, last=last),
    ]
    store = write_bills(tmp_path / "store", rows)
    settings = Settings(prices=PriceSettings(directory=str(tmp_path / "prices")))
    plan = plan_snapshot(path, settings, PlanRequest(), store=store)
    totals = {one.name: one.total.amount for one in plan.variants}
    month = (4 * Decimal("0.034802") + 16 * Decimal("0.004664")) * 730
    assert totals["as_is"] == pytest.approx(month * Decimal("0.8002") * Decimal("0.9"), abs=Decimal("0.01"))
    assert totals["cheapest"] == pytest.approx(month * Decimal("0.63") * Decimal("0.9"), abs=Decimal("0.01"))


def test_a_flexible_commitment_of_the_bill_pays_first(tmp_path: Path) -> None:
    """It pays for all that runs at 28 % off, so that nothing is bought: 37 % off would be paid beside it."""
    first, last = date(2026, 9, 1), date(2026, 11, 19)
    hour = 4 * Decimal("0.034802") + 16 * Decimal("0.004664")
    month = {"first": first, "last": last}
    fee = str(24 * hour * Decimal("0.72"))
    fees = daily(
        "", cost=fee, listed=fee, ChargeCategory="Purchase", SubAccountId="", ServiceName="Compute Engine",
        ChargeDescription="Commitment - dollar based v1: GCE for 1 year", ProviderName="Google Cloud", **month,
    )  # fmt: skip
    listed = {**month, "ListCost": "1.80"}  # what was paid: no negotiated discount
    rows = [*used(CORE, 96, **listed), *used(RAM, 384, "gibibyte hour", **listed), *fees]
    path = write_snapshot(tmp_path / "snapshot", machine(1, "n2-standard-4"), accounts=[PROJECT])
    settings = Settings(prices=PriceSettings(directory=str(tmp_path / "prices")))
    plan = plan_snapshot(path, settings, PlanRequest(), store=write_bills(tmp_path / "store", rows))
    totals = {one.name: one.total.amount for one in plan.variants}
    assert totals["as_is"] == pytest.approx(hour * 730 * Decimal("0.72"), abs=Decimal("0.01"))
    assert not any(one.purchases for one in plan.variants)
    assert any("run to the end of the plan" in words for words in plan.assumptions)
