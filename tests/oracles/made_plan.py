"""A made plan with everything that a plan can hold, whose totals are right by construction; nobody's account."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import cos, pi

from costopt.model.money import Money, total
from costopt.model.period import Period
from costopt.model.plan import (
    PLAN_SCHEMA_VERSION,
    Assignment,
    BindingLimit,
    Capacity,
    Certificate,
    FrontierPoint,
    Goal,
    LoadCurve,
    Plan,
    PlanSource,
    PolicyChoice,
    Purchase,
    ScenarioUse,
    SolveStatus,
    Unplanned,
    Variant,
)
from costopt.model.price import Quality
from costopt.model.report import BillUsed, MoneyBasis, MoneySource
from tests.oracles.reports import HOSTILE

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
ACCOUNT = "111122223333"
_ZONES = {"spot": "eu-west-1a"}
SCENARIOS = ("as expected", "growth 20 % a year", "half of the load goes in June", "move to Graviton")
WORKLOADS = ("checkout-api", "search-indexer", "ledger-db", "recommendations", "image-resizer", "nightly-etl")
_SHAPES = (
    # from, count, to, count, market, before and after a month, reason
    ("m5.4xlarge", 6, "m7i.2xlarge", 8, "on_demand", "3363.84", "2354.69", "CPU peaks at 31 % of 96 vCPU"),
    ("c5.9xlarge", 4, "c7i.4xlarge", 5, "spot", "4467.60", "1303.05", "interruptions are survived: queue workers"),
    ("r5.4xlarge", 2, "r7i.2xlarge", 2, "on_demand", "1471.68", "772.63", "memory peaks at 49 GiB of 128 GiB"),
    ("m5.2xlarge", 10, "m7i.xlarge", 11, "on_demand", "2803.20", "1618.85", "CPU peaks at 38 % of 80 vCPU"),
    ("c5.2xlarge", 3, "c5.2xlarge", 3, "spot", "744.60", "297.84", "the same type, bought as spot"),
    ("m5.xlarge", 4, "m5.xlarge", 4, "on_demand", "560.64", "560.64", "nothing smaller keeps 20 % headroom"),
)


def usd(amount: str | int | Decimal) -> Money:
    """Dollars."""
    return Money(amount=Decimal(amount))


def made_plan(*, hostile: bool = False, made: bool = True) -> Plan:
    """A plan of an estate with an audit, history, scenarios and four variants; with names of strangers where asked."""
    names = HOSTILE if hostile else WORKLOADS
    recommended = _recommended(names, hostile=hostile)
    safe = _variant(
        "safe", ("19104.55", "40100.12", "2102.40"), "4380", "67411.90", recommended, bought=1, gap="0.0009"
    )
    cheapest = _variant(
        "cheapest", ("28922.31", "18330.48", "3215.77"), "61320", "79880.14", recommended, bought=4, gap="0.0131"
    )
    return Plan(
        schema_version=PLAN_SCHEMA_VERSION,
        now=NOW,
        horizon_months=12,
        goal=Goal.BALANCED,
        source=_source(hostile=hostile, made=made),
        variants=(_as_is(), safe, recommended, cheapest),
        frontier=_frontier(safe, recommended, cheapest),
        binding=_limits(names[0]),
        curves=_curves(names[1] if hostile else "m5 linux eu-west-1"),
        policy=PolicyChoice(
            policy="percentile 20 of 60 days", months=11, predicted_saving_fraction=0.241,
            realised_low_fraction=0.187, realised_high_fraction=0.262,
        ),
        unplanned=(
            Unplanned(subject=names[2] if hostile else "i-0f3a9c1d2e4b5a678", reason="no metrics of the last 14 days"),
            Unplanned(subject="db-legacy-reporting", reason="no price of db.m1.large in eu-west-1"),
        ),
        assumptions=(
            "A month has 730 hours.",
            "Demand grows by 20 % a year.",
            "Owned commitments are not renewed when they end.",
        ),
    )  # fmt: skip


def plan_that_changes_nothing() -> Plan:
    """A plan that has nothing to propose: only what is there today."""
    return replace(
        made_plan(), variants=(_as_is(),), frontier=(), binding=(), curves=(), policy=None, unplanned=(), assumptions=()
    )


def plan_without_bound() -> Plan:
    """The made plan, of a solver that ran out of time before it had any bound."""
    plan = made_plan()

    def unproven(variant: Variant) -> Variant:
        certificate = variant.certificate
        if certificate is None:
            return variant
        return replace(variant, certificate=replace(certificate, status=SolveStatus.FEASIBLE, bound=None))

    return replace(plan, variants=tuple(unproven(variant) for variant in plan.variants))


def plan_of_workloads() -> Plan:
    """A plan for something that does not exist yet: nothing before, no history, list prices."""
    plan = made_plan()
    after = tuple(replace(one, before=(), monthly_before=None, resources=()) for one in _assignments(WORKLOADS))
    variants = tuple(
        replace(one, assignments=after if one.certificate else (), waste_removed=usd(0)) for one in plan.variants
    )
    source = replace(
        plan.source, kind="workloads", name="workloads.yaml", demand="the file", demand_period=None, money=None
    )
    return replace(plan, source=source, variants=variants, policy=None, unplanned=())


def large_plan(count: int) -> Plan:
    """The made plan with this many workloads, purchases and limits, the names of strangers among them."""
    plan = made_plan()
    one = plan.variant("recommended")
    assignments = tuple(
        replace(one.assignments[number % 5], workload=f"{HOSTILE[number % len(HOSTILE)]} {number}")
        for number in range(count)
    )
    purchases = tuple(replace(one.purchases[number % 4], id=f"P{number + 1}") for number in range(count))
    large = replace(one, assignments=assignments, purchases=purchases)
    limits = tuple(replace(plan.binding[0], subject=HOSTILE[number % len(HOSTILE)] * 9) for number in range(count))
    left = tuple(replace(plan.unplanned[0], subject=f"i-{number:017x}") for number in range(count))
    variants = tuple(large if variant is one else variant for variant in plan.variants)
    return replace(plan, variants=variants, binding=limits, unplanned=left)


def _as_is() -> Variant:
    parts = [usd("12400.00"), usd("68211.025"), usd("3699.25")]
    return Variant(
        name="as_is", total=total(parts), commitments=parts[0], on_demand=parts[1], spot=parts[2],
        waste_removed=usd(0), upfront=usd(0), worst_case=usd("98204.33"), family_bound_fraction=0.0, purchases=(),
        assignments=(), certificate=None,
    )  # fmt: skip


def _recommended(names: tuple[str, ...], *, hostile: bool) -> Variant:
    assignments = _assignments(names)
    bare = Variant(
        name="recommended", total=usd(0), commitments=usd(0), on_demand=usd(0), spot=usd(0), waste_removed=usd(0),
        upfront=usd(0), worst_case=None, family_bound_fraction=0.0, purchases=_purchases(names, hostile=hostile),
        assignments=assignments, certificate=None,
    )  # fmt: skip
    return _variant(
        "recommended", ("24810.40", "25216.333", "3102.90"), "15660", "69015.02", bare, bought=4, gap="0.0013"
    )


def _variant(
    name: str, parts: tuple[str, str, str], upfront: str, worst: str, like: Variant, *, bought: int, gap: str
) -> Variant:
    """A variant of these parts, with the first purchases and all assignments of another."""
    commitments, on_demand, spot = (usd(part) for part in parts)
    cost = commitments + on_demand + spot
    bound = Money(amount=cost.amount * (1 - Decimal(gap)))
    status = SolveStatus.OPTIMAL if Decimal(gap) <= Decimal("0.001") else SolveStatus.FEASIBLE
    return replace(
        like, name=name, total=cost, commitments=commitments, on_demand=on_demand, spot=spot, upfront=usd(upfront),
        waste_removed=usd("9842.16"), worst_case=usd(worst), family_bound_fraction=0.21,
        purchases=like.purchases[:bought],
        certificate=Certificate(status=status, cost=cost, bound=bound, method="decomposition over 8,760 hours"),
    )  # fmt: skip


def _purchases(names: tuple[str, ...], *, hostile: bool) -> tuple[Purchase, ...]:
    first = Purchase(
        id="P1", buy_on=date(2026, 12, 1), instrument="Compute Savings Plan", kind="compute_savings_plan",
        scope=names[0] if hostile else "EC2, Fargate and Lambda, any region", account=ACCOUNT, term_months=12,
        payment="no_upfront", quantity=Decimal("9.4"), unit="USD per hour", monthly_cost=usd("6862.00"),
        upfront=usd(0), monthly_saving=usd("2541.48"), break_even_month=9, break_even_utilisation=0.729,
        scenarios=_uses(0.99, 2541 * 12), worst_regret=usd(4269),
        binding=("the lowest load of the last 60 days", "risk of at most 10 % of the saving"),
    )  # fmt: skip
    second = replace(
        first, id="P2", instrument="EC2 Instance Savings Plan", kind="ec2_instance_savings_plan",
        scope="m7i, eu-west-1", term_months=36, payment="partial_upfront", quantity=Decimal("1.25"),
        monthly_cost=usd("912.50"), upfront=usd("15660.00"), monthly_saving=usd("1204.71"), break_even_month=16,
        break_even_utilisation=0.43, scenarios=_uses(0.94, 1204 * 36), worst_regret=usd(6068),
        binding=("upfront budget of $20,000",),
    )  # fmt: skip
    third = replace(
        first, id="P3", instrument="Reserved DB Instances", kind="reserved", scope="db.r6g, eu-west-1, PostgreSQL",
        quantity=Decimal(16), unit="normalised units", monthly_cost=usd("1188.90"), monthly_saving=usd("601.13"),
        break_even_utilisation=0.66, break_even_month=8, scenarios=(), worst_regret=None,
        binding=(), quality=Quality.ESTIMATE,
    )  # fmt: skip
    later = replace(
        first, id="P4", buy_on=date(2027, 4, 1), quantity=Decimal("2.1"), monthly_cost=usd("1533.00"),
        monthly_saving=usd("410.02"), scenarios=_uses(0.9, 410 * 12)[:2], worst_regret=usd(0), break_even_month=None,
        break_even_utilisation=None,
    )  # fmt: skip
    return (first, second, third, later)


def _uses(utilisation: float, saving: int) -> tuple[ScenarioUse, ...]:
    shares = (1.0, 1.01, 0.62, 0.71)
    return tuple(
        ScenarioUse(
            scenario=scenario,
            utilisation_fraction=min(1.0, utilisation * share),
            net_saving=usd(round(saving * (3 * share - 2))),
        )
        for scenario, share in zip(SCENARIOS, shares, strict=True)
    )


def _assignments(names: tuple[str, ...]) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(
            workload=name, resources=(f"i-{number:017x}",),
            before=(Capacity(instance_type=old, count=many, market="on_demand"),),
            after=(Capacity(instance_type=new, count=few, market=market, zone=_ZONES.get(market)),),
            monthly_before=usd(before), monthly_after=usd(after), reasons=(reason,),
            relaxing_saves=("headroom of 15 % instead of 20 % saves $211.40 a month",) if number == 0 else (),
            stranded=usd("88.10") if number == 2 else None,
            stranded_until=date(2027, 3, 14) if number == 2 else None,
            schedule=("weekdays 07:00 to 19:00 UTC: 8 workers", "else: 3 workers") if number == 1 else (),
            notes=("about 3 interruptions a week",) if market == "spot" else (),
        )
        for number, (name, (old, many, new, few, market, before, after, reason)) in enumerate(
            zip(names, _SHAPES, strict=False)
        )
    )  # fmt: skip


def _frontier(*variants: Variant) -> tuple[FrontierPoint, ...]:
    points = [
        FrontierPoint(label="buy nothing", expected=usd("74468.12"), worst=usd("88361.20"), commitment_months=0),
        FrontierPoint(label="one year, 60 % of the load", expected=usd("56900.10"), worst=usd("68040.00"),
                      commitment_months=12),
    ]  # fmt: skip
    points += [
        FrontierPoint(label=label, expected=one.total, worst=one.worst_case or one.total, commitment_months=months,
                      variant=one.name)
        for one, label, months in zip(
            variants,
            ("one year, the lowest load", "one and three years, 80 % of the load", "three years, all of the load"),
            (12.0, 15.5, 34.0),
            strict=True,
        )
    ]  # fmt: skip
    return tuple(sorted(points, key=lambda point: point.expected.amount))


def _limits(name: str) -> tuple[BindingLimit, ...]:
    return (
        BindingLimit(subject="estate", limit="upfront budget of $20,000", relaxing_saves=usd("412.08"),
                     relaxation="$1,000 more upfront"),
        BindingLimit(subject=name, limit="headroom of 20 % over the 99th percentile of CPU",
                     relaxing_saves=usd("211.40"), relaxation="headroom of 15 %"),
        BindingLimit(subject="m7i", limit="at most 40 % of the commitments bound to a family", relaxing_saves=None),
    )  # fmt: skip


def _curves(subject: str) -> tuple[LoadCurve, ...]:
    shares = [number / 100 for number in range(101)]
    busy = tuple(round(14 + 5 * cos(pi * share) - 2 * share + (2 if share < 0.05 else 0), 4) for share in shares)
    flat = tuple(round(3.2 + 0.4 * cos(pi * share), 4) for share in shares)
    return (
        LoadCurve(subject=subject, dollars_per_hour=busy, committed=11.8),
        LoadCurve(subject="db.r6g PostgreSQL eu-west-1", dollars_per_hour=flat, committed=2.6),
    )


def _source(*, hostile: bool, made: bool) -> PlanSource:
    period = Period(start=NOW - timedelta(days=60), end=NOW)
    return PlanSource(
        kind="snapshot", name=HOSTILE[3] if hostile else "sha256:4f0c9e21b7aa", demand="the bill, hour by hour",
        demand_period=period, catalog_version="2026.11.18", tool_version="0.1.0", made=made,
        money=MoneySource(
            basis=MoneyBasis.BILL,
            bills=(BillUsed(source=HOSTILE[0] if hostile else "payer", period=period, currencies=("USD",)),),
        ),
    )  # fmt: skip
