"""Cloud Run: services that keep instances warm for nobody, or pay for CPU between requests, and healthy ones."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made import metrics
from costopt.collectors.made.google.projects import IOWA, NETHERLANDS, WEB, own
from costopt.collectors.made.plan import DAY, Place, Plan
from costopt.model.specs.google_serverless import CloudRunService

_SHOP, _SHOP_EU = Place(WEB, IOWA), Place(WEB, NETHERLANDS)
_WHOLE_DAY = (80_000.0, 86_400.0)
"""Billed seconds of one instance that is always there."""
_NOBODY = (0.0, 0.0)


def draw(plan: Plan) -> None:
    """Add the services."""
    for _ in range(4):
        place = plan.rng.choice((_SHOP, _SHOP_EU))
        _service(plan, place, (20_000, 90_000), (9_000, 40_000))
    warm, always = "cloudrun_min_instances", "cloudrun_cpu_allocation"
    kept: dict[str, Any] = {"min_instances": 1}
    on: dict[str, Any] = {"cpu_always_allocated": True}
    _service(plan, _SHOP, _NOBODY, _NOBODY, (warm,), min_instances=2)
    _service(plan, _SHOP_EU, _NOBODY, _WHOLE_DAY, (warm, always), **kept, **on)
    _service(plan, _SHOP, (300, 780), _WHOLE_DAY, (always,), **kept, **on)
    # Warm and asked once; twice the requests that would make it idle; a GPU, which needs its CPU; a few hours only.
    _service(plan, _SHOP, None, _NOBODY, **kept)
    _service(plan, _SHOP_EU, (1_700, 2_400), _WHOLE_DAY, **kept, **on)
    _service(plan, _SHOP, (10, 90), _WHOLE_DAY, **on, gpu_type="nvidia-l4", gpu_count=1)
    _service(plan, _SHOP, (1, 9), (600, 2_500), **on)


def _service(
    plan: Plan,
    place: Place,
    requests: tuple[float, float] | None,
    billed: tuple[float, float],
    flags: Sequence[str] = (),
    **fields: Any,
) -> None:
    """Add a service with so many requests and billed seconds a day; one request in all where `requests` is None."""
    who = own(plan, place.account, "run")
    spec = CloudRunService(
        **{"vcpu": 1.0, "memory_gib": 0.5, "cpu_always_allocated": False, "max_instances": 20, **fields}
    )
    service = plan.add(
        place,
        f"locations/{place.region}/services/{who.name}",
        spec,
        who,
        age_days=plan.between(60, 500),
        flags=flags,
    )
    asked = metrics.once(plan, plan.rng.randint(2, 29), 1.0) if requests is None else _daily(plan, requests)
    plan.measure(service, "cloud_run_requests", DAY, asked)
    plan.measure(service, "cloud_run_billable_seconds", DAY, _daily(plan, billed))


def _daily(plan: Plan, bounds: tuple[float, float]) -> Sequence[float | None]:
    """By day; Google sends nothing for a day on which nothing was counted."""
    return metrics.counts(plan, *bounds) if bounds[1] else metrics.silent(plan, DAY)
