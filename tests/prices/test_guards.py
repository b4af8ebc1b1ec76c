"""Each guard at its boundary: the last good price is kept, the first bad one quarantined."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.errors import CatalogError
from costopt.model.price import Purchase, Quality
from costopt.prices.guard_rules import hourly_key
from costopt.prices.guards import Reference, accept, check_hourly, check_units
from costopt.prices.rows import HourlyRow, UnitRow

DAY = date(2026, 1, 1)


def hour(
    usd: str,
    name: str = "m5.large",
    *,
    region: str = "us-east-1",
    purchase: Purchase = Purchase.ON_DEMAND,
    service: str = "ec2",
    variant: str = "linux",
) -> HourlyRow:
    return HourlyRow(service, name, region, variant, purchase, Decimal(usd), "test", DAY, Quality.LIST)


def unit(usd: str, region: str = "us-east-1") -> UnitRow:
    return UnitRow("ebs", "gp3_storage", region, Decimal(usd), "GiB-month", "test", DAY, Quality.LIST)


def caught(*rows: HourlyRow, reference: Reference | None = None) -> list[tuple[str, str, str]]:
    checked = check_hourly(rows, reference)
    return [(entry.guard, entry.row.instance_type, entry.row.purchase.value) for entry in checked.quarantined]


@pytest.mark.parametrize(("usd", "bad"), [("0", True), ("-0.1", True), ("0.00000001", False)])
def test_a_price_is_above_zero(usd: str, *, bad: bool) -> None:
    assert caught(hour(usd)) == ([("positive", "m5.large", "on_demand")] if bad else [])
    assert bool(check_units([unit(usd)]).quarantined) is bad


@pytest.mark.parametrize(("usd", "bad"), [("0.4032", False), ("0.4033", True), ("0.3648", False), ("0.3647", True)])
def test_sizes_of_a_cpu_family_cost_in_proportion(usd: str, *, bad: bool) -> None:
    # 2xlarge is four times large: 0.384. The tolerance of 5 % ends at 0.4032 and 0.3648.
    rows = (hour("0.096"), hour("0.192", "m5.xlarge"), hour(usd, "m5.2xlarge"))
    assert caught(*rows) == ([("linear_in_size", "m5.2xlarge", "on_demand")] if bad else [])


def test_dedicated_tenancy_mixed_in_is_caught() -> None:
    # The mix-up of libcloud 3.9.1: 6 % above the shared rate.
    rows = (hour("0.096"), hour("0.192", "m5.xlarge"), hour("0.384", "m5.2xlarge"), hour("0.81408", "m5.4xlarge"))
    assert caught(*rows) == [("linear_in_size", "m5.4xlarge", "on_demand")]


@pytest.mark.parametrize("family", ["g5", "p5", "inf2", "trn1", "u-6tb1", "hpc7g"])
def test_families_that_are_not_priced_by_size_are_left_alone(family: str) -> None:
    assert caught(hour("1.006", f"{family}.xlarge"), hour("1.212", f"{family}.2xlarge")) == []


def test_a_family_with_accelerators_by_its_shape_is_left_alone() -> None:
    rows = (hour("1", "zz9.xlarge"), hour("1.1", "zz9.2xlarge"))
    assert caught(*rows, reference=Reference(accelerated_families=frozenset({"zz9"}))) == []
    assert len(caught(*rows)) == 2


def test_two_sizes_that_disagree_are_both_kept_out_as_either_may_be_wrong() -> None:
    assert [name for _, name, _ in caught(hour("0.096"), hour("0.3", "m5.xlarge"))] == ["m5.large", "m5.xlarge"]


@pytest.mark.parametrize(("usd", "bad"), [("0.24", False), ("0.2401", True), ("0.048", False), ("0.0479", True)])
def test_a_region_is_at_most_2_5_times_and_at_least_half_of_us_east_1(usd: str, *, bad: bool) -> None:
    rows = (hour("0.096"), hour(usd, region="sa-east-1"))
    assert caught(*rows) == ([("regional_ratio", "m5.large", "on_demand")] if bad else [])


def test_a_region_is_compared_with_the_catalog_in_use_where_the_refresh_lacks_us_east_1() -> None:
    home = hour("0.096")
    reference = Reference(known={hourly_key(home): home.usd_per_hour})
    assert caught(hour("0.96", region="eu-west-1"), reference=reference) == [
        ("regional_ratio", "m5.large", "on_demand")
    ]


@pytest.mark.parametrize(("usd", "bad"), [("0.0959", False), ("0.096", True)])
def test_a_commitment_costs_less_than_on_demand(usd: str, *, bad: bool) -> None:
    rows = (hour("0.096"), hour(usd, purchase=Purchase.COMPUTE_SP_1Y_NO_UPFRONT))
    assert caught(*rows) == ([("commitment_below_on_demand", "m5.large", "compute_sp_1y_no_upfront")] if bad else [])


@pytest.mark.parametrize(
    ("all_upfront", "partial", "none", "bad"),
    [
        ("0.036", "0.038", "0.041", set()),
        ("0.038", "0.038", "0.041", {"all", "partial"}),
        ("0.036", "0.042", "0.041", {"partial", "no"}),
    ],
)
def test_more_upfront_costs_less(all_upfront: str, partial: str, none: str, bad: set[str]) -> None:
    rows = (
        hour("0.096"),
        hour(all_upfront, purchase=Purchase.RI_3Y_ALL_UPFRONT),
        hour(partial, purchase=Purchase.RI_3Y_PARTIAL_UPFRONT),
        hour(none, purchase=Purchase.RI_3Y_NO_UPFRONT),
    )
    found = caught(*rows)
    assert {guard for guard, _, _ in found} == ({"more_upfront_is_cheaper"} if bad else set())
    assert {purchase.removeprefix("ri_3y_").removesuffix("_upfront") for _, _, purchase in found} == bad


@pytest.mark.parametrize(("three_years", "bad"), [("0.0599", False), ("0.06", True)])
def test_three_years_cost_less_than_one(three_years: str, *, bad: bool) -> None:
    rows = (
        hour("0.096"),
        hour("0.06", purchase=Purchase.EC2_SP_1Y_NO_UPFRONT),
        hour(three_years, purchase=Purchase.EC2_SP_3Y_NO_UPFRONT),
    )
    assert [guard for guard, _, _ in caught(*rows)] == (["longer_is_cheaper"] * 2 if bad else [])


@pytest.mark.parametrize(("usd", "bad"), [("0.096", False), ("0.0961", True)])
def test_spot_costs_at_most_on_demand(usd: str, *, bad: bool) -> None:
    rows = (hour("0.096"), hour(usd, purchase=Purchase.SPOT))
    assert caught(*rows) == ([("spot_below_on_demand", "m5.large", "spot")] if bad else [])


@pytest.mark.parametrize(("usd", "bad"), [("0.24", False), ("0.2401", True), ("0.04", False), ("0.0399", True)])
def test_a_unit_price_of_a_region_is_within_bounds(usd: str, *, bad: bool) -> None:
    checked = check_units([unit("0.08"), unit(usd, "sa-east-1")])
    assert [entry.guard for entry in checked.quarantined] == (["regional_ratio"] if bad else [])


def test_one_percent_of_quarantined_rows_is_accepted_and_more_refused() -> None:
    good = [hour("0.096", region=f"r-{number}") for number in range(99)]
    at_limit = check_hourly([*good, hour("0", region="r-bad")])
    assert len(accept(at_limit, origin="EC2 prices")) == 99
    above = check_hourly([*good[:-1], hour("0", region="r-bad"), hour("0", region="r-worse")])
    with pytest.raises(CatalogError, match=r"EC2 prices: 2 of 100 rows look wrong \(positive 2\); .* kept") as error:
        accept(above, origin="EC2 prices")
    assert error.value.hint


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["m5.large", "m5.xlarge", "c5.large"]),
            st.sampled_from(["us-east-1", "eu-west-1"]),
            st.sampled_from(list(Purchase)),
            st.integers(-2, 40),
        ),
        unique_by=lambda row: row[:3],
        max_size=30,
    )
)
def test_every_row_is_either_kept_or_quarantined_and_what_is_kept_passes_again(
    drawn: list[tuple[str, str, Purchase, int]],
) -> None:
    rows = [hour(str(Decimal(cents) / 100), name, region=region, purchase=how) for name, region, how, cents in drawn]
    checked = check_hourly(rows)
    assert sorted(map(str, rows)) == sorted(map(str, [*checked.kept, *(entry.row for entry in checked.quarantined)]))
    prices = {hourly_key(row): row.usd_per_hour for row in checked.kept}
    for row in checked.kept:
        on_demand = prices.get((*hourly_key(row)[:4], Purchase.ON_DEMAND))
        assert row.usd_per_hour > 0
        if on_demand is not None and row.purchase is not Purchase.ON_DEMAND:
            assert row.usd_per_hour <= on_demand
