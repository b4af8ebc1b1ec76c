"""Whose cost a line of the bill is, and that nothing counts more than was paid."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.paid import AMBIGUOUS, NO_TIME, NOT_NAMED, PaidCosts, ResourceCost, hold_to_paid
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


CENTS = st.decimals(0, 1000, places=2)


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
