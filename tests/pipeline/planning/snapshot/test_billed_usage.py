"""Hours of instances out of bills."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.economics.usage_items import Place
from costopt.errors import DemandError
from costopt.model.finding import ComputeUsage
from costopt.model.period import Period
from costopt.model.specs.commitment import CommitmentKind
from costopt.pipeline.planning.snapshot.billed_commitments import read_commitment_costs
from costopt.pipeline.planning.snapshot.billed_usage import BilledUsage, read_billed_usage
from tests.economics.test_commitments import owned
from tests.oracles.paid_estate import ACCOUNT, Row, daily, write_bills

START = datetime(2026, 10, 20, tzinfo=UTC)
WINDOW = Period(start=START, end=START + timedelta(days=3))


def place(name: str, variant: str, service: str = "ec2") -> Place:
    return ACCOUNT, ("us-east-1", ComputeUsage(service=service, instance_type=name, variant=variant))


def ran(hours: str, *, instance: str | None = "m5.large", **cells: object) -> list[Row]:
    details = (
        {} if instance is None else {"SkuPriceDetails": f'{{"InstanceType": "{instance}", "OperatingSystem": "Linux"}}'}
    )
    usual = {"PricingQuantity": hours, "PricingUnit": "Hours", "ServiceCategory": "Compute"}
    return daily(**{**usual, **details, **cells})


def read(tmp_path: Path, rows: list[Row], inventory: dict[Place, Decimal] | None = None) -> BilledUsage | None:
    store = write_bills(tmp_path / "store", rows)
    return read_billed_usage(store, {"acme": WINDOW}, [ACCOUNT], inventory or {})


def test_a_day_of_48_hours_is_two_machines_in_each_of_its_hours(tmp_path: Path) -> None:
    found = read(tmp_path, ran("48"))
    assert found is not None
    (hours,) = found.instances.values()
    assert hours.tolist() == [2.0] * 72
    assert not found.hourly


def test_spot_and_what_is_no_instance_are_left_out(tmp_path: Path) -> None:
    rows = [*ran("24", PricingCategory="Dynamic"), *ran("24", instance=None)]
    assert read(tmp_path, rows) is None


def test_the_inventory_tells_the_engine_that_the_bill_does_not(tmp_path: Path) -> None:
    rows = ran("48", instance="db.m5.large", ServiceName="Amazon Relational Database Service")
    inventory = {
        place("db.m5.large", "postgres:single_az", "rds"): Decimal(3),
        place("db.m5.large", "mysql:single_az", "rds"): Decimal(1),
    }
    found = read(tmp_path, rows, inventory)
    assert found is not None
    assert {used.variant: hours[0] for (_, (_, used)), hours in found.instances.items()} == {
        "postgres:single_az": 1.5,
        "mysql:single_az": 0.5,
    }


def test_an_engine_that_nobody_knows_is_named(tmp_path: Path) -> None:
    rows = [*ran("24"), *ran("48", instance="db.m5.large", ServiceName="Amazon Relational Database Service")]
    found = read(tmp_path, rows)
    assert found is not None
    assert found.unknown == {(ACCOUNT, "us-east-1", "rds", "db.m5.large")}


OTHER = {"BillingAccountId": "444455556666", "SubAccountId": "444455556666"}
"""An account with another payer."""


def test_hours_that_one_of_two_bills_does_not_know_yet_are_not_idle(tmp_path: Path) -> None:
    store = write_bills(tmp_path / "store", ran("24"))
    write_bills(store, ran("24", instance="c5.large", **OTHER), source="late")
    windows = {"acme": WINDOW, "late": Period(start=START - timedelta(days=1), end=START + timedelta(days=2))}
    found = read_billed_usage(store, windows, [ACCOUNT, OTHER["SubAccountId"]], {})
    assert found is not None
    assert found.period == Period(start=START, end=START + timedelta(days=2))
    assert {used.instance_type: hours.tolist() for (_, (_, used)), hours in found.instances.items()} == {
        "m5.large": [1.0] * 48,
        "c5.large": [1.0] * 48,
    }


def test_bills_without_a_common_day_are_refused(tmp_path: Path) -> None:
    store = write_bills(tmp_path / "store", ran("24"))
    write_bills(store, ran("24", instance="c5.large", **OTHER), source="late")
    windows = {"acme": WINDOW, "late": Period(start=START - timedelta(days=3), end=START)}
    with pytest.raises(DemandError, match="no day is known to all bills"):
        read_billed_usage(store, windows, [ACCOUNT, OTHER["SubAccountId"]], {})


def test_a_bill_that_names_no_instance_shortens_nothing(tmp_path: Path) -> None:
    store = write_bills(tmp_path / "store", ran("24"))
    write_bills(store, daily(**OTHER), source="storage")
    windows = {"acme": WINDOW, "storage": Period(start=START, end=START + timedelta(days=1))}
    found = read_billed_usage(store, windows, [ACCOUNT, OTHER["SubAccountId"]], {})
    assert found is not None
    assert found.period == WINDOW


def test_what_ended_is_not_running_after(tmp_path: Path) -> None:
    rows = ran("24", last=(START + timedelta(days=1)).date())
    found = read(tmp_path, [*rows, *ran("24", instance="c5.large")])
    assert found is not None
    by_type = {used.instance_type: hours for (_, (_, used)), hours in found.instances.items()}
    assert by_type["m5.large"].tolist() == [1.0] * 48 + [0.0] * 24


@pytest.mark.parametrize("name", ["arn:aws:rds:us-east-1:1:ri:r-1", "arn:aws:ec2:us-east-1:1:reserved-instances/r-1"])
def test_a_commitment_costs_what_was_paid_for_its_used_and_unused_hours(tmp_path: Path, name: str) -> None:
    cells = {
        "CommitmentDiscountId": name,
        "CommitmentDiscountType": "Reserved Instance",
        "CommitmentDiscountCategory": "Usage",
        "PricingCategory": "Committed",
    }
    rows = [
        *ran("24", cost="1.20", CommitmentDiscountStatus="Used", **cells),
        *ran("24", cost="0.24", CommitmentDiscountStatus="Unused", **cells),
    ]
    store = write_bills(tmp_path / "store", rows)
    reserved = owned(CommitmentKind.STANDARD_RI, "r-1", instance_type="m5.large", count=1)
    found = read_commitment_costs(store, {"acme": WINDOW}, [ACCOUNT], [reserved])
    assert found == {"r-1": Decimal("0.06")}
