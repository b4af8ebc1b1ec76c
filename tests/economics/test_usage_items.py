"""Which usage commitments treat alike."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from costopt.economics.commitments import Owned
from costopt.economics.usage_items import ItemisedUsage, Place, itemise
from costopt.model.finding import ComputeUsage
from costopt.model.specs.commitment import Commitment, CommitmentKind

PRICES = {"m5.large": "0.096", "m5.xlarge": "0.192", "m5.metal": "4.608", "c5.large": "0.085", "db.r5.large": "0.25"}


def place(instance_type: str = "m5.large", account: str = "1", **more: str) -> Place:
    fields = {"service": "ec2", "variant": "linux", **more}
    return account, (fields.pop("region", "us-east-1"), ComputeUsage(instance_type=instance_type, **fields))


def itemised(*places: Place, owned: tuple[Owned, ...] = (), **prices: str) -> ItemisedUsage:
    known = PRICES | prices

    def on_demand(usage: tuple[str, ComputeUsage]) -> Decimal | None:
        price = known.get(usage[1].instance_type)
        return None if price is None else Decimal(price) * (2 if usage[1].variant.endswith("multi_az") else 1)

    return itemise(dict.fromkeys(places, Decimal(1)), on_demand, owned)


def test_sizes_of_a_family_are_one_item_priced_by_the_unit() -> None:
    found = itemised(place("m5.large"), place("m5.xlarge"))
    (only,) = found.items
    assert only.item.family == "m5"
    assert only.item.dollars_per_unit == pytest.approx(0.096 / 4)
    assert set(found.index.values()) == {0}


def test_a_size_that_costs_otherwise_by_the_unit_is_an_item_of_its_own() -> None:
    found = itemised(place("m5.large"), place("m5.xlarge"), **{"m5.xlarge": "0.250"})
    assert [one.item.instance_type for one in found.items] == ["m5.large", "m5.xlarge"]
    assert [one.item.dollars_per_unit for one in found.items] == [pytest.approx(0.024), pytest.approx(0.03125)]


def test_windows_machines_are_items_by_type_since_their_reservations_do_not_flex() -> None:
    found = itemised(place("m5.large", variant="windows"), place("m5.xlarge", variant="windows"))
    assert [one.item.instance_type for one in found.items] == ["m5.large", "m5.xlarge"]
    assert [one.item.dollars_per_unit for one in found.items] == [pytest.approx(0.096), pytest.approx(0.192)]


def test_accounts_and_regions_stay_apart() -> None:
    found = itemised(place(), place(account="2"), place(region="eu-west-1"))
    assert len(found.items) == 3


def test_a_standby_has_the_same_price_by_the_unit_as_a_single_database() -> None:
    found = itemised(
        place("db.r5.large", service="rds", variant="postgres:single_az"),
        place("db.r5.large", service="rds", variant="postgres:multi_az"),
    )
    assert [one.item.dollars_per_unit for one in found.items] == [pytest.approx(0.25 / 4)] * 2


def test_zones_stay_apart_only_where_a_zonal_reservation_is_owned() -> None:
    zones = [place(availability_zone=zone) for zone in ("us-east-1a", "us-east-1b")]
    assert len(itemised(*zones).items) == 1
    reserved = Owned(
        id="r",
        region="us-east-1",
        spec=Commitment(
            commitment_kind=CommitmentKind.STANDARD_RI,
            service="ec2",
            state="active",
            start=datetime(2026, 1, 1, tzinfo=UTC),
            end=datetime(2027, 1, 1, tzinfo=UTC),
            payment_option="no_upfront",
            instance_type="m5.large",
            count=1,
            availability_zone="us-east-1a",
        ),
    )
    found = itemised(*zones, owned=(reserved,))
    assert sorted(one.item.zone or "" for one in found.items) == ["", "us-east-1a"]


def test_usage_without_a_price_is_named_and_is_no_item() -> None:
    unknown = place("x9.large")
    found = itemised(place(), unknown)
    assert found.unpriced == (unknown,)
    assert unknown not in found.index


def test_the_order_of_usage_makes_no_difference() -> None:
    places = [place("m5.large"), place("c5.large"), place("m5.xlarge", account="2")]
    assert itemised(*places).items == itemised(*reversed(places)).items
