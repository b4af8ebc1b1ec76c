"""Rates that rules give: their arithmetic, their order, and how they compare with published ones."""

import csv
import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest

from costopt.errors import PriceNotFound
from costopt.model.price import Price, Purchase, Quality
from costopt.prices.catalog import Catalog, open_catalog
from costopt.prices.commitment_rates import ONE_YEAR_OF_ON_DEMAND, commitment_rate

OD = Purchase.ON_DEMAND
AU3 = Purchase.RI_3Y_ALL_UPFRONT


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


def rate(
    prices: dict[tuple[str, str, Purchase], str], how: Purchase, name: str, region: str = "us-east-1"
) -> Price | None:
    def stored(instance_type: str, where: str, purchase: Purchase) -> Price | None:
        usd = prices.get((instance_type, where, purchase))
        if usd is None:
            return None
        day = date(2022, 5, 1) if purchase is OD else date(2026, 10, 1)
        return Price(amount=Decimal(usd), unit="hour", source="list", as_of=day, quality=Quality.LIST)

    def family_types(family: str) -> list[str]:
        return sorted({instance_type for instance_type, _, _ in prices if instance_type.startswith(f"{family}.")})

    return commitment_rate(stored, family_types, name, region, how)


HOME = {("m9.large", "us-east-1", OD): "0.1", ("m9.large", "us-east-1", AU3): "0.0376"}


def test_payment_options_of_three_years_follow_from_all_upfront() -> None:
    # 0.0376 / 0.94 = 0.04 partial; 0.04 x 1.08 = 0.0432 none.
    partial = rate(HOME, Purchase.RI_3Y_PARTIAL_UPFRONT, "m9.large")
    none = rate(HOME, Purchase.RI_3Y_NO_UPFRONT, "m9.large")
    assert partial is not None
    assert none is not None
    assert (partial.amount, partial.quality) == (Decimal("0.04"), Quality.DERIVED)
    assert (none.amount, none.quality) == (Decimal("0.0432"), Quality.DERIVED)


def test_an_instance_savings_plan_costs_what_the_reservation_costs() -> None:
    for option in ("ALL", "PARTIAL", "NO"):
        plan = rate(HOME, Purchase[f"EC2_SP_3Y_{option}_UPFRONT"], "m9.large")
        reserved = rate(HOME, Purchase[f"RI_3Y_{option}_UPFRONT"], "m9.large")
        assert plan is not None
        assert reserved is not None
        assert (plan.amount, plan.quality) == (reserved.amount, Quality.DERIVED)


def test_another_region_is_an_estimate_as_old_as_its_on_demand_price() -> None:
    prices = {**HOME, ("m9.large", "eu-west-1", OD): "0.11"}
    abroad = rate(prices, Purchase.RI_3Y_NO_UPFRONT, "m9.large", "eu-west-1")
    assert abroad is not None
    # 0.11 x 0.376 / 0.94 x 1.08
    assert (abroad.amount, abroad.quality, abroad.as_of) == (Decimal("0.04752"), Quality.ESTIMATE, date(2022, 5, 1))


def test_a_size_without_a_ratio_of_its_own_takes_its_familys() -> None:
    prices = {**HOME, ("m9.xlarge", "eu-west-1", OD): "0.2"}
    abroad = rate(prices, AU3, "m9.xlarge", "eu-west-1")
    assert abroad is not None
    assert (abroad.amount, abroad.quality) == (Decimal("0.0752"), Quality.ESTIMATE)


def test_one_year_comes_from_the_familys_ratio_or_from_three_years() -> None:
    # m5 is in the table (0.639); m9 is not: 0.0376 x 1.66.
    table = rate({("m5.large", "us-east-1", OD): "0.1"}, Purchase.RI_1Y_NO_UPFRONT, "m5.large")
    usual = rate(HOME, Purchase.RI_1Y_NO_UPFRONT, "m9.large")
    all_upfront = rate(HOME, Purchase.RI_1Y_ALL_UPFRONT, "m9.large")
    assert table is not None
    assert usual is not None
    assert all_upfront is not None
    assert (table.amount, table.quality) == (Decimal("0.0639"), Quality.ESTIMATE)
    assert (usual.amount, usual.quality) == (Decimal("0.062416"), Quality.ESTIMATE)
    # 0.062416 / 1.05 x 0.98 = 0.05825493
    assert all_upfront.amount == Decimal("0.05825493")


@pytest.mark.parametrize("how", [how for how in Purchase if how.name.startswith(("COMPUTE_SP", "CONVERTIBLE", "SPOT"))])
def test_no_rule_gives_compute_plans_convertibles_or_spot(how: Purchase) -> None:
    assert rate(HOME, how, "m9.large") is None


def test_a_rule_that_gives_no_saving_gives_nothing() -> None:
    # 1.66 x 0.0376 = 0.0624 would cost more than 0.06 on demand.
    prices = {("m9.large", "us-east-1", OD): "0.06", ("m9.large", "us-east-1", AU3): "0.0376"}
    assert rate(prices, Purchase.RI_1Y_NO_UPFRONT, "m9.large") is None


def test_nothing_is_known_of_a_type_without_on_demand_and_reserved_price() -> None:
    assert rate(HOME, AU3, "m9.large", "eu-west-1") is None
    assert rate({}, Purchase.RI_1Y_NO_UPFRONT, "m5.large") is None


def test_published_reserved_rates_of_t3_medium(catalog: Catalog) -> None:
    # https://aws.amazon.com/ec2/pricing/reserved-instances/pricing/: 13.14 and 19.05 dollars a month without upfront.
    three = catalog.instance("ec2", "t3.medium", "us-east-1", variant="linux", purchase=Purchase.RI_3Y_NO_UPFRONT)
    one = catalog.instance("ec2", "t3.medium", "us-east-1", variant="linux", purchase=Purchase.RI_1Y_NO_UPFRONT)
    assert three.amount * 730 == pytest.approx(Decimal("13.14"), rel=Decimal("0.01"))
    assert one.amount * 730 == pytest.approx(Decimal("19.05"), rel=Decimal("0.01"))


def test_in_the_whole_catalog_commitments_keep_their_order(catalog: Catalog) -> None:
    compared = 0
    for region in ("us-east-1", "eu-west-1", "ap-south-1"):
        for shape in catalog.offered(region):
            ladder = [_amount(catalog, shape.instance_type, region, how) for how in _CHEAPEST_FIRST]
            known = [amount for amount in ladder if amount is not None]
            assert known == sorted(set(known)), (shape.instance_type, region)
            compared += len(known) == len(ladder)
    assert compared > 1500


_CHEAPEST_FIRST = (AU3, Purchase.RI_3Y_PARTIAL_UPFRONT, Purchase.RI_3Y_NO_UPFRONT, OD)


def _amount(catalog: Catalog, name: str, region: str, how: Purchase) -> Decimal | None:
    try:
        return catalog.instance("ec2", name, region, variant="linux", purchase=how).amount
    except PriceNotFound:
        return None


def test_the_rules_hold_on_a_published_price_matrix(shared_data: Path) -> None:
    """186 types x 16 regions of 2019-04: what the rules make of All Upfront, against what AWS asked."""
    option_errors, region_errors = [], []
    rows = _matrix(shared_data)
    for (name, region), row in rows.items():
        published = {OD: row["ondemand"], AU3: row["yrTerm3Standard.allUpfront"]}
        prices = {(name, region, how): usd for how, usd in published.items() if usd}
        no_upfront = row["yrTerm3Standard.noUpfront"]
        if len(prices) < 2 or not no_upfront:
            continue
        home = rows.get((name, "us-east-1"))
        derived = _error(
            rate(
                {(name, "us-east-1", how): usd for (_, _, how), usd in prices.items()}, Purchase.RI_3Y_NO_UPFRONT, name
            ),
            no_upfront,
        )
        option_errors.append(derived)
        if home and home["yrTerm3Standard.allUpfront"] and region != "us-east-1":
            known = {
                (name, "us-east-1", OD): home["ondemand"],
                (name, "us-east-1", AU3): home["yrTerm3Standard.allUpfront"],
                (name, region, OD): row["ondemand"],
            }
            region_errors.append(_error(rate(known, AU3, name, region), row["yrTerm3Standard.allUpfront"]))
    assert len(option_errors) > 1000
    assert median(option_errors) < Decimal("0.001")
    assert sorted(option_errors)[int(len(option_errors) * 0.95)] < Decimal("0.02")
    assert len(region_errors) > 1000
    assert median(region_errors) < Decimal("0.03")


def test_one_year_ratios_are_those_of_the_matrix(shared_data: Path) -> None:
    ratios: dict[str, list[Decimal]] = {}
    for (name, region), row in _matrix(shared_data).items():
        if region == "us-east-1" and row["yrTerm1Standard.noUpfront"] and Decimal(row["ondemand"]) >= Decimal("0.04"):
            family = name.partition(".")[0]
            ratios.setdefault(family, []).append(Decimal(row["yrTerm1Standard.noUpfront"]) / Decimal(row["ondemand"]))
    assert set(ONE_YEAR_OF_ON_DEMAND) == set(ratios)
    for family, measured in ratios.items():
        assert ONE_YEAR_OF_ON_DEMAND[family] == pytest.approx(median(measured), abs=Decimal("0.0006")), family


def _matrix(shared_data: Path) -> dict[tuple[str, str], dict[str, str]]:
    path = shared_data / "aws-ri-matrix-2019" / "ec2_2019_od_ri_linux_windows_rhel_sles.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {
            (row["instance_type"], row["region"]): row
            for row in csv.DictReader(file)
            if row["os"] == "linux" and row["ondemand"]
        }


def _error(made: Price | None, published: str) -> Decimal:
    assert made is not None
    return abs(made.amount / Decimal(published) - 1)
