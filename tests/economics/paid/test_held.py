"""Nothing counts more than was paid."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.paid.held import hold_to_paid
from costopt.economics.paid.monthly import NOT_NAMED
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
from costopt.model.resource import ResourceKey

ACCOUNT, REGION = "111122223333", "eu-west-1"
START = datetime(2026, 10, 1, tzinfo=UTC)
WINDOW = Period(start=START, end=START + timedelta(days=30))
CENTS = st.decimals(0, 1000, places=2)


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
