"""Commitments of Google Cloud for more than what runs.

Signal: of the vCPUs, the memory, the GPUs or the local SSD of an active commitment less than 95 % is used by machines
that run, or have stopped within 30 days, in its region in any project that was read.

The inventory is of one moment, so every machine that can have been in use within 30 days is counted as in use, and
machines that were deleted meanwhile are not known. Commitments of one series are used in the order of their ends, the
last first: what nobody needs lies with the one that can be let go first. Capacity that is reserved and not used is paid
for by commitments too and is told, but is nobody's need. Projects that were not read may use the rest where discount
sharing is on. Not judged are commitments of a type that is not known, series with machines on sole-tenant nodes or of
unknown units, and commitments for licences.

No saving is stated: a commitment cannot be cancelled, and is paid to its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.committed_use import monthly_cost, reserved_units, running_units, uncountable, used_of
from costopt.economics.gce.commitment_types import covered_series
from costopt.economics.gce.committed_amounts import Amount, amounts
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
    not_applicable,
)
from costopt.model.resource import Resource
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `committed_use_underused`."""

    days: int = 30
    """Machines that have stopped within as many days count as used."""
    min_used_fraction: float = 0.95
    """Share of a committed resource that must be used, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idle:
    """A committed resource of which too little is used."""

    amount: Amount
    used: Decimal

    @property
    def unused(self) -> Decimal:
        return self.amount.count - self.used


def _excludes(_: Resource, spec: CommittedUse) -> str | None:
    if spec.status != "ACTIVE":
        return "not active"
    return None if spec.category == "MACHINE" else "not for machines"


def _run(owned: Resource, spec: CommittedUse, facts: Facts, context: Context, params: Params) -> Verdict:
    if not spec.start <= context.now < spec.end:
        return not_applicable("not active")
    unknown = _not_counted(owned, spec, context)
    if unknown is not None:
        return no_data(unknown)
    units = running_units(context, owned.region, since=context.now - timedelta(days=params.days))
    held = [_Idle(amount=one, used=used_of(owned, one, units, context)) for one in amounts(spec)]
    least = Decimal(repr(params.min_used_fraction))
    idle = [one for one in held if one.used < one.amount.count * least]
    if not idle:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            *_measures(idle, params),
            *_cost(owned, spec, idle, context),
            *_reserved(owned, idle, context),
            _UNSEEN,
        ),
        action=Action(kind=ActionKind.REVIEW, summary=_advice(spec)),
        confidence=Confidence.MEDIUM,
        risk=Risk.SAFE,
    )


_UNSEEN = Evidence(
    statement="not seen: machines that were deleted in that time, as autoscalers do, and projects that were not read"
)


def _not_counted(owned: Resource, spec: CommittedUse, context: Context) -> str | None:
    """Why it cannot be said how much is used, or None."""
    series = covered_series(spec.commitment_type)
    if not series and (spec.vcpus or spec.memory_gib):
        return "type of commitment not known"
    reasons = uncountable(context, owned.region)
    return next((reasons[name] for name in series if name in reasons), None)


def _measures(idle: Sequence[_Idle], params: Params) -> Iterator[Evidence]:
    for one in idle:
        share = float(one.used / one.amount.count)
        yield Evidence(
            statement=f"{one.amount.words(of=one.used)} can have been in use in {params.days} days ({share:.0%}),"
            f" less than {params.min_used_fraction:.0%}",
            observed=share,
            threshold=params.min_used_fraction,
        )


def _cost(owned: Resource, spec: CommittedUse, idle: Sequence[_Idle], context: Context) -> Iterator[Evidence]:
    costs = [monthly_cost(one.amount, one.unused, spec, owned.region, context) for one in idle]
    known = [cost for cost in costs if cost is not None]
    if known:
        least = "" if len(known) == len(costs) else "at least "
        yield Evidence(
            statement=f"the unused part costs {least}{sum(known):,.2f} USD a month at today's committed price"
        )
    else:
        yield Evidence(statement="what the unused part costs is not known")


def _reserved(owned: Resource, idle: Sequence[_Idle], context: Context) -> Iterator[Evidence]:
    units = reserved_units(context, owned.region)
    for one in idle:
        count = one.amount.within(units)
        if count:
            held = Amount(families=one.amount.families, kind=one.amount.kind, count=count)
            yield Evidence(statement=f"{held.words()} more are reserved and not used, which commitments pay for, too")


def _advice(spec: CommittedUse) -> str:
    end = f"{spec.end:%Y-%m-%d}"
    if spec.auto_renew:
        return f"Move what runs elsewhere onto it, and switch off its automatic renewal on {end} if it stays unused"
    return f"Move what runs elsewhere onto it, and buy less when it ends on {end}"


CHECK = Check(
    id="committed_use_underused",
    title="Committed use is not used",
    category=Category.OPTIMISATION,
    lever="Commitments",
    applies_to=CommittedUse,
    params=Params,
    source="https://cloud.google.com/billing/docs/how-to/cud-analysis (utilisation); 95 % and 30 days are ours",
    run=_run,
    excludes=_excludes,
    relies_on=(GceInstance, GceReservation),
    grace_days=30,
)
