"""Projects of Google Cloud whose steady machines are paid for on demand.

Signal: of the vCPUs, or the memory, of machines that have run for 30 days without a stop less than 80 % is committed in
their region and series, and what is not costs at least 100 $ a month.

Commitments of all projects that were read are held against the machines of all of them, as discount sharing does; a
project is flagged for its own machines. Machines without a known start do not count as steady, nor do spot capacity and
sole-tenant nodes. Flexible commitments are in no inventory: where the bill shows some, they may cover what looks
uncovered here. No saving is stated: what to commit to, after what is idle or too large has been put right, is for
`costopt plan` to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.committed_use import committed, steady_units
from costopt.economics.gce.commitment_types import COMMITTED_SERIES
from costopt.economics.gce.committed_amounts import Amount, plain
from costopt.economics.gce.machines import SERVICE
from costopt.economics.gce.running_cost import sustained_share
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.utilization import Facts

_KINDS = ("vcpu", "memory")
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `project_undercommitted`."""

    days: int = 30
    """Machines that have run for as many days are steady."""
    min_covered_fraction: float = 0.8
    """Share of the steady part that should be committed, 0..1."""
    min_uncovered_monthly: Decimal = Decimal(100)
    """Dollars a month, after sustained use discounts, below which the uncovered part is not worth a commitment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Steady units of one region, series and resource."""

    region: str
    held: Amount
    """What is committed of it."""
    steady: Decimal
    """Units of all projects."""
    own: Decimal
    """Units of the project that is judged."""
    price: Decimal | None
    """Dollars an hour of a unit, after sustained use discounts; None where it is not known."""

    @property
    def covered(self) -> Decimal:
        """Share of the steady units that is committed, 0..1."""
        return min(Decimal(1), self.held.count / self.steady)

    @property
    def monthly(self) -> Decimal:
        """Dollars a month of the project's part that is not covered."""
        return self.own * (1 - self.covered) * (self.price or Decimal(0)) * HOURS_PER_MONTH


def _excludes(_: Resource, spec: GcpProject) -> str | None:
    return None if spec.state in ("ACTIVE", "unknown") else "not active"


def _run(project: Resource, spec: GcpProject, facts: Facts, context: Context, params: Params) -> Verdict:
    target = Decimal(repr(params.min_covered_fraction))
    below = [pool for pool in _pools(project, context, params) if pool.covered < target]
    monthly = sum((pool.monthly for pool in below), Decimal(0))
    if monthly < params.min_uncovered_monthly:
        return no_data("price of a series not known") if any(pool.price is None for pool in below) else CLEAR
    below.sort(key=lambda pool: (-pool.monthly, pool.region, pool.held.families, pool.held.kind))
    told = [_told(pool, params) for pool in below[:_MOST_TOLD]]
    more = f" ({len(below) - _MOST_TOLD} more series or regions)" if len(below) > _MOST_TOLD else ""
    statement = f"the part that is not covered costs the project {monthly:,.2f} USD a month on demand{more}"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(*told, Evidence(statement=statement), _UNSEEN),
        action=Action(
            kind=ActionKind.BUY,
            summary="Put right what is idle or too large, then ask `costopt plan` what to commit to",
        ),
        confidence=Confidence.MEDIUM,
        risk=Risk.SAFE,
    )


_UNSEEN = Evidence(
    statement="not seen: flexible commitments, which may cover it, and commitments of projects that were not read"
)


def _told(pool: _Pool, params: Params) -> Evidence:
    steady = Amount(families=pool.held.families, kind=pool.held.kind, count=pool.steady)
    return Evidence(
        statement=f"{pool.region}: {steady.words(of=min(pool.held.count, pool.steady))} that have run for {params.days}"
        f" days are committed ({pool.covered:.0%}), less than {params.min_covered_fraction:.0%}; the project runs"
        f" {plain(pool.own)} of them",
        observed=float(pool.covered),
        threshold=params.min_covered_fraction,
    )


def _pools(project: Resource, context: Context, params: Params) -> Iterator[_Pool]:
    regions = {one.region for one in context.of_account(project, GceInstance)}
    for region in sorted(regions):
        units = steady_units(context, region, since=context.now - timedelta(days=params.days))
        own = units.get(project.account, {})
        for (series, kind), count in sorted(own.items()):
            if kind in _KINDS and count and series in COMMITTED_SERIES:
                steady = sum((some.get((series, kind), Decimal(0)) for some in units.values()), Decimal(0))
                yield _Pool(
                    region=region,
                    held=committed(context, region, series, kind),
                    steady=steady,
                    own=count,
                    price=_price(series, kind, region, context),
                )


def _price(series: str, kind: str, region: str, context: Context) -> Decimal | None:
    try:
        return context.prices.unit(SERVICE, f"{series}_{kind}", region).amount * sustained_share(series)
    except PriceNotFound:
        return None


CHECK = Check(
    id="project_undercommitted",
    title="Steady machines are not covered by commitments",
    category=Category.OPTIMISATION,
    lever="Commitments",
    applies_to=GcpProject,
    params=Params,
    source="https://cloud.google.com/billing/docs/how-to/cud-analysis (coverage); 80 % of the steady part is ours",
    run=_run,
    excludes=_excludes,
    relies_on=(GceInstance, CommittedUse),
    grace_days=0,
)
