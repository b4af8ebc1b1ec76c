"""Whose cost a line of the bill is, and that nothing counts more than was paid."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.paid import (
    AMBIGUOUS,
    BEYOND,
    NO_TIME,
    NOT_NAMED,
    TWICE,
    PaidCosts,
    ResourceCharge,
    ResourceCost,
    hold_to_paid,
    prorated,
)
from costopt.model.finding import (
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Finding,
    Paid,
    Risk,
    Saving,
    Term,
)
from costopt.model.money import Money, total
from costopt.model.period import Period
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource, ResourceKey
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


def charge(start: int, end: int, billed: str = "24", **more: object) -> ResourceCharge:
    """A charge from one hour of 1 October to another."""
    fields: dict[str, object] = {
        "account": ACCOUNT,
        "resource_id": VOLUME,
        "currency": "USD",
        "billed": Decimal(billed),
        "effective": Decimal(billed) / 2,
        "contracted": None,
        "start": START + timedelta(hours=start),
        "end": START + timedelta(hours=end),
    }
    return ResourceCharge(**{**fields, **more})  # type: ignore[arg-type]


A_DAY = Period(start=START, end=START + timedelta(days=1))


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [(0, 24, 24), (-24, 24, 12), (12, 36, 12), (-12, 36, 12), (23, 31, 3), (-24, 0, None), (24, 48, None)],
)
def test_a_charge_counts_by_its_hours_in_the_window(start: int, end: int, part: int | None) -> None:
    costs = prorated([charge(start, end)], A_DAY, "acme")
    assert [one.billed for one in costs] == ([] if part is None else [part])
    for one in costs:
        assert (one.effective, one.contracted, one.source, one.window) == (Decimal(part or 0) / 2, None, "acme", A_DAY)
        assert not one.reaches_beyond
        assert one.first_charge == START + timedelta(hours=max(start, 0))
        assert one.last_charge == START + timedelta(hours=min(end, 24))


@pytest.mark.parametrize(("hour", "counts"), [(-1, False), (0, True), (23, True), (24, False)])
def test_a_charge_without_length_counts_where_it_is(hour: int, counts: bool) -> None:
    costs = prorated([charge(hour, hour)], A_DAY, "acme")
    assert [one.billed for one in costs] == ([24] if counts else [])


def test_names_accounts_and_currencies_are_prorated_apart() -> None:
    charges = [
        charge(0, 12, "1", contracted=Decimal(2)),
        charge(12, 24, "2"),
        charge(0, 24, "4", currency="EUR"),
        charge(0, 24, "8", account="999999999999"),
        charge(0, 24, "16", resource_id="other"),
    ]
    costs = prorated(charges, A_DAY, "acme")
    assert [(one.account, one.resource_id, one.currency, one.billed, one.contracted) for one in costs] == [
        (ACCOUNT, VOLUME, "USD", 3, 2),
        (ACCOUNT, VOLUME, "EUR", 4, None),
        ("999999999999", VOLUME, "USD", 8, None),
        (ACCOUNT, "other", "USD", 16, None),
    ]


CENTS = st.decimals(0, 1000, places=2)
HOURS = st.tuples(st.integers(0, 71), st.integers(1, 72)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(HOURS, CENTS), max_size=6), st.integers(0, 140), st.integers(1, 72))
def test_parts_of_neighbouring_windows_sum_to_the_part_of_both(
    charged: list[tuple[tuple[int, int], Decimal]], first: int, length: int
) -> None:
    charges = [charge(*hours, str(billed)) for hours, billed in charged]
    cuts = [START + timedelta(hours=hour) for hour in (first, first + length, first + 3 * length)]
    sums = [
        sum((one.billed for one in prorated(charges, Period(start=start, end=end), "acme")), Decimal(0))
        for start, end in ((cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[0], cuts[2]))
    ]
    assert abs(sums[0] + sums[1] - sums[2]) < Decimal("1e-20")
    assert sums[2] <= sum(billed for _, billed in charged)


def key(id_: str, kind: str = "ebs_volume") -> ResourceKey:
    return ResourceKey("aws", ACCOUNT, REGION, kind, id_)


def finding(number: int, saving: str, counted: str, *, on: str = "a", of: ResourceKey | None = None) -> Finding:
    price = Price(amount=Decimal(saving), unit="month", source="test", as_of=date(2026, 1, 1), quality=Quality.LIST)
    term = Term(label="line", subject=of or key(on), quantity=Decimal(1), price=price)
    return Finding(
        id=f"F-{number}", check_id="c", title="t", category=Category.WASTE, lever="l", resource=key(on),
        resource_name=None, owner=None, evidence=(Evidence(statement="s"),),
        action=Action(kind=ActionKind.DELETE, summary="do"), saving=Saving(terms=(term,)), price_gap=None,
        confidence=Confidence.HIGH, risk=Risk.SAFE, effort=Effort.LOW, counted=Money(amount=Decimal(counted)),
    )  # fmt: skip


def paid(effective: str, **more: object) -> Paid:
    money = Money(amount=Decimal(effective))
    made = Paid(effective=money, billed=money, period=WINDOW, whole=True, covered=False)
    return replace(made, **more)  # type: ignore[arg-type]


def test_two_findings_on_one_resource_share_what_was_paid() -> None:
    """A database paid at 100: its hours count 80 and its surcharge what is left, 20 of 50."""
    surcharge = finding(2, "50", "50", of=key("a", "rds_extended_support"))
    held = hold_to_paid([finding(1, "80", "80"), surcharge], {key("a"): paid("100")})
    assert [one.counted.amount for one in held] == [80, 20]
    assert held[0].overlap is None
    assert held[1].overlap == "by the bill only 100.00 USD a month was paid for it"


def test_savings_on_other_things_are_not_held_to_the_resource() -> None:
    """A stopped machine costs nothing by itself; its volumes do."""
    (held,) = hold_to_paid([finding(1, "50", "50", of=key("vol"))], {key("a"): paid("3")})
    assert (held.counted.amount, held.paid_note) == (50, None)


@pytest.mark.parametrize("more", [{"whole": False}, {"covered": True}])
def test_an_amount_that_proves_nothing_is_told_and_changes_nothing(more: dict[str, object]) -> None:
    (held,) = hold_to_paid([finding(1, "50", "50")], {key("a"): paid("3", **more)})
    assert held.counted.amount == 50
    assert held.paid is not None
    assert "not held to it" in (held.paid_note or "")


@pytest.mark.parametrize("free", ["0", "-2"])
def test_what_costs_nothing_saves_nothing(free: str) -> None:
    (held,) = hold_to_paid([finding(1, "50", "50")], {key("a"): paid(free)})
    assert held.counted.amount == 0


def test_a_resource_without_an_amount_keeps_its_saving_and_the_reason() -> None:
    (held,) = hold_to_paid([finding(1, "50", "50")], {key("a"): NOT_NAMED})
    assert (held.counted.amount, held.paid, held.paid_note) == (50, None, NOT_NAMED)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), CENTS), max_size=12),
    st.fixed_dictionaries(dict.fromkeys("abc", CENTS)),
)
def test_nothing_counts_more_than_before_and_no_resource_more_than_was_paid(
    savings: list[tuple[str, Decimal]], amounts: dict[str, Decimal]
) -> None:
    findings = [finding(number, str(saved), str(saved), on=on) for number, (on, saved) in enumerate(savings)]
    held = hold_to_paid(findings, {key(on): paid(str(each)) for on, each in amounts.items()})
    by_resource: dict[str, Decimal] = defaultdict(Decimal)
    for before, after in zip(findings, held, strict=True):
        assert 0 <= after.counted.amount <= before.counted.amount
        assert (after.overlap is None) == (after.counted == before.counted)
        by_resource[after.resource.id] += after.counted.amount
    assert all(counted <= amounts[on] for on, counted in by_resource.items())
    for on, counted in by_resource.items():
        wanted = sum((saved for where, saved in savings if where == on), Decimal(0))
        assert counted == min(wanted, amounts[on])
    assert total(one.counted for one in held).amount == sum(by_resource.values())
