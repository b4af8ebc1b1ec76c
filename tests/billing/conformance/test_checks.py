"""Every check by hand: rows that keep its rule, rows that break it, and how many."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from costopt.billing.conformance.check import Check, load_checks
from costopt.billing.conformance.run import run_checks
from costopt.billing.duckdb_engine import open_duckdb
from costopt.model.conformance import CheckResult, Level, Outcome
from costopt.model.focus import TYPES
from tests.oracles.bill_rows import Row, at, bill_row, publish

CHECKS = {check.rule.id: check for check in load_checks()}
ALL_COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
PRICED = ("SkuId", "SkuPriceId", "PricingCategory", "PricingQuantity", "PricingUnit", "ListUnitPrice",
          "ContractedUnitPrice")  # fmt: skip


def sound(cost: object = 2, /, **cells: object) -> Row:
    """Two hours of usage at a price of 1, with everything that FOCUS asks for: it keeps every rule."""
    whole: Row = {
        "BillingAccountName": "payer",
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "PublisherName": "AWS",
        "ChargeDescription": "$1 an hour",
        "ChargeFrequency": "Usage-Based",
        "SkuId": "SKU",
        "SkuPriceId": "SKU.1",
        "PricingQuantity": 2.0,
        "PricingUnit": "Hours",
        "ConsumedQuantity": 2.0,
        "ConsumedUnit": "Hours",
        "ListUnitPrice": 1.0,
        "ContractedUnitPrice": 1.0,
        "ResourceId": "i-1",
        "ResourceType": "instance",
        "Tags": '{"team":"ml","spot":true,"none":null}',
    }
    return bill_row(cost, hours=2, **(whole | cells))


def unlike_usage(cost: object, category: str, **cells: object) -> Row:
    """A row that is no usage: it has no price, consumes nothing and is of no resource."""
    empty = dict.fromkeys((*PRICED, "ConsumedQuantity", "ConsumedUnit", "ResourceId", "ResourceType"))
    return sound(cost, ChargeCategory=category, ChargeFrequency="One-Time", **(empty | cells))


PLAN = {
    "CommitmentDiscountId": "plan",
    "CommitmentDiscountCategory": "Spend",
    "CommitmentDiscountType": "Savings Plan",
    "CommitmentDiscountQuantity": 1.0,
    "CommitmentDiscountUnit": "USD",
}


def fee(billed: object = 10, effective: object = 0, **cells: object) -> Row:
    """A recurring fee of the plan, priced so that list and contracted cost agree."""
    costs = {"BilledCost": billed, "EffectiveCost": effective, "ListCost": 2, "ContractedCost": 2}
    nothing = {"ConsumedQuantity": None, "ConsumedUnit": None, "ChargeCategory": "Purchase"}
    return sound(
        **(PLAN | costs | nothing | {"ChargeFrequency": "Recurring", "SkuId": "P", "SkuPriceId": "P.1"} | cells)
    )


def used(effective: object = 6, **cells: object) -> Row:
    """Usage that the plan covers, at a list cost of 8."""
    costs = {"BilledCost": 0, "EffectiveCost": effective, "ListCost": 8, "ContractedCost": 8, "PricingQuantity": 8.0}
    return sound(**(PLAN | costs | {"CommitmentDiscountStatus": "Used", "PricingCategory": "Committed"} | cells))


def unused(effective: object = 4, **cells: object) -> Row:
    """What nobody used of the plan."""
    costs = {"BilledCost": 0, "EffectiveCost": effective, "ListCost": 0, "ContractedCost": 0, "PricingQuantity": 0.0}
    nothing = {"CommitmentDiscountStatus": "Unused", "ConsumedQuantity": None, "ConsumedUnit": None}
    return sound(**(PLAN | costs | nothing | {"PricingCategory": "Committed", "ResourceId": "plan"} | cells))


GOOD: list[Row] = [
    sound(),
    sound(ResourceId="i-2", PricingCategory="Dynamic", ListCost=2, ContractedCost=2, EffectiveCost=1, BilledCost=1),
    sound(ResourceId=None, ResourceType=None, Tags=None, ChargePeriodStart=at(10, 31, 22)),
    sound(-1, ChargeClass="Correction", ChargePeriodStart=at(9, 30), BillingPeriodStart=at(10, 1),
          BillingPeriodEnd=at(11, 1), PricingQuantity=-9.0, ConsumedQuantity=-9.0),
    fee(), used(), unused(),
    unlike_usage(-3, "Credit"), unlike_usage(1, "Credit", ChargeClass="Correction"),
    unlike_usage(1, "Tax"), unlike_usage(1, "Adjustment"),
]  # fmt: skip
"""One of every kind; no two agree in every column."""


@dataclass(frozen=True)
class Broken:
    """Rows that break a rule: together with those of `GOOD`, `rows` of them."""

    rows: int
    bad: Sequence[Row]


def each(**cells: Sequence[object]) -> Broken:
    """One row for each bad value, each in its own column."""
    rows = [sound(**{column: value}) for column, values in cells.items() for value in values]
    return Broken(len(rows), rows)


def nulls(*columns: str) -> Broken:
    return each(**dict.fromkeys(columns, (None,)))


BROKEN: dict[str, Broken] = {
    "money-filled": nulls(*ALL_COSTS),
    "keys-filled": nulls("BillingCurrency", "ChargeCategory", "ServiceName", "BillingPeriodEnd"),
    "names-filled": nulls("InvoiceIssuerName", "ProviderName", "PublisherName", "BillingAccountName",
                          "ServiceCategory", "ChargeDescription", "ChargeFrequency"),
    "skus-filled": nulls("SkuId", "SkuPriceId"),
    "pricing-filled": nulls("PricingQuantity", "ListUnitPrice", "ContractedUnitPrice", "PricingCategory"),
    "units-paired": Broken(6, [
        *nulls("PricingUnit", "PricingQuantity", "ConsumedUnit", "ConsumedQuantity").bad,
        used(CommitmentDiscountUnit=None), used(CommitmentDiscountQuantity=None),
    ]),
    "resource-typed": nulls("ResourceType", "ResourceId"),
    "charge-category-known": each(ChargeCategory=["usage", "Refund", ""]),
    "charge-class-known": each(ChargeClass=["correction", ""]),
    "charge-frequency-known": Broken(3, [
        *each(ChargeFrequency=["Usage-based", "Monthly"]).bad, fee(ChargeFrequency="Usage-Based", ResourceId="x"),
    ]),
    "pricing-category-known": each(PricingCategory=["Spot", "On-Demand", ""]),
    "commitment-category-known": Broken(1, [used(CommitmentDiscountCategory="Money")]),
    "commitment-status-known": Broken(1, [used(CommitmentDiscountStatus="used")]),
    "service-category-known": each(ServiceCategory=["compute", "AI", "Containers"]),
    "currency-code": each(BillingCurrency=["usd", "US$", "EURO", " USD", ""]),
    "numbers-finite": each(PricingQuantity=[float("nan"), float("inf")], ConsumedQuantity=[float("-inf")],
                           ListUnitPrice=[float("nan")], PricingCurrencyListUnitPrice=[float("inf")]),
    "tags-object": each(Tags=["[]", '"team"', "team=ml", "", '{"a":1}', '{"a":{"b":"c"}}', '{"a":["b"]}',
                              '{"a":false}', '{"a":"b"', "null"]),
    "charge-period-ordered": each(ChargePeriodEnd=[at(10, 5), at(10, 4)]),
    "billing-period-ordered": each(BillingPeriodEnd=[at(10, 1), at(9, 1)]),
    "billing-period-month": each(BillingPeriodEnd=[at(10, 31), at(12, 1), at(11, 1, 13), at(10, 31, 9)],
                                 BillingPeriodStart=[at(10, 2), at(10, 1, 13), at(10, 15)]),
    "usage-inside-period": Broken(2, [
        sound(ChargePeriodStart=when, BillingPeriodStart=at(10, 1), BillingPeriodEnd=at(11, 1))
        for when in (at(11, 1), at(9, 30, 23))
    ]),
    # The bill is taken in at 3 November 00:00.
    "usage-not-ahead": Broken(1, [sound(ChargePeriodStart=at(11, 4)), sound(ChargePeriodStart=at(11, 4, 0, 1))]),
    "unused-not-billed": Broken(2, [unused(BilledCost="0.01"), unused(BilledCost=-1)]),
    "costs-descend": Broken(2, [
        sound(ListCost="1.9999"), sound(EffectiveCost="2.0001"), sound(EffectiveCost="2.000001"),
        unlike_usage(-1, "Credit", ListCost=-5), sound(EffectiveCost=-2, ListCost=-4),
    ]),
    "credit-negative": Broken(1, [unlike_usage("0.01", "Credit"), unlike_usage(0, "Credit")]),
    "credit-costs-agree": Broken(3, [
        unlike_usage(-1, "Credit", **{name: 0}) for name in ("EffectiveCost", "ListCost", "ContractedCost")
    ]),
    "tax-not-priced": Broken(6, [
        unlike_usage(1, "Tax", **{name: sound()[name]}) for name in PRICED if name != "PricingUnit"
    ]),
    # A price of 1 and 2 hours are 2; a thousandth of the cost is about 0.002.
    "list-cost-product": Broken(2, [
        sound(ListCost="2.0021"), sound(ListCost="1.9979"), sound(ListCost="2.0019"), sound(ListUnitPrice=None),
        sound(ListCost=5, ChargeClass="Correction"),
    ]),
    "contracted-cost-product": Broken(2, [
        sound(ContractedCost="2.0021"), sound(ContractedCost="1.9979"), sound(ContractedCost="1.9981"),
        sound(ContractedCost="0.00009", PricingQuantity=0.0), sound(PricingQuantity=None),
    ]),
    "prices-not-negative": each(ListUnitPrice=[-1.0], ContractedUnitPrice=[-0.1]),
    "usage-not-negative": each(ConsumedQuantity=[-1.0], PricingQuantity=[-0.5]),
    "consumed-is-usage": Broken(2, [
        unlike_usage(1, "Adjustment", ConsumedQuantity=1.0), unused(ConsumedQuantity=1.0)
    ]),
    "commitment-described": Broken(6, [
        used(CommitmentDiscountCategory=None), used(CommitmentDiscountType=None), used(CommitmentDiscountStatus=None),
        sound(CommitmentDiscountCategory="Spend"), sound(CommitmentDiscountType="x"),
        sound(CommitmentDiscountStatus="Used"), fee(CommitmentDiscountStatus=None, ResourceId="i-9"),
    ]),
    "purchase-effective-zero": Broken(2, [
        fee(effective=10, CommitmentDiscountId="a"), fee(effective=-1, CommitmentDiscountId="b"),
        fee(effective=1, CommitmentDiscountId=None), fee(-10, -10, CommitmentDiscountId="c", ChargeClass="Correction"),
    ]),
    "purchase-counted-once": Broken(1, [
        fee(effective=10, CommitmentDiscountId="a"), used(CommitmentDiscountId="a"),
        fee(effective=10, CommitmentDiscountId="google"), sound(),
    ]),
    # 10 are paid; 9.98 is what a cent and a thousandth allow.
    "commitment-not-lost": Broken(2, [
        fee(CommitmentDiscountId="lost"), used("9.9799", CommitmentDiscountId="lost"),
        fee(CommitmentDiscountId="near"), used("9.9801", CommitmentDiscountId="near"),
        fee(CommitmentDiscountId="unused rows missing"),
        fee(10, 10, CommitmentDiscountId="google"),
        fee(CommitmentDiscountId="prepaid"), fee(9, ChargeFrequency="One-Time", CommitmentDiscountId="prepaid"),
        fee(CommitmentDiscountId="not over", ChargePeriodStart=at(11, 1)),
    ]),
    "commitment-not-doubled": Broken(1, [
        fee(CommitmentDiscountId="twice"), used("10.0201", CommitmentDiscountId="twice"),
        fee(CommitmentDiscountId="near"), used("10.0199", CommitmentDiscountId="near"),
        fee(CommitmentDiscountId="prepaid", ChargeFrequency="One-Time"), used(40, CommitmentDiscountId="prepaid"),
        used(40, CommitmentDiscountId="bought long ago"),
    ]),
    "service-one-category": Broken(2, [
        sound(ServiceName="S", ServiceCategory="Compute"), sound(ServiceName="S", ServiceCategory="Storage"),
        sound(ServiceName="S", ServiceCategory="Web", ProviderName="another"),
    ]),
    "sku-price-one-sku": Broken(2, [
        sound(SkuPriceId="X", SkuId="1"), sound(SkuPriceId="X", SkuId="2"), sound(SkuPriceId="Y", SkuId="1"),
        sound(SkuPriceId=None, SkuId="1"), sound(SkuPriceId=None, SkuId="2"),
    ]),
    "account-one-name": Broken(2, [
        sound(BillingAccountId="2", BillingAccountName="a"), sound(BillingAccountId="2", BillingAccountName="b"),
        sound(BillingAccountId="3", BillingAccountName="a"),
        sound(BillingAccountId="3", BillingAccountName="c", ChargePeriodStart=at(9, 5)),
    ]),
    "rows-distinct": Broken(2, [sound(ResourceId=name) for name in ("same", "same", "same", "twin", "twin", "one")]),
}  # fmt: skip
"""Of each check; `account-one-source` needs two sources and has its own test."""


@pytest.fixture
def results(tmp_path: Path) -> Iterator[object]:
    """Runs checks over rows that are put into a store of their own."""
    with ExitStack() as opened:

        def run(rows: Sequence[Row], *checks: Check) -> dict[str, CheckResult]:
            lake = publish(tmp_path / "store", rows)
            engine = opened.enter_context(open_duckdb(lake))
            return {one.rule.id: one for one in run_checks(engine, lake.catalog(), "made", checks or None)}

        yield run


def test_sound_rows_break_no_rule(results) -> None:
    found = results(GOOD)
    assert {name: one.broken_rows for name, one in found.items()} == dict.fromkeys(CHECKS, 0)
    assert {one.outcome for one in found.values()} == {Outcome.PASSED}


def test_every_check_has_rows_that_break_it() -> None:
    assert {*BROKEN, "account-one-source"} == {*CHECKS}


@pytest.mark.parametrize("name", BROKEN)
def test_rows_that_break_a_rule_are_counted(name: str, results) -> None:
    found = results([*GOOD, *BROKEN[name].bad], CHECKS[name])[name]
    assert (found.outcome, found.broken_rows) == (Outcome.BROKEN, BROKEN[name].rows)
    assert sum(example.rows for example in found.examples) <= BROKEN[name].rows


def test_a_month_of_an_account_from_two_sources_is_an_error(tmp_path: Path) -> None:
    publish(tmp_path / "store", [sound(), sound(BillingAccountId="2")])
    publish(tmp_path / "store", [sound(BillingAccountId="3"), sound(ChargePeriodStart=at(9, 5))], source="other")
    lake = publish(tmp_path / "store", [sound(), sound(BillingAccountId="2'")], source="third")
    counts = {}
    for source in ("made", "other", "third"):
        with open_duckdb(lake, source=source) as engine:
            (found,) = run_checks(engine, lake.catalog(), source, [CHECKS["account-one-source"]])
        counts[source] = found.broken_rows
    assert counts == {"made": 1, "other": 0, "third": 1}


def test_a_check_that_would_take_too_long_says_that_it_was_not_run(results) -> None:
    check = CHECKS["rows-distinct"]
    bounded = replace(check, most_rows=len(GOOD))
    assert results(GOOD, bounded)["rows-distinct"].outcome is Outcome.PASSED
    found = results([*GOOD, sound()], bounded)["rows-distinct"]
    assert (found.outcome, found.broken_rows, found.reason) == (Outcome.NOT_RUN, None, "12 rows; it is run up to 11")
    assert check.most_rows == 5_000_000


def test_examples_are_the_worst_five_places_and_name_no_resource(results) -> None:
    rows = [
        sound(ServiceName=f"S{service}", ListUnitPrice=-1.0, ResourceId="secret", Tags='{"secret":"x"}')
        for service in range(7)
        for _ in range(service)
    ]
    found = results(rows, CHECKS["prices-not-negative"])["prices-not-negative"]
    assert found.broken_rows == 21
    assert [(one.service, one.rows) for one in found.examples] == [
        ("S6", 6),
        ("S5", 5),
        ("S4", 4),
        ("S3", 3),
        ("S2", 2),
    ]
    assert {(one.billing_period, one.category) for one in found.examples} == {("2026-10", "Usage")}
    assert "secret" not in repr(found)


def test_values_of_strangers_end_no_check(results) -> None:
    """What no bill should hold is counted or passed over; no statement fails."""
    hostile = "x'); DROP TABLE cost; --\x00\"\u202e{"
    rows = [
        sound(ServiceName=hostile, Tags=hostile, CommitmentDiscountId=hostile, BillingAccountId=hostile),
        sound(PricingQuantity=1e308, ListUnitPrice=1e308, ContractedUnitPrice=-1e308),
        sound(10**17, ListUnitPrice=float("nan"), BilledCost=-(10**17)),
        sound(ChargePeriodEnd=at(10, 5).replace(year=9999), BillingPeriodEnd=at(10, 5).replace(year=9999)),
        sound(Tags='{"$":"a","*":"b","a.b":"c","":"d","\\u0000":"e"}'),
    ]
    found = results(rows)
    assert len(found) == len(CHECKS)
    assert found["tags-object"].broken_rows == 1
    assert found["billing-period-month"].broken_rows == 1
    assert found["list-cost-product"].broken_rows == 2
    assert found["tags-object"].examples[0].service == hostile


def test_definitions_are_whole() -> None:
    for check in CHECKS.values():
        assert set(check.rule.columns) <= set(TYPES)
        assert check.rule.source.startswith("https://focus.finops.org/focus-specification/v1-2/#")
        assert check.rule.words.endswith(".")
        assert check.rule.level in Level
