"""Policies side by side on the same past: what they cost, what they missed, and what they had promised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import fmean

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.model.backtest import EstateReplay, PolicyOutcome, PolicyReplay
from costopt.model.period import Period
from costopt.optimizer.backtest.calendar import Month, Rhythm, decision_months
from costopt.optimizer.backtest.hindsight import Hindsight, buy_in_hindsight
from costopt.optimizer.backtest.policy import Policy
from costopt.optimizer.backtest.starts import Start, single_purchases
from costopt.optimizer.backtest.walk import Walk, walk

Progress = Callable[[str], None]
"""Told, in words, what is being replayed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estate:
    """A past to replay: one customer's demand and what was on offer to it."""

    name: str
    """Name."""
    demand: HourlyDemand
    """What happened."""
    offers: tuple[Instrument, ...]
    """What could be bought, at these prices, at any time."""
    seed: int | None = None
    """Of the draw of prices, and of policies that draw; None where nothing is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """One policy on one estate."""

    policy: Policy
    """The rule."""
    walk: Walk
    """What it bought and what that came to."""
    starts: tuple[Start, ...]
    """What its first purchase had promised and come to, from each month on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay:
    """All policies on one estate."""

    estate: Estate
    """The past."""
    months: tuple[Month, ...]
    """Its decisions."""
    hindsight: Hindsight
    """What could have been."""
    played: tuple[Played, ...]
    """One for each policy, in their order."""


def replay(
    estate: Estate,
    policies: Sequence[Policy],
    *,
    rhythm: Rhythm = Rhythm.CALENDAR,
    progress: Progress = lambda _: None,
    like: Replay | None = None,
) -> Replay:
    """Play all policies on one past.

    Args:
        estate: the past.
        policies: rules, each once.
        rhythm: how months are counted.
        progress: is told what is replayed next.
        like: the same past under another seed, with the same offers: what draws nothing is taken from it.

    Raises:
        DemandError: history is too short, or there is no demand in the months that are settled.
    """
    months = decision_months(estate.demand, rhythm=rhythm)
    where = estate.name if estate.seed is None else f"{estate.name}, seed {estate.seed}"
    progress(f"{where}: {len(months)} months from {months[0].start:%Y-%m}, {len(policies)} policies")
    known = {} if like is None else {one.policy: one for one in like.played}
    hindsight = buy_in_hindsight(estate.demand, estate.offers, months) if like is None else like.hindsight
    played = tuple(
        known.get(policy)
        or Played(
            policy=policy,
            walk=walk(estate.demand, estate.offers, policy, months),
            starts=single_purchases(estate.demand, estate.offers, policy, months),
        )
        for policy in policies
    )
    return Replay(estate=estate, months=months, hindsight=hindsight, played=played)


def estate_replay(one: Replay) -> EstateReplay:
    """What there was to win on an estate."""
    first, last = one.months[0], one.months[-1]
    return EstateReplay(
        estate=one.estate.name,
        seed=one.estate.seed,
        items=len(one.estate.demand.items),
        months=len(one.months),
        settled=Period(start=first.start, end=last.start + timedelta(hours=last.hours)),
        without=one.hindsight.walk.without,
        hindsight_fraction=one.hindsight.cost_fraction,
        hindsight_bound_fraction=one.hindsight.bound_fraction,
    )


def outcomes(replays: Sequence[Replay]) -> tuple[PolicyOutcome, ...]:
    """Each policy over all replays, lowest mean cost first, with the frontier of cost against regret marked.

    Args:
        replays: of the same policies, in the same order.
    """
    columns = zip(*(one.played for one in replays), strict=True)
    found = [_outcome(replays, column) for column in columns]
    frontier = {one.id for one in found if not any(_better(other, one) for other in found)}
    marked = (replace(one, on_frontier=one.id in frontier) for one in found)
    return tuple(sorted(marked, key=lambda one: (one.cost_fraction, one.largest_regret, one.id)))


def _better(one: PolicyOutcome, other: PolicyOutcome) -> bool:
    """Whether one is nowhere worse than the other, and somewhere better."""
    mine, its = ((each.cost_fraction, each.largest_regret) for each in (one, other))
    return mine != its and all(left <= right for left, right in zip(mine, its, strict=True))


def _outcome(replays: Sequence[Replay], column: Sequence[Played]) -> PolicyOutcome:
    rows = [_policy_replay(one, played) for one, played in zip(replays, column, strict=True)]
    starts = [start for played in column for start in played.starts]
    cost = fmean(row.cost_fraction for row in rows)
    best = fmean(one.hindsight.cost_fraction for one in replays)
    used = [row.utilisation_fraction for row in rows if row.utilisation_fraction is not None]
    return PolicyOutcome(
        id=column[0].policy.id,
        title=column[0].policy.title,
        cost_fraction=cost,
        saving_share=(1 - cost) / (1 - best) if best < 1 else 1.0,
        largest_regret=max(row.regret_fraction for row in rows),
        coverage_fraction=fmean(row.coverage_fraction for row in rows),
        utilisation_fraction=fmean(used) if used else None,
        liability_fraction=fmean(row.liability_fraction for row in rows),
        predicted_fraction=fmean(start.predicted_fraction for start in starts),
        realised_fraction=fmean(start.realised_fraction for start in starts),
        realised_low=min(start.realised_fraction for start in starts),
        realised_high=max(start.realised_fraction for start in starts),
        on_frontier=False,
        replays=tuple(rows),
    )


def _policy_replay(one: Replay, played: Played) -> PolicyReplay:
    made = played.walk
    share = float(made.cost / made.without)
    return PolicyReplay(
        estate=one.estate.name,
        seed=one.estate.seed,
        cost=made.cost,
        cost_fraction=share,
        regret_fraction=float(made.cost / one.hindsight.walk.cost) - 1,
        coverage_fraction=made.coverage_fraction,
        utilisation_fraction=made.utilisation_fraction,
        liability_fraction=float(made.liability / made.without),
    )
