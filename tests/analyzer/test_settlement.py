"""What counts: overlaps, silences and commitments, by hand, and the reconciliation of totals."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.analyzer.settlement import settle
from costopt.analyzer.shares import Estate
from costopt.analyzer.summary import owner, slices, totals
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
    Silence,
    Term,
)
from costopt.model.money import Money
from costopt.model.price import Price, Quality
from costopt.model.resource import ResourceKey
from costopt.model.specs.commitment import Commitment, CommitmentKind

MONTH = Decimal(730)
RATES = {"m5.large": Decimal("0.096"), "m5.xlarge": Decimal("0.192"), "m7g.large": Decimal("0.0816")}


def key(id_: str, kind: str = "ec2_instance") -> ResourceKey:
    return ResourceKey("aws", "111111111111", "us-east-1", kind, id_)


def use(instance_type: str) -> ComputeUsage:
    return ComputeUsage(service="ec2", instance_type=instance_type, variant="linux")


def term(subject: ResourceKey, amount: str | None = None, instance_type: str | None = None, sign: int = 1) -> Term:
    """A line worth `amount` dollars, or a month of an instance."""
    rate = RATES[instance_type] if instance_type else Decimal(amount or 0)
    price = Price(amount=rate, unit="hour", source="test", as_of=date(2026, 1, 1), quality=Quality.LIST)
    return Term(
        label="line",
        subject=subject,
        quantity=sign * (MONTH if instance_type else Decimal(1)),
        price=price,
        usage=use(instance_type) if instance_type else None,
    )


def finding(id_: str, kind: ActionKind, *terms: Term, on: str = "i-1", **more: object) -> Finding:
    fields: dict[str, object] = {
        "check_id": f"check_{id_}",
        "title": "t",
        "category": Category.WASTE,
        "lever": "Idle compute",
        "resource": key(on),
        "resource_name": None,
        "owner": None,
        "evidence": (Evidence(statement="seen"),),
        "action": Action(kind=kind, summary="do"),
        "saving": Saving(terms=terms),
        "price_gap": None,
        "confidence": Confidence.HIGH,
        "risk": Risk.SAFE,
        "effort": Effort.LOW,
        "counted": Money.zero(),
    }
    return Finding(id=id_, **{**fields, **more})  # type: ignore[arg-type]


def estate(running: dict[str, int] | None = None, *owned: Owned) -> Estate:
    hours = {("us-east-1", use(name)): count * MONTH for name, count in (running or {}).items()}
    return Estate(
        hours=hours,
        owned=owned,
        on_demand=lambda place: RATES.get(place[1].instance_type),
        ratio=lambda plan, place: None,
    )


def reservation(instance_type: str, count: int) -> Owned:
    spec = Commitment(
        commitment_kind=CommitmentKind.STANDARD_RI,
        service="ec2",
        state="active",
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2027, 3, 1, tzinfo=UTC),
        payment_option="no_upfront",
        instance_type=instance_type,
        count=count,
    )
    return Owned(id="ri-1", region="us-east-1", spec=spec)


def counted(findings: tuple[Finding, ...]) -> dict[str, Decimal]:
    return {one.id: one.counted.amount for one in findings}


def test_delete_beats_resize_whatever_the_amounts() -> None:
    small = finding("F-d", ActionKind.DELETE, term(key("i-1"), "10"))
    large = finding("F-r", ActionKind.RESIZE, term(key("i-1"), "40"))
    settled = settle([large, small], estate())
    assert counted(settled) == {"F-d": 10, "F-r": 0}
    assert next(one for one in settled if one.id == "F-r").overlap == "counted under F-d (check_F-d)"


def test_among_equals_the_greater_saving_counts() -> None:
    settled = settle(
        [
            finding("F-a", ActionKind.DELETE, term(key("i-1"), "10")),
            finding("F-b", ActionKind.DELETE, term(key("i-1"), "11")),
        ],
        estate(),
    )
    assert counted(settled) == {"F-a": 0, "F-b": 11}


def test_overlaps_are_resolved_by_whose_cost_it_is_and_not_by_the_finding() -> None:
    """Both findings claim volume v-1; the stopped machine's finding keeps what it alone claims."""
    stopped = finding("F-s", ActionKind.STOP, term(key("v-1"), "8"), term(key("v-2"), "5"))
    unused = finding("F-v", ActionKind.DELETE, term(key("v-1"), "8"), on="v-1")
    assert counted(settle([stopped, unused], estate())) == {"F-s": 5, "F-v": 8}


def test_a_silenced_finding_neither_counts_nor_displaces_another() -> None:
    muted = finding("F-m", ActionKind.DELETE, term(key("i-1"), "10"), silence=Silence(by="mute", reason="launch"))
    other = finding("F-o", ActionKind.RESIZE, term(key("i-1"), "4"))
    settled = settle([muted, other], estate())
    assert counted(settled) == {"F-m": 0, "F-o": 4}
    assert totals(settled, ()).silenced.amount == 10


def test_hours_that_a_reservation_pays_for_save_nothing() -> None:
    idle = finding("F-i", ActionKind.DELETE, term(key("i-1"), instance_type="m5.large"))
    (settled,) = settle([idle], estate({"m5.large": 1}, reservation("m5.large", 1)))
    assert settled.counted.amount == 0
    assert settled.overlap == "70.08 USD a month of the hours are already paid for by ri-1 until 2027-03-01"


def test_a_reservation_moves_to_what_is_left_so_the_saving_is_real() -> None:
    """Three run, one is reserved: deleting one moves the reservation, and a full on-demand price is saved."""
    idle = finding("F-i", ActionKind.DELETE, term(key("i-1"), instance_type="m5.large"))
    (settled,) = settle([idle], estate({"m5.large": 3}, reservation("m5.large", 1)))
    assert settled.counted.amount == MONTH * RATES["m5.large"]


def test_findings_of_one_pool_share_what_is_really_saved() -> None:
    """Two of three are deleted, one of three is reserved: 2 x 70.08 plainly, 2 - 0 on demand really, 1 covered."""
    idle = [
        finding(f"F-{n}", ActionKind.DELETE, term(key(f"i-{n}"), instance_type="m5.large"), on=f"i-{n}")
        for n in (1, 2, 3)
    ]
    settled = settle(idle, estate({"m5.large": 3}, reservation("m5.large", 1)))
    real = 2 * MONTH * RATES["m5.large"]
    assert sum(counted(settled).values()) == pytest.approx(real)
    assert set(counted(settled).values()) == {(real / 3).quantize(Decimal("0.00000001"))}


def test_a_resize_that_would_only_strand_a_reservation_is_not_counted() -> None:
    resize = finding(
        "F-r",
        ActionKind.RESIZE,
        term(key("i-1"), instance_type="m5.large"),
        term(key("i-1"), instance_type="m7g.large", sign=-1),
    )
    (settled,) = settle([resize], estate({"m5.large": 1}, reservation("m5.large", 1)))
    assert settled.counted.amount == 0
    assert settled.overlap == (
        "its hours, 70.08 USD a month, are already paid for by ri-1 until 2027-03-01; the change would only strand it"
    )


def test_a_plan_that_finds_other_usage_takes_nothing_off_any_saving() -> None:
    """A reservation is stranded in one family; the plan moves on, and the other saves in full."""
    plan = replace(
        reservation("m5.large", 1),
        id="sp-1",
        region="global",
        spec=replace(
            reservation("m5.large", 1).spec,
            commitment_kind=CommitmentKind.COMPUTE_SP,
            instance_type=None,
            hourly_commitment=Decimal("0.01"),
        ),
    )
    reserved = finding("F-1", ActionKind.DELETE, term(key("i-1"), instance_type="m5.large"))
    free = finding("F-2", ActionKind.DELETE, term(key("i-2"), instance_type="m7g.large"), on="i-2")
    settled = settle([reserved, free], estate({"m5.large": 1, "m7g.large": 9}, reservation("m5.large", 1), plan))
    assert counted(settled) == {"F-1": 0, "F-2": MONTH * RATES["m7g.large"]}
    assert next(one for one in settled if one.id == "F-2").overlap is None


def test_a_move_onto_a_reservation_that_something_else_frees_counts_no_more_than_alone() -> None:
    """One m7g is reserved and idle; another machine moves to m7g. Together: the m5 and nothing else leaves the bill."""
    idle = finding("F-i", ActionKind.DELETE, term(key("i-1"), instance_type="m7g.large"))
    move = finding(
        "F-m",
        ActionKind.MIGRATE,
        term(key("i-2"), instance_type="m5.large"),
        term(key("i-2"), instance_type="m7g.large", sign=-1),
        on="i-2",
    )
    settled = settle([idle, move], estate({"m7g.large": 1, "m5.large": 1}, reservation("m7g.large", 1)))
    alone = {one.id: one.saving.monthly.amount for one in (idle, move) if one.saving}
    assert counted(settled) == alone
    assert {one.overlap for one in settled} == {None}


def test_a_move_onto_a_reservation_that_nobody_uses_saves_more_than_alone_and_says_why() -> None:
    move = finding(
        "F-m",
        ActionKind.MIGRATE,
        term(key("i-2"), instance_type="m5.large"),
        term(key("i-2"), instance_type="m7g.large", sign=-1),
    )
    (settled,) = settle([move], estate({"m5.large": 1}, reservation("m7g.large", 1)))
    assert settled.counted.amount == MONTH * RATES["m5.large"]
    assert settled.overlap == "the new hours are partly paid for by hours to spare of ri-1 until 2027-03-01"


ACTIONS = st.sampled_from([ActionKind.DELETE, ActionKind.RESIZE, ActionKind.STOP])
FINDINGS = st.lists(
    st.tuples(ACTIONS, st.integers(1, 4), st.sampled_from(["m5.large", "m5.xlarge"]), st.booleans()), max_size=8
)


@given(FINDINGS, st.integers(0, 6), st.decimals(0, 1, places=3))
def test_everything_reconciles(
    drawn: list[tuple[ActionKind, int, str, bool]], reserved: int, committed: Decimal
) -> None:
    """Slices and parts sum to the total; the total is the difference of two bills and never above the plain sum."""
    types = {number: instance_type for _, number, instance_type, _ in drawn}
    findings = [
        finding(
            f"F-{index}",
            kind,
            term(key(f"i-{number}"), instance_type=types[number]),
            on=f"i-{number}",
            owner="team" if index % 2 else None,
            silence=Silence(by="tag", reason="r") if silenced else None,
        )
        for index, (kind, number, _, silenced) in enumerate(drawn)
    ]
    running = {name: list(types.values()).count(name) for name in set(types.values())}
    base = reservation("m5.large", reserved)
    fields = {"commitment_kind": CommitmentKind.COMPUTE_SP, "instance_type": None, "hourly_commitment": committed}
    place = estate(running, base, Owned(id="sp", region="global", spec=replace(base.spec, **fields)))
    settled = settle(findings, place)
    money = totals(settled, ())
    assert money.saving.amount == sum((one.counted.amount for one in settled), Decimal(0))
    assert money.saving + money.overlaps == money.sum_of_findings
    assert 0 <= money.saving.amount <= money.sum_of_findings.amount
    for parts in (slices(settled, lambda one: one.lever), slices(settled, owner)):
        assert sum((part.saving.amount for part in parts), Decimal(0)) == money.saving.amount
    gone = {one.resource.id for one in settled if one.silence is None}
    rest = {name: sum(types[n] == name and f"i-{n}" not in gone for n in types) for name in running}
    after = {("us-east-1", use(name)): count * MONTH for name, count in rest.items()}
    difference = sum(place.bills(place.hours)[-1].values()) - sum(place.bills(after)[-1].values())
    assert money.saving.amount == pytest.approx(difference, abs=Decimal("0.000001"))
