"""Owned commitments as the simulator takes them."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.commitments import Owned
from costopt.economics.instruments import InstrumentKind
from costopt.economics.owned_holdings import OwnedHoldings, hold_owned
from costopt.economics.usage_items import itemise
from costopt.model.finding import ComputeUsage
from costopt.model.price import Purchase
from costopt.model.specs.commitment import Commitment, CommitmentKind
from tests.oracles.judging import StaticPrices

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
PRICES = {"m5.large": "0.096", "m5.2xlarge": "0.384", "c5.large": "0.085"}
BOOK = StaticPrices({("ec2", "m5.large", "linux", Purchase.RI_1Y_NO_UPFRONT): "0.060"}, region="us-east-1")


def held(
    kind: CommitmentKind, ratio: str | None = None, paid: dict[str, Decimal] | None = None, **more: object
) -> OwnedHoldings:
    spec = Commitment(
        commitment_kind=kind,
        service="ec2",
        state="active",
        start=START,
        end=END,
        payment_option="no_upfront",
        **more,  # type: ignore[arg-type]
    )
    usages = [ComputeUsage(service="ec2", instance_type=name, variant="linux") for name in PRICES]
    items = itemise(
        {("1", ("us-east-1", usage)): Decimal(1) for usage in usages},
        lambda place: Decimal(PRICES[place[1].instance_type]),
        (),
    ).items
    assert [one.item.family for one in items] == ["c5", "m5"]
    owned = Owned(id="r-1", region="us-east-1", spec=spec)
    return hold_owned([owned], ["1"], items, BOOK, lambda *_: None if ratio is None else Decimal(ratio), paid)


def test_a_reservation_gives_the_units_of_its_machines() -> None:
    found = held(CommitmentKind.STANDARD_RI, instance_type="m5.large", count=3, hourly_rate=Decimal("0.058"))
    (holding,) = found.holdings
    assert holding.quantity == 12
    assert (holding.start, holding.end, holding.owned) == (START, END, True)
    assert holding.instrument.kind is InstrumentKind.REGIONAL_RI
    assert holding.instrument.hourly_cost * holding.quantity == 3 * Decimal("0.058")
    assert np.isinf(holding.instrument.take[0])
    assert holding.instrument.take[1] == pytest.approx(4 / 0.096)
    assert not found.notes


def test_a_reservation_of_one_zone_counts_in_machines_and_pays_for_whole_ones() -> None:
    zonal = Commitment(
        commitment_kind=CommitmentKind.STANDARD_RI,
        service="ec2",
        state="active",
        start=START,
        end=END,
        payment_option="no_upfront",
        instance_type="m5.2xlarge",
        availability_zone="us-east-1a",
        count=2,
        hourly_rate=Decimal("0.24"),
    )
    owned = Owned(id="r-1", region="us-east-1", spec=zonal)
    usage = ComputeUsage(service="ec2", instance_type="m5.2xlarge", variant="linux", availability_zone="us-east-1a")
    items = itemise({("1", ("us-east-1", usage)): Decimal(2)}, lambda _: Decimal("0.384"), [owned]).items
    (holding,) = hold_owned([owned], ["1"], items, BOOK, lambda *_: None).holdings
    # Two machines of 0.384: all of 0.768 is paid for, at 2 x 0.24.
    assert float(holding.quantity) / holding.instrument.take[0] == pytest.approx(0.768)
    assert holding.quantity * holding.instrument.hourly_cost == Decimal("0.48")


def test_a_reservation_that_does_not_say_its_rate_costs_what_it_costs_today_and_the_notes_say_so() -> None:
    found = held(CommitmentKind.STANDARD_RI, instance_type="m5.large", count=1)
    assert found.holdings[0].instrument.hourly_cost == Decimal("0.060") / 4
    assert "cost today" in found.notes[0]


def test_a_reservation_whose_cost_nobody_knows_is_told() -> None:
    found = held(CommitmentKind.STANDARD_RI, instance_type="c5.large", count=1)
    assert found.holdings[0].instrument.hourly_cost == 0
    assert "not known" in found.notes[0]


def test_the_bill_tells_what_a_reservation_costs_before_any_price_of_today() -> None:
    found = held(CommitmentKind.STANDARD_RI, instance_type="m5.large", count=2, paid={"r-1": Decimal("0.1")})
    (holding,) = found.holdings
    assert holding.instrument.hourly_cost * holding.quantity == Decimal("0.1")
    assert not found.notes


def test_a_plan_gives_dollars_at_its_own_rates() -> None:
    found = held(CommitmentKind.COMPUTE_SP, ratio="0.7", hourly_commitment=Decimal("1.5"))
    (holding,) = found.holdings
    assert holding.quantity == Decimal("1.5")
    assert holding.instrument.take == pytest.approx([0.7, 0.7])
    assert holding.instrument.hourly_cost == 1
    assert not found.notes


def test_a_plan_of_unknown_rates_covers_as_much_as_any_could_and_the_notes_say_so() -> None:
    found = held(CommitmentKind.EC2_INSTANCE_SP, instance_family="m5", region="us-east-1", hourly_commitment=Decimal(1))
    assert np.isinf(found.holdings[0].instrument.take[0])
    assert found.holdings[0].instrument.take[1] == pytest.approx(0.28)
    assert len(found.notes) == 1


def test_a_plan_costs_what_the_bill_says_of_its_commitment() -> None:
    found = held(
        CommitmentKind.COMPUTE_SP, ratio="0.7", paid={"r-1": Decimal("1.425")}, hourly_commitment=Decimal("1.5")
    )
    assert found.holdings[0].instrument.hourly_cost == Decimal("0.95")
