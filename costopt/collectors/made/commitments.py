"""Commitments that the company owns, and what the provider's own advisers say."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from costopt.collectors.made import people
from costopt.collectors.made.compute_waste import RESERVED_PLACE, RESERVED_TYPE
from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.specs.commitment import Commitment, CommitmentKind, ProviderAdvice
from costopt.model.specs.databases import RdsInstance
from costopt.model.specs.ec2 import Ec2Instance

_YEAR = 365
_GLOBAL = "global"
_EXPIRING = ("commitment_expiring",)
UNADVISED = people.DEV
"""The account that never enrolled in Compute Optimizer."""


def draw(plan: Plan) -> None:
    """Add commitments and advice; the machines must be there."""
    _savings_plans(plan)
    _reservations(plan)
    _advice(plan)


def _own(
    plan: Plan,
    place: Place,
    resource_id: str,
    days_left: float,
    spec: dict[str, object],
    *,
    years: int = 1,
    flags: Sequence[str] = (),
) -> None:
    end = plan.ago(-days_left)
    age_days = years * _YEAR - days_left
    commitment = Commitment(
        **{"state": "active", "start": plan.ago(age_days), "end": end, "payment_option": "no_upfront", **spec}  # type: ignore[arg-type]
    )
    who = Identity(name=None, tags={"team": "platform"})
    plan.add(place, resource_id, commitment, who, age_days=max(age_days, 1.0), flags=flags)


def _savings_plans(plan: Plan) -> None:
    place = Place(people.PROD, _GLOBAL)
    family: dict[str, object] = {
        "commitment_kind": CommitmentKind.EC2_INSTANCE_SP,
        "service": "ec2",
        "instance_family": "m6g",
    }
    compute: dict[str, object] = {"commitment_kind": CommitmentKind.COMPUTE_SP, "service": "any"}
    soon = {**family, "region": people.VIRGINIA, "hourly_commitment": Decimal("0.25")}
    _own(plan, place, _plan_id(plan), 20, soon, flags=_EXPIRING)
    _own(plan, place, _plan_id(plan), plan.between(120, 300), {**compute, "hourly_commitment": Decimal("0.60")})
    far = {**family, "region": people.IRELAND, "hourly_commitment": Decimal("0.15")}
    _own(plan, place, _plan_id(plan), plan.between(64, 80), far)
    # Ends soon, and its successor is already bought.
    heir = {**family, "instance_family": "r6g", "region": people.VIRGINIA, "hourly_commitment": Decimal("0.10")}
    ends = plan.between(10, 40)
    _own(plan, place, _plan_id(plan), ends, heir)
    _own(plan, place, _plan_id(plan), ends + _YEAR, {**heir, "state": "queued"})
    over = {**compute, "hourly_commitment": Decimal("0.40"), "state": "retired"}
    _own(plan, place, _plan_id(plan), -plan.between(30, 200), over)


def _plan_id(plan: Plan) -> str:
    """An id in the form of a random UUID."""
    return str(UUID(int=plan.rng.getrandbits(128), version=4))


def _reservations(plan: Plan) -> None:
    virginia, ireland = Place(people.PROD, people.VIRGINIA), Place(people.PROD, people.IRELAND)
    standard: dict[str, object] = {"commitment_kind": CommitmentKind.STANDARD_RI}
    for place, service, instance_type, platform, count, days_left, flags in (
        (RESERVED_PLACE, "ec2", RESERVED_TYPE, "linux", 1, plan.between(150, 300), ()),
        (virginia, "ec2", "r6g.large", "linux", 2, plan.between(100, 300), ()),
        (ireland, "ec2", "r6g.xlarge", "linux", 2, plan.between(50, 58), _EXPIRING),
        (virginia, "rds", "db.r6g.large", "postgres", 2, plan.between(100, 300), ()),
        (virginia, "rds", "db.m6g.large", "postgres", 1, plan.between(8, 14), _EXPIRING),
        (ireland, "elasticache", "cache.m6g.large", "redis", 1, plan.between(61, 90), ()),
    ):
        spec = {
            **standard,
            "service": service,
            "instance_type": instance_type,
            "platform": platform,
            "count": count,
            "region": place.region,
        }
        _own(plan, place, _plan_id(plan), days_left, spec, flags=flags)


def _advice(plan: Plan) -> None:
    """Advice on some machines and databases, right or not; it is kept beside our own findings."""
    machines = [
        resource
        for resource in plan.resources
        if isinstance(resource.spec, Ec2Instance | RdsInstance) and resource.account != UNADVISED
    ]
    for index, subject in enumerate(plan.rng.sample(machines, 10)):
        hub = index % 3 == 0
        spec = ProviderAdvice(
            adviser="cost-optimization-hub" if hub else "compute-optimizer",
            resource_id=subject.id,
            finding="Rightsize" if hub else "OVER_PROVISIONED",
            recommended="db.t4g.medium" if isinstance(subject.spec, RdsInstance) else "t4g.large",
            monthly_saving_usd=Decimal(plan.rng.randint(300, 9000)) / 100,
        )
        place = Place(subject.account, _GLOBAL if hub else subject.region)
        advice_id = f"{spec.adviser}/{plan.hex_id('r') if hub else f'{subject.spec.KIND}/{subject.id}'}"
        plan.add(place, advice_id, spec, Identity(name=None, tags=None), age_days=None, arn=subject.arn)
