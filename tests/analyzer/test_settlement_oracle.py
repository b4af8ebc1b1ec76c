"""Settlement against a second biller: a grid of small estates, all mixes of actions, three sorts of commitments."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest

from costopt.analyzer.settlement import settle
from costopt.analyzer.shares import Estate
from costopt.economics.commitments import Owned
from costopt.model.finding import (
    Action,
    ActionKind,
    Category,
    ComputeUsage,
    Confidence,
    Effort,
    Evidence,
    Finding,
    Risk,
    Saving,
    Term,
)
from costopt.model.money import Money
from costopt.model.price import Price, Quality
from costopt.model.resource import ResourceKey
from costopt.model.specs.commitment import Commitment, CommitmentKind
from tests.oracles import commitment_bill as oracle

MONTH = Decimal(730)
SLOTS = 10
NEWER = "m7g.large"
NIGHTS = {"nights": 3, "weekends too": 5}
"""Slots of ten in which a scheduled machine is off, the same ones for all."""
MACHINES = ("m5.large", "m5.xlarge", "c5.large")
CHOICES = ("keep", "delete", "newer", *NIGHTS)


def usage(instance_type: str) -> ComputeUsage:
    return ComputeUsage(service="ec2", instance_type=instance_type, variant="linux")


def line(number: int, instance_type: str, hours: Decimal) -> Term:
    rate = oracle.ON_DEMAND[instance_type]
    price = Price(amount=rate, unit="hour", source="made", as_of=date(2026, 1, 1), quality=Quality.LIST)
    subject = ResourceKey("aws", "111111111111", "us-east-1", "ec2_instance", f"i-{number}")
    return Term(label=instance_type, subject=subject, quantity=hours, price=price, usage=usage(instance_type))


def finding(number: int, instance_type: str, choice: str) -> Finding:
    kind, terms = ActionKind.DELETE, [line(number, instance_type, MONTH)]
    if choice == "newer":
        kind, terms = ActionKind.RESIZE, [*terms, line(number, NEWER, -MONTH)]
    elif choice in NIGHTS:
        kind, terms = ActionKind.SCHEDULE, [line(number, instance_type, MONTH * NIGHTS[choice] / SLOTS)]
    return Finding(
        id=f"F-{number}", check_id=choice, title="t", category=Category.WASTE, lever="Idle compute",
        resource=terms[0].subject, resource_name=None, owner=None, evidence=(Evidence(statement="seen"),),
        action=Action(kind=kind, summary="do"), saving=Saving(terms=tuple(terms)), price_gap=None,
        confidence=Confidence.HIGH, risk=Risk.SAFE, effort=Effort.LOW, counted=Money.zero(),
    )  # fmt: skip


def machine_after(instance_type: str, choice: str) -> list[oracle.Machine]:
    if choice == "delete":
        return []
    if choice == "newer":
        return [oracle.Machine(NEWER)]
    return [oracle.Machine(instance_type, frozenset(range(NIGHTS.get(choice, 0))))]


def commitment(kind: CommitmentKind, id_: str, **fields: object) -> Owned:
    spec = Commitment(
        commitment_kind=kind, service="ec2", state="active", start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2027, 1, 1, tzinfo=UTC), payment_option="no_upfront", **fields,
    )  # fmt: skip
    return Owned(id=id_, region="us-east-1" if kind is CommitmentKind.STANDARD_RI else "global", spec=spec)


def owned_of(bought: oracle.Owned) -> list[Owned]:
    found = [
        commitment(CommitmentKind.STANDARD_RI, f"ri-{n}", instance_type=name, count=1)
        for n, name in enumerate(bought.reserved)
    ]
    found += [
        commitment(
            CommitmentKind.EC2_INSTANCE_SP,
            f"sp-{name}",
            instance_family=name,
            region="us-east-1",
            hourly_commitment=dollars,
        )
        for name, dollars in bought.family_plans.items()
    ]
    return [*found, commitment(CommitmentKind.COMPUTE_SP, "sp", hourly_commitment=bought.compute_plan)]


def ratio(plan: Commitment, place: tuple[str, ComputeUsage]) -> Decimal:
    table = oracle.COMPUTE_PLAN if plan.commitment_kind is CommitmentKind.COMPUTE_SP else oracle.FAMILY_PLAN
    return table[oracle.family(place[1].instance_type)]


def estate(bought: oracle.Owned, machines: tuple[str, ...] = MACHINES) -> Estate:
    return Estate(
        hours={("us-east-1", usage(name)): MONTH * machines.count(name) for name in set(machines)},
        owned=owned_of(bought),
        on_demand=lambda place: oracle.ON_DEMAND[place[1].instance_type],
        ratio=ratio,
    )


BOUGHT = [
    oracle.Owned(reserved=reserved, family_plans=plans, compute_plan=Decimal(dollars))
    for reserved, plans, dollars in product(
        ((), ("m5.large",), ("m5.xlarge", "m5.large")), ({}, {"m5": Decimal("0.05")}), ("0", "0.04", "0.3")
    )
]


@pytest.mark.parametrize("bought", BOUGHT, ids=str)
def test_the_total_is_what_a_second_biller_says(bought: oracle.Owned) -> None:
    before = oracle.monthly([oracle.Machine(name) for name in MACHINES], bought, SLOTS)
    for choices in product(CHOICES, repeat=len(MACHINES)):
        chosen = {n: choice for n, choice in enumerate(choices) if choice != "keep"}
        settled = settle([finding(n, MACHINES[n], choice) for n, choice in chosen.items()], estate(bought))
        given_up = {one.id for one in settled if "strand" in (one.overlap or "")}
        done = {n: choice for n, choice in chosen.items() if f"F-{n}" not in given_up}
        after = [one for n, name in enumerate(MACHINES) for one in machine_after(name, done.get(n, "keep"))]
        counted = sum((one.counted.amount for one in settled), Decimal(0))
        expected = before - oracle.monthly(after, bought, SLOTS)
        assert counted == pytest.approx(expected, abs=Decimal("0.000001")), choices
        assert all(one.counted.amount >= 0 for one in settled)


def test_a_schedule_does_not_save_the_hours_that_a_reservation_pays_for_by_day() -> None:
    """Ten machines, eight reserved, all off for 3 of 10 hours: only two of them were ever on demand."""
    machines = ("m5.large",) * 10
    bought = oracle.Owned(reserved=("m5.large",) * 8)
    settled = settle([finding(n, "m5.large", "nights") for n in range(10)], estate(bought, machines))
    real = 2 * MONTH * Decimal("0.3") * Decimal("0.096")
    assert sum(one.counted.amount for one in settled) == pytest.approx(real, abs=Decimal("0.000001"))


def test_of_two_changes_that_strand_a_reservation_together_one_still_saves() -> None:
    """Two m5.large, one reserved: moving one to m7g.large saves; moving both strands the reservation."""
    bought = oracle.Owned(reserved=("m5.large",))
    settled = settle([finding(n, "m5.large", "newer") for n in (1, 2)], estate(bought, ("m5.large",) * 2))
    assert sum(one.counted.amount for one in settled) == MONTH * (Decimal("0.096") - Decimal("0.0816"))
    assert sum("strand" in (one.overlap or "") for one in settled) == 1


def test_a_loss_is_not_laid_on_the_change_that_saves() -> None:
    """Both m5 are reserved, a Compute plan pays for a part of c5.large: deleting that saves the rest."""
    bought = oracle.Owned(reserved=("m5.xlarge", "m5.large"), compute_plan=Decimal("0.04"))
    findings = [finding(0, "m5.large", "newer"), finding(2, "c5.large", "delete")]
    settled = {one.id: one.counted.amount for one in settle(findings, estate(bought))}
    on_demand = MONTH * (Decimal("0.085") - Decimal("0.04") / Decimal("0.70"))
    assert settled["F-0"] == 0
    assert settled["F-2"] == pytest.approx(on_demand, abs=Decimal("0.000001"))
