"""What machines of Compute Engine use, and what owned commitments pay for of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from costopt.economics.estate import usages_of
from costopt.economics.gce.owned_commitments import hold_committed_use
from costopt.economics.instruments import InstrumentKind
from costopt.economics.usage_items import PricedItem, itemise
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance
from costopt.pipeline.pricing import OnDemand
from tests.economics.gce.test_instruments import BOOK, REGION, place

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MACHINE = GceInstance(number="1", machine_type="n2-standard-4", status="RUNNING", zone="us-central1-a")
COMMITMENT = CommittedUse(
    commitment_type="GENERAL_PURPOSE_N2",
    plan="TWELVE_MONTH",
    status="ACTIVE",
    start=NOW,
    end=NOW + timedelta(days=365),
    vcpus=6,
    memory_gib=24.0,
)


def resource(spec: object, id_: str = "x") -> Resource:
    return Resource(provider="gcp", account="p", region=REGION, id=id_, spec=spec, created_at=NOW, tags={})  # type: ignore[arg-type]


def units(spec: GceInstance) -> dict[tuple[str, str], Decimal]:
    found = usages_of(resource(spec))
    return {(usage.instance_type, usage.variant): quantity / 730 for usage, quantity in found}


def items(*names: str) -> tuple[PricedItem, ...]:
    usages = {place(name, "memory" if name.endswith("memory") else "vcpu"): Decimal(1) for name in names}
    return itemise(usages, OnDemand(BOOK), ()).items


def test_a_machine_uses_vcpus_and_memory() -> None:
    assert units(MACHINE) == {("n2_vcpu", "vcpu"): 4, ("n2_memory", "memory"): 16}


def test_extended_memory_and_shared_cores_are_told_apart() -> None:
    extended = replace(MACHINE, machine_type="n2-custom-2-20480-ext")
    assert units(extended)["n2_extended_memory", "extended_memory"] == 4
    assert units(replace(MACHINE, machine_type="e2-small"))["e2_vcpu", "vcpu"] == Decimal("0.5")
    assert units(replace(MACHINE, machine_type="f1-micro")) == {("f1_micro", "machine"): 1}


def test_a_type_without_known_units_is_a_unit_of_its_own_and_not_nothing() -> None:
    assert units(replace(MACHINE, machine_type="a2-highgpu-1g")) == {("a2-highgpu-1g", "machine"): 1}


@pytest.mark.parametrize("change", [{"status": "TERMINATED"}, {"provisioning_model": "spot"}, {"sole_tenant": True}])
def test_what_no_commitment_pays_for_is_no_usage(change: dict[str, object]) -> None:
    assert units(replace(MACHINE, **change)) == {}  # type: ignore[arg-type]


def test_an_owned_commitment_is_a_holding_of_vcpus_and_one_of_memory() -> None:
    columns = items("n2_vcpu", "n2_memory", "e2_vcpu")
    held = hold_committed_use([resource(COMMITMENT, "c-1"), resource(MACHINE)], columns, BOOK)
    vcpus, memory = held.holdings
    assert (vcpus.quantity, memory.quantity, vcpus.owned) == (6, 24, True)
    assert vcpus.instrument.kind is InstrumentKind.RESOURCE_CUD
    assert (vcpus.instrument.hourly_cost, vcpus.instrument.account) == (Decimal("0.0189"), "p")
    covered = {one.item.label for one, take in zip(columns, vcpus.instrument.take, strict=True) if np.isfinite(take)}
    assert covered == {"n2 vcpu us-central1"}
    assert "what the same ones cost today" in held.notes[0]


def test_a_commitment_without_a_price_today_is_named() -> None:
    three_years = replace(COMMITMENT, plan="THIRTY_SIX_MONTH", vcpus=0)
    held = hold_committed_use([resource(three_years, "c-9")], items("n2_memory"), BOOK)
    assert held.holdings[0].instrument.hourly_cost == 0
    assert held.notes[1].endswith(": c-9")


@pytest.mark.parametrize("change", [{"status": "EXPIRED"}, {"category": "LICENSE"}])
def test_what_is_over_or_for_licences_is_not_held(change: dict[str, str]) -> None:
    assert hold_committed_use([resource(replace(COMMITMENT, **change))], items("n2_vcpu"), BOOK).holdings == ()


def test_a_commitment_of_a_type_that_nobody_knows_is_left_out_and_said() -> None:
    held = hold_committed_use([resource(replace(COMMITMENT, commitment_type="GENERAL_PURPOSE_Q9"), "c-9")], (), BOOK)
    assert held.holdings == ()
    assert held.notes == (
        "which machines these owned commitments pay for is not known, so that they are left out:"
        " c-9 (GENERAL_PURPOSE_Q9)",
    )
