"""Whose cost a line of the bill is, and what it is a month."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from costopt.economics.paid.charges import ResourceCost
from costopt.economics.paid.monthly import (
    AMBIGUOUS,
    BEYOND,
    NO_TIME,
    NOT_NAMED,
    TWICE,
    PaidCosts,
)
from costopt.model.finding import (
    Paid,
)
from costopt.model.period import Period
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable, RdsInstance
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.specs.storage import S3Bucket

ACCOUNT, REGION = "111122223333", "eu-west-1"
START = datetime(2026, 10, 1, tzinfo=UTC)
WINDOW = Period(start=START, end=START + timedelta(days=30))
SIX_DAYS = Period(start=START, end=START + timedelta(days=6))
A_WEEK = Period(start=START, end=START + timedelta(days=7))
VOLUME = "vol-0123456789abcdef0"


def resource(spec: type, id_: str, arn: str | None = None, region: str = REGION) -> Resource:
    made = object.__new__(spec)  # only its kind is looked at
    return Resource(provider="aws", account=ACCOUNT, region=region, id=id_, spec=made, arn=arn)


def cost(name: str, effective: str = "30", **more: object) -> ResourceCost:
    fields: dict[str, object] = {
        "account": ACCOUNT,
        "resource_id": name,
        "currency": "USD",
        "billed": Decimal(effective),
        "effective": Decimal(effective),
        "contracted": Decimal(effective),
        "first_charge": WINDOW.start,
        "last_charge": WINDOW.end,
        "window": WINDOW,
    }
    return ResourceCost(**{**fields, **more})  # type: ignore[arg-type]


def amount(found: Paid | str) -> Decimal:
    assert isinstance(found, Paid)
    return found.effective.amount


VOLUME_ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/{VOLUME}"
DATABASE_ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
MATCHES = [
    (resource(EbsVolume, VOLUME), VOLUME),
    (resource(EbsVolume, VOLUME), VOLUME_ARN),
    (resource(EbsVolume, VOLUME, VOLUME_ARN), VOLUME),
    (resource(RdsInstance, "orders", DATABASE_ARN), DATABASE_ARN),
    (resource(RdsInstance, "orders"), DATABASE_ARN),
    (resource(S3Bucket, "orders"), "orders"),
    (resource(DynamoDbTable, "orders", f"{TABLE_ARN}:*"), TABLE_ARN),
]
STRANGERS = [
    (resource(EbsVolume, VOLUME), f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{VOLUME}"),
    (resource(RdsInstance, "orders", DATABASE_ARN), TABLE_ARN),
    (resource(RdsInstance, "orders", DATABASE_ARN), "orders"),
    (resource(RdsInstance, "orders"), "orders"),
    (resource(RdsInstance, "orders"), DATABASE_ARN.replace(REGION, "us-east-1")),
    (resource(S3Bucket, "orders"), DATABASE_ARN),
    (resource(RdsInstance, "orders"), "arn:orders"),
]


@pytest.mark.parametrize(("wanted", "name"), MATCHES)
def test_a_name_that_means_the_resource(wanted: Resource, name: str) -> None:
    """30.00 in 720 hours are 30.41666667 in 730."""
    assert amount(PaidCosts([cost(name)], [wanted]).of(wanted)) == Decimal("30.41666667")


@pytest.mark.parametrize(("wanted", "name"), STRANGERS)
def test_a_name_that_may_mean_something_else(wanted: Resource, name: str) -> None:
    assert PaidCosts([cost(name)], [wanted]).of(wanted) == NOT_NAMED


MACHINE, DISK = "7145680912345678901", "7145680912345678902"
COMPUTE = "//compute.googleapis.com/projects/acme-web/zones/europe-west4-a"


def google(spec: GceInstance | PersistentDisk, id_: str) -> Resource:
    arn = f"//compute.googleapis.com/projects/acme-web/{id_}"
    return Resource(provider="gcp", account=ACCOUNT, region="europe-west4", id=id_, spec=spec, arn=arn)


def test_google_numbers_machines_and_disks_and_names_all_else_in_full() -> None:
    spec = GceInstance(number=MACHINE, machine_type="e2-medium", status="RUNNING", zone="europe-west4-a")
    machine = google(spec, "zones/europe-west4-a/instances/web-1")
    held = PersistentDisk(number=DISK, disk_type="pd-ssd", size_gib=10, status="READY", zones=("europe-west4-a",))
    disk = google(held, "zones/europe-west4-a/disks/web-1")
    bill = PaidCosts(
        [cost(f"{COMPUTE}/instances/{MACHINE}", "30"), cost(f"{COMPUTE}/disks/{DISK}", "3")], [machine, disk]
    )
    # 30 dollars in 30 days are 30.42 in 730 hours.
    assert amount(bill.of(machine)) == pytest.approx(Decimal("30.416667"), abs=Decimal("0.00001"))
    assert amount(bill.of(disk)) == pytest.approx(Decimal("3.0416667"), abs=Decimal("0.00001"))
    assert amount(PaidCosts([cost(str(disk.arn))], [disk]).of(disk)) > 30


def test_a_number_of_another_kind_or_of_another_service_is_nobodys() -> None:
    spec = GceInstance(number=MACHINE, machine_type="e2-medium", status="RUNNING", zone="europe-west4-a")
    machine = google(spec, "zones/europe-west4-a/instances/web-1")
    for name in (f"{COMPUTE}/disks/{MACHINE}", f"//example.com/instances/{MACHINE}", MACHINE):
        assert PaidCosts([cost(name)], [machine]).of(machine) == NOT_NAMED


def test_the_same_name_in_another_account_is_another_thing() -> None:
    wanted = resource(EbsVolume, VOLUME)
    assert PaidCosts([cost(VOLUME, account="999999999999")], [wanted]).of(wanted) == NOT_NAMED


def test_a_resource_that_the_bill_names_in_two_ways_is_the_sum_of_both() -> None:
    wanted = resource(EbsVolume, VOLUME, VOLUME_ARN)
    assert amount(PaidCosts([cost(VOLUME, "20"), cost(VOLUME_ARN, "10")], [wanted]).of(wanted)) == Decimal(
        "30.41666667"
    )


def test_a_name_that_two_resources_or_two_lines_share_is_nobodys() -> None:
    database, table = resource(RdsInstance, "orders"), resource(DynamoDbTable, "orders")
    assert PaidCosts([cost(DATABASE_ARN)], [database, table]).of(database) == NOT_NAMED
    assert PaidCosts([cost(DATABASE_ARN), cost(TABLE_ARN)], [database]).of(database) == AMBIGUOUS


def test_amounts_of_other_currencies_are_never_added() -> None:
    wanted = resource(EbsVolume, VOLUME)
    costs = [cost(VOLUME), cost(VOLUME, currency="EUR")]
    assert PaidCosts(costs, [wanted]).of(wanted) == "the bill is in EUR and USD, the prices are in USD"


def test_charges_without_length_are_no_amount_a_month() -> None:
    wanted = resource(EbsVolume, VOLUME)
    assert PaidCosts([cost(VOLUME, last_charge=WINDOW.start)], [wanted]).of(wanted) == NO_TIME


@pytest.mark.parametrize(
    ("more", "whole"),
    [
        ({}, True),
        ({"first_charge": START + timedelta(days=1)}, True),
        ({"first_charge": START + timedelta(days=1, hours=1)}, False),
        ({"last_charge": WINDOW.end - timedelta(days=1)}, True),
        ({"last_charge": WINDOW.end - timedelta(days=1, hours=1)}, False),
        ({"last_charge": SIX_DAYS.end, "window": SIX_DAYS}, False),
        ({"last_charge": A_WEEK.end, "window": A_WEEK}, True),
    ],
)
def test_the_whole_window_is_seen_to_a_day_and_is_at_least_a_week(more: dict[str, object], whole: bool) -> None:
    wanted = resource(EbsVolume, VOLUME)
    found = PaidCosts([cost(VOLUME, **more)], [wanted]).of(wanted)
    assert isinstance(found, Paid)
    assert found.whole is whole


@pytest.mark.parametrize(
    ("contracted", "covered"), [("30", False), ("30.0099", False), ("30.01", True), ("29.99", True), (None, True)]
)
def test_a_commitment_shows_as_a_cent_between_effective_and_contracted(contracted: str | None, covered: bool) -> None:
    wanted = resource(EbsVolume, VOLUME)
    line = cost(VOLUME, contracted=None if contracted is None else Decimal(contracted))
    found = PaidCosts([line], [wanted]).of(wanted)
    assert isinstance(found, Paid)
    assert found.covered is covered


def of_bill(source: str, first: int, last: int, effective: str, **more: object) -> ResourceCost:
    """Costs from one day of October to another, which is not in it, and all that this bill was asked about."""
    window = Period(start=START + timedelta(days=first - 1), end=START + timedelta(days=last - 1))
    fields = {"first_charge": window.start, "last_charge": window.end, "window": window, "source": source}
    return cost(VOLUME, effective, **{**fields, **more})


@pytest.mark.parametrize(
    ("begins", "expected"),
    [(11, True), (12, True), (13, False), (10, True), (9, TWICE)],
)
def test_two_bills_count_by_the_time_of_each(begins: int, expected: bool | str) -> None:
    """10.00 a day from 1 to 10 October in one bill and to the 30th in another; they join to a day."""
    wanted = resource(EbsVolume, VOLUME)
    costs = [of_bill("new", begins, 31, str(10 * (31 - begins))), of_bill("old", 1, 11, "100")]
    found = PaidCosts(costs, [wanted]).of(wanted)
    if isinstance(expected, str):
        assert found == expected
    else:
        assert amount(found) == Decimal("304.16666667")
        assert isinstance(found, Paid)
        assert (found.whole, found.period) == (expected, WINDOW)


def test_each_of_two_bills_must_be_filled_and_have_a_length() -> None:
    wanted = resource(EbsVolume, VOLUME)
    old, new = of_bill("old", 1, 11, "100"), of_bill("new", 11, 31, "200")
    late = replace(new, first_charge=START + timedelta(days=12))
    found = PaidCosts([old, late], [wanted]).of(wanted)
    assert isinstance(found, Paid)
    assert not found.whole
    none = replace(new, first_charge=new.window.end)
    assert PaidCosts([old, none], [wanted]).of(wanted) == NO_TIME


@pytest.mark.parametrize(
    "more", [{"last_charge": WINDOW.end + timedelta(hours=1)}, {"first_charge": START - timedelta(hours=1)}]
)
def test_costs_of_more_time_than_was_asked_about_are_no_amount(more: dict[str, object]) -> None:
    wanted = resource(EbsVolume, VOLUME)
    assert PaidCosts([cost(VOLUME, **more)], [wanted]).of(wanted) == BEYOND
