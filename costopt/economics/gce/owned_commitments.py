"""Commitments that are owned, in the form that the simulator takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costopt.economics.commitments import Owned
from costopt.economics.demand import HourlyDemand
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.committed_amounts import YEARS, amounts
from costopt.economics.gce.flexible_commitments import flexible_ratio
from costopt.economics.gce.instruments import custom_premium
from costopt.economics.gce.machines import SERVICE
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.lookups import PriceBook
from costopt.economics.usage_items import PricedItem
from costopt.errors import PriceNotFound
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse

_STATES = ("ACTIVE", "NOT_YET_ACTIVE")
_PLANNED = ("vcpu", "memory")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCommitments:
    """What is owned, and what had to be assumed of it."""

    holdings: tuple[Holding, ...]
    """One for the vCPUs and one for the memory of each resource-based commitment, one for each flexible one."""
    notes: tuple[str, ...]
    """Sentences. Hold ids, which are hostile until escaped."""


def hold_committed_use(
    resources: Sequence[Resource], items: Sequence[PricedItem], prices: PriceBook
) -> OwnedCommitments:
    """Commitments among resources, against items.

    They cost what the same ones cost today: Google tells nobody what an old one costs.

    Args:
        resources: of the snapshot.
        items: columns of the demand.
        prices: price book.
    """
    active = [
        (one, one.spec)
        for one in resources
        if isinstance(one.spec, CommittedUse) and one.spec.status in _STATES and one.spec.category == "MACHINE"
    ]
    untold = [f"{one.id} ({spec.commitment_type})" for one, spec in active if not covered_series(spec.commitment_type)]
    holdings: list[Holding] = []
    unpriced: list[str] = []
    for resource, spec in active:
        for amount in amounts(spec):
            if amount.kind in _PLANNED:
                instrument, known = _instrument(resource, spec, amount.kind, items, prices)
                holdings.append(
                    Holding(instrument=instrument, quantity=amount.count, start=spec.start, end=spec.end, owned=True)
                )
                unpriced += [] if known else [resource.id]
    return OwnedCommitments(holdings=tuple(holdings), notes=tuple(_notes(holdings, unpriced, untold)))


def hold_flexible(owned: Sequence[Owned], items: Sequence[PricedItem], demand: HourlyDemand) -> OwnedCommitments:
    """Flexible commitments that a bill shows, against items, for all of a demand: when they end no list tells.

    Args:
        owned: flexible commitments alone.
        items: columns of the demand.
        demand: whose hours they pay for.
    """
    holdings = []
    for one in owned:
        ratios = [flexible_ratio(priced.usage[1], one.years) for priced in items]
        instrument = Instrument(
            id=f"owned {one.id}",
            kind=InstrumentKind.FLEXIBLE_CUD,
            scope="Compute Engine of all regions",
            term_months=12 * one.years,
            payment="monthly",
            hourly_cost=Decimal(1),
            upfront=Decimal(0),
            take=np.array([np.inf if ratio is None else float(ratio) for ratio in ratios]),
        )
        quantity = one.spec.hourly_commitment or Decimal(0)
        holdings.append(
            Holding(instrument=instrument, quantity=quantity, start=demand.start, end=demand.end, owned=True)
        )
    words = "flexible commitments that the bill shows are taken to run to the end of the plan, for this estate alone"
    return OwnedCommitments(holdings=tuple(holdings), notes=(words,) if holdings else ())


def _notes(holdings: Sequence[Holding], unpriced: Sequence[str], untold: Sequence[str]) -> Iterator[str]:
    if holdings:
        yield "commitments of Google Cloud that are owned are taken to cost what the same ones cost today"
    if unpriced:
        words = "what these owned commitments cost is not known, and is left out of every variant alike"
        yield f"{words}: {', '.join(dict.fromkeys(unpriced))}"
    if untold:
        words = "which machines these owned commitments pay for is not known, so that they are left out"
        yield f"{words}: {', '.join(untold)}"


def _instrument(
    resource: Resource, spec: CommittedUse, name: str, items: Sequence[PricedItem], prices: PriceBook
) -> tuple[Instrument, bool]:
    """The product, and whether its price is known."""
    series, years = covered_series(spec.commitment_type), YEARS.get(spec.plan, 1)
    take = np.full(len(items), np.inf)
    for place, one in enumerate(items):
        item = one.item
        here = (item.service, item.region, item.variant) == (SERVICE, resource.region, name)
        if here and item.family in series:
            take[place] = float(1 / one.on_demand)
    try:
        cost = prices.unit(SERVICE, f"{series[0]}_{name}_cud_{years}y", resource.region).amount
        known = True
    except PriceNotFound:
        cost, known = Decimal(0), False
    made = Instrument(
        id=f"owned {resource.id} {name}",
        kind=InstrumentKind.RESOURCE_CUD,
        scope=f"{series[0]} {name} {resource.region}",
        term_months=12 * years,
        payment="monthly",
        hourly_cost=cost,
        upfront=Decimal(0),
        take=take,
        premium=custom_premium(items, np.flatnonzero(np.isfinite(take)).tolist(), prices, years),
        account=resource.account,
    )
    return made, known
