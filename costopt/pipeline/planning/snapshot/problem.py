"""What the optimizer is asked: demand by hour before and after the audit's findings, offers, and what is owned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.gce.owned_commitments import hold_committed_use, hold_flexible
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.offers import Offer, find_offers
from costopt.economics.owned_holdings import hold_owned
from costopt.economics.usage_items import Place
from costopt.errors import PriceNotFound
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.plan import Unplanned
from costopt.model.price import Purchase, Quality
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.gce import GceInstance
from costopt.pipeline.plan_request import PlanRequest
from costopt.pipeline.planning.snapshot.demand import EstateDemand, carried_forward, estate_demand
from costopt.pipeline.planning.snapshot.estate import PlannedEstate
from costopt.pipeline.planning.snapshot.open_sizes import OpenSizes
from costopt.pipeline.pricing import plan_ratio

LONGEST_TERM_BELOW = 12
"""Months: one-year terms are considered whatever the horizon, longer ones only within it. On a horizon shorter than its
term the cheapest rate always wins, and nobody sees what is left to pay."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanProblem:
    """The question."""

    estate: EstateDemand
    """Items and history."""
    as_it_is: HourlyDemand
    """Hours of the horizon if nothing changes but growth."""
    planned: HourlyDemand
    """The same after the audit's findings."""
    resizable: Mapping[str, Mapping[int, float]]
    """What each workload with an open size is today: on-demand dollars an hour of items, by its name."""
    owned: tuple[Holding, ...]
    """Commitments that are owned."""
    offers: tuple[Instrument, ...]
    """What may be bought."""
    qualities: Mapping[str, Quality]
    """How good the price of each offer is, by its id."""
    spot_monthly: Decimal
    """Dollars a month of spot capacity, which stays as it is."""
    unplanned: tuple[Unplanned, ...]
    """What is left out of all figures, and why."""
    assumptions: tuple[str, ...]
    """What was taken for granted, in sentences. May hold hostile ids."""


def pose(estate: PlannedEstate, sizes: OpenSizes, request: PlanRequest) -> PlanProblem:
    """Pose the problem of a snapshot.

    Args:
        estate: snapshot, bill, audit.
        sizes: which sizes are open.
        request: horizon, growth, upfront budget.

    Raises:
        DemandError: nothing runs whose price is known.
    """
    units = estate.findings.units
    # Types that findings and sizes may move to need an item, though nothing of them runs yet.
    running = {place: Decimal(0) for place in (*units, *sizes.considered)} | dict(estate.running)
    demand = estate_demand(running, estate.billed, estate.on_demand, estate.owned, estate.now)
    ahead = carried_forward(demand.history, estate.now, months=request.horizon_months, growth=request.growth)
    ratio = plan_ratio(estate.book, estate.on_demand)
    items = demand.itemised.items
    owned = hold_owned(estate.owned, estate.accounts, items, estate.book, ratio, estate.commitment_costs)
    google = hold_committed_use(estate.snapshot.resources, items, estate.book)
    flexible = hold_flexible(estate.flexible, items, ahead)
    offers = find_offers(items, estate.book, discount_rate=Decimal(repr(request.discount_rate)))
    may = [one for one in offers.found if _may_buy(one.instrument, request)]
    spot, unpriced_spot = _spot(estate)
    return PlanProblem(
        estate=demand,
        as_it_is=ahead,
        planned=_after(ahead, units, estate, demand, request),
        resizable={one.name: _by_item(one.running, estate, demand) for one in sizes.workloads},
        owned=(*owned.holdings, *google.holdings, *flexible.holdings),
        offers=tuple(one.instrument for one in may),
        qualities={one.instrument.id: one.quality for one in may},
        spot_monthly=spot,
        unplanned=(*_unpriced(demand, estate), *unpriced_spot, *_with_size_kept(sizes)),
        assumptions=(
            *owned.notes,
            *google.notes,
            *flexible.notes,
            *_sharing_of_google(may),
            *offers.missing,
            *_beside_bill(demand),
        ),
    )


def _sharing_of_google(offers: Sequence[Offer]) -> Sequence[str]:
    """Source: https://cloud.google.com/compute/docs/instances/committed-use-discounts-overview (discount sharing)."""
    if not any(one.instrument.kind is InstrumentKind.RESOURCE_CUD for one in offers):
        return []
    return [
        "resource-based commitments of Google Cloud pay for all projects here, which they do where discount sharing is"
        " on for the billing account; sustained use discounts are those of an account that is not invoiced"
    ]


def _may_buy(instrument: Instrument, request: PlanRequest) -> bool:
    fits = instrument.term_months <= max(request.horizon_months, LONGEST_TERM_BELOW)
    return fits and (request.upfront_budget is not None or not instrument.upfront)


def _after(
    ahead: HourlyDemand,
    units: Mapping[Place, Decimal],
    estate: PlannedEstate,
    demand: EstateDemand,
    request: PlanRequest,
) -> HourlyDemand:
    """Demand less what findings take off in each hour; never below nothing."""
    dollars = ahead.dollars.copy()
    years = np.arange(ahead.hours) / (12 * float(HOURS_PER_MONTH))
    grown = (1 + request.growth) ** years
    for place, count in units.items():
        item, price = demand.itemised.index.get(place), estate.on_demand(place[1])
        if item is not None and price is not None:
            dollars[:, item] -= float(count * price) * grown
    return HourlyDemand(items=ahead.items, dollars=np.maximum(dollars, 0), start=ahead.start)


def _by_item(units: Mapping[Place, Decimal], estate: PlannedEstate, demand: EstateDemand) -> Mapping[int, float]:
    """Units as on-demand dollars an hour of items."""
    dollars: dict[int, float] = defaultdict(float)
    for place, count in units.items():
        price, item = estate.on_demand(place[1]), demand.itemised.index.get(place)
        if price is not None and item is not None:
            dollars[item] += float(count * price)
    return dict(dollars)


def _beside_bill(demand: EstateDemand) -> Sequence[str]:
    named = [f"{service} in {account}" for account, service in demand.beside_bill]
    words = "the bill names no instances of these, so that what runs now is taken to run at all hours"
    return [f"{words}: {', '.join(named)}"] if named else []


def _with_size_kept(sizes: OpenSizes) -> Sequence[Unplanned]:
    return [Unplanned(subject=one.subject, reason=f"size stays: {one.reason}") for one in sizes.unplanned]


def _spot(estate: PlannedEstate) -> tuple[Decimal, Sequence[Unplanned]]:
    """Dollars a month of the spot machines that run, and those without a price."""
    monthly = Decimal(0)
    unpriced = []
    for resource in estate.snapshot.resources:
        machine = _spot_machine(resource.spec)
        if machine is not None:
            service, name, system = machine
            try:
                price = estate.book.instance(service, name, resource.region, variant=system, purchase=Purchase.SPOT)
            except PriceNotFound as missing:
                unpriced.append(Unplanned(subject=resource.id, reason=f"left out of every total: {missing}"))
            else:
                monthly += price.amount * HOURS_PER_MONTH
    return monthly, unpriced


def _spot_machine(spec: object) -> tuple[str, str, str] | None:
    """Service, type and operating system of a spot machine that runs, None of anything else."""
    if isinstance(spec, Ec2Instance) and spec.state == "running" and spec.lifecycle == "spot":
        return "ec2", spec.instance_type, spec.platform
    if isinstance(spec, GceInstance) and spec.running and spec.provisioning_model == "spot":
        return GCE, spec.machine_type, spec.platform
    return None


def _unpriced(demand: EstateDemand, estate: PlannedEstate) -> Sequence[Unplanned]:
    """Usage without a price, each kind once, and usage in the bill that nobody knows the engine of."""
    places = {
        f"{used.service} {used.instance_type} {used.variant} {region}" for _, (region, used) in demand.itemised.unpriced
    }
    found = [Unplanned(subject=one, reason="left out of every total: no on-demand price is known") for one in places]
    for account, region, service, name in sorted(estate.billed.unknown if estate.billed else ()):
        reason = "left out of every total: the bill does not tell its engine, and none runs now"
        found.append(Unplanned(subject=f"{service} {name} {region} in {account}", reason=reason))
    return sorted(found, key=lambda one: (one.subject, one.reason))
