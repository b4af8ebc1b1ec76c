"""Which policy to follow: the one that did best on this history, unless that proves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.model.backtest import PolicyOutcome
from costopt.model.plan import PolicyChoice
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.optimizer.backtest.compare import Estate, Replay, outcomes, replay
from costopt.optimizer.backtest.policies.registry import DEFAULT_POLICY, policies
from costopt.optimizer.backtest.policy import Policy, has_wide_plan

LEAST_DECISIONS = 6
"""Fewer months than this rank nothing: a policy of many commitments has had no time to be wrong."""
TIE = 0.01
"""Difference of mean cost, as a share of all on demand, that one history cannot tell from luck: the spread between
seeds of one policy in our replays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A policy and why."""

    policy: str
    """Its id."""
    because: str
    """In a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPolicy:
    """A policy to follow, and what is said of it."""

    policy: Policy
    """The rule."""
    choice: PolicyChoice
    """Its promise beside what came of it."""


def choose_policy(
    history: HourlyDemand,
    offers: Sequence[Instrument],
    *,
    seeds: Sequence[int] = (0, 1, 2),
    rhythm: Rhythm = Rhythm.AVERAGE,
    among: Sequence[Policy] | None = None,
) -> ChosenPolicy:
    """The policy that did best on this history.

    Where no plan on offer pays for several families, only rules that do without one are played.
    Only offers of the shortest term are replayed: against a few months of the past a longer one always looks cheaper.

    Args:
        history: what happened, up to now.
        offers: what can be bought.
        seeds: of policies that draw.
        rhythm: how months are counted.
        among: policies to choose from, `DEFAULT_POLICY` one of them; None for all.

    Raises:
        DemandError: history is too short to replay.
    """
    shortest = min(offer.term_months for offer in offers)
    short = tuple(offer for offer in offers if offer.term_months == shortest)
    wide = has_wide_plan(short)
    replays: list[Replay] = []
    for seed in seeds:
        estate = Estate(name="all", demand=history, offers=short, seed=seed)
        like = replays[0] if replays else None
        replays.append(replay(estate, among or policies(seed, wide=wide), rhythm=rhythm, like=like))
    found, months = outcomes(replays), len(replays[0].months)
    verdict = best_policy(found, default=DEFAULT_POLICY.id, months=months)
    outcome = next(one for one in found if one.id == verdict.policy)
    return ChosenPolicy(
        policy=next(policy for policy in among or policies(seeds[0]) if policy.id == verdict.policy),
        choice=_policy_choice(outcome, months=months, because=verdict.because),
    )


def best_policy(found: Sequence[PolicyOutcome], *, default: str, months: int) -> Verdict:
    """Choose among policies by what they came to.

    The default keeps its place unless another was cheaper by more than luck in the mean, and cheaper under every seed
    too: a policy that draws scenarios has been the best of all under one seed and among the worst under the next. Of
    several such, and as cheap as the cheapest of them but for luck, the one with the smallest largest regret is taken.

    Args:
        found: outcomes of all policies, the default among them.
        default: id of the policy to follow without evidence.
        months: decisions that were replayed.

    Raises:
        KeyError: the default was not replayed.
    """
    by_id = {one.id: one for one in found}
    usual = by_id[default]
    if months < LEAST_DECISIONS:
        return Verdict(policy=default, because=f"{months} months of decisions are too few to rank policies by")
    better = [one for one in found if one.cost_fraction < usual.cost_fraction - TIE and _always(one, usual)]
    if not better:
        return Verdict(policy=default, because="no policy was cheaper by more than luck, and under every seed")
    lowest = min(one.cost_fraction for one in better)
    as_good = [one for one in better if one.cost_fraction <= lowest + TIE]
    best = min(as_good, key=lambda one: (one.largest_regret, one.cost_fraction, one.id))
    points = 100 * (usual.cost_fraction - best.cost_fraction)
    return Verdict(policy=best.id, because=f"it cost {points:.1f} points of all on demand less than {usual.title}")


def _always(one: PolicyOutcome, other: PolicyOutcome) -> bool:
    """Whether one was cheaper than the other under every seed, in the mean of the estates."""
    mine, its = _by_seed(one), _by_seed(other)
    return all(mine[seed] < its[seed] for seed in mine)


def _by_seed(one: PolicyOutcome) -> dict[int | None, float]:
    """Mean cost by seed."""
    seeds = {replay.seed for replay in one.replays}
    return {seed: fmean(each.cost_fraction for each in one.replays if each.seed == seed) for seed in seeds}


def _policy_choice(outcome: PolicyOutcome, *, months: int, because: str) -> PolicyChoice:
    return PolicyChoice(
        policy=outcome.title,
        months=months,
        predicted_saving_fraction=outcome.predicted_fraction,
        realised_low_fraction=outcome.realised_low,
        realised_high_fraction=outcome.realised_high,
        note=because,
    )
