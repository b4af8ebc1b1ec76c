"""What the company has committed itself to at Google: resource-based commitments and reservations."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.google.fleet import COMMITTED_TYPE
from costopt.collectors.made.google.machines import SHAPES, Machine, start
from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, number, own
from costopt.collectors.made.google.waste import COMMITTED_IDLE, RESERVED_IDLE
from costopt.collectors.made.machines import busy
from costopt.collectors.made.plan import HOUR, Identity, Place, Plan
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceReservation

_SHOP, _SHOP_EU, _LAB = Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA)
_YEAR = 365


def draw(plan: Plan) -> None:
    """Add commitments and reservations; idle machines that they pay for must be there."""
    _commit(plan, _SHOP_EU, "GENERAL_PURPOSE_N2", COMMITTED_TYPE, 2, plan.between(120, 300))
    _commit(plan, _LAB, "GENERAL_PURPOSE_N2D", COMMITTED_IDLE, 1, plan.between(120, 300))
    _commit(plan, _LAB, "GENERAL_PURPOSE", "n1-standard-4", 1, -plan.between(30, 200), status="EXPIRED")
    _ending(plan)
    _reservations(plan)


def _ending(plan: Plan) -> None:
    """Ends soon; ends later; and ends soon with its successor already bought."""
    kind = "GENERAL_PURPOSE_E2"
    _commit(plan, _SHOP, kind, "e2-standard-4", 1, 20, flags=("committed_use_expiring",))
    _commit(plan, _SHOP, kind, "e2-standard-4", 2, plan.between(64, 80), years=3)
    ends = plan.between(10, 40)
    _commit(plan, _SHOP_EU, kind, "e2-standard-4", 1, ends)
    _commit(plan, _SHOP_EU, kind, "e2-standard-4", 1, ends + _YEAR, status="NOT_YET_ACTIVE")


def _commit(
    plan: Plan,
    place: Place,
    commitment_type: str,
    covers: str,
    machines: int,
    days_left: float,
    *,
    years: int = 1,
    status: str = "ACTIVE",
    flags: Sequence[str] = (),
) -> str:
    """Add a commitment for so many machines of a type."""
    (vcpus, memory_gib), age_days = SHAPES[covers], years * _YEAR - days_left
    spec = CommittedUse(
        commitment_type=commitment_type,
        plan="THIRTY_SIX_MONTH" if years > 1 else "TWELVE_MONTH",
        status=status,
        start=plan.ago(age_days),
        end=plan.ago(-days_left),
        vcpus=vcpus * machines,
        memory_gib=memory_gib * machines,
    )
    name = f"commitment-{plan.rng.getrandbits(20):05x}"
    who = Identity(name=name, tags=None)
    commitment_id = f"regions/{place.region}/commitments/{name}"
    return plan.add(place, commitment_id, spec, who, age_days=max(age_days, 1.0), flags=flags).id


def _reservations(plan: Plan) -> None:
    _reserve(plan, _SHOP, f"{IOWA}-f", "n2-standard-4", 3, 1, ("reservation_idle",))
    _started(plan, _SHOP, f"{IOWA}-f", "n2-standard-4")
    _reserve(plan, _SHOP_EU, f"{NETHERLANDS}-a", "n2d-standard-4", 1, 1)
    _started(plan, _SHOP_EU, f"{NETHERLANDS}-a", "n2d-standard-4")
    place, zone, reserved = RESERVED_IDLE
    _reserve(plan, place, zone, reserved, 1, 1)
    # It lives and dies with its commitment, and nobody starts the machine that both are for.
    unused = ("committed_use_underused",)
    owner = _commit(plan, _SHOP_EU, "COMPUTE_OPTIMIZED", "c2-standard-8", 1, plan.between(100, 300), flags=unused)
    _reserve(plan, _SHOP_EU, f"{NETHERLANDS}-c", "c2-standard-8", 1, 0, commitment_id=owner)


def _started(plan: Plan, place: Place, zone: str, name: str) -> None:
    """A machine that uses a reservation."""
    machine = Machine(machine_type=name, age_days=plan.between(20, 90), zone=zone)
    start(plan, place, own(plan, place.account, "core"), machine, busy(plan))


def _reserve(
    plan: Plan, place: Place, zone: str, name: str, count: int, used: int, flags: Sequence[str] = (), **fields: Any
) -> None:
    who = own(plan, place.account, "reservation")
    spec = GceReservation(
        number=number(plan),
        zone=zone,
        status="READY",
        machine_type=name,
        count=count,
        in_use_count=used,
        **fields,
    )
    identity = Identity(name=who.name, tags=None)
    reservation = plan.add(
        place, f"zones/{zone}/reservations/{who.name}", spec, identity, age_days=plan.between(20, 90), flags=flags
    )
    plan.measure(reservation, "reservation_used_max", HOUR, metrics.flat(plan, float(used)))
