"""Replay policies on a history whose prices are known, and report replays of any past."""

from collections.abc import Callable, Sequence

from costopt.economics.demand import HourlyDemand
from costopt.economics.instruments import Instrument
from costopt.errors import DemandError, UsageError
from costopt.model.backtest import BACKTEST_SCHEMA_VERSION, BacktestReport
from costopt.model.period import Period
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.optimizer.backtest.choose import best_policy
from costopt.optimizer.backtest.compare import Estate, Replay, estate_replay, outcomes, replay
from costopt.optimizer.backtest.policies.registry import DEFAULT_POLICY, policies
from costopt.optimizer.backtest.policy import Policy, has_wide_plan
from costopt.pipeline.version import tool_version

DEFAULT_SEEDS = (0, 1, 2)
"""Draws: enough to see where a policy owes its place to luck."""


def backtest_history(
    history: HourlyDemand,
    offers: Sequence[Instrument],
    *,
    source: str,
    chosen: Sequence[str] = (),
    seeds: Sequence[int] = DEFAULT_SEEDS,
    rhythm: Rhythm = Rhythm.CALENDAR,
    progress: Callable[[str], None] = lambda _: None,
) -> BacktestReport:
    """Replay policies on a history whose prices are known.

    Args:
        history: what happened, up to now.
        offers: what can be bought; of these only those of the shortest term, as a longer one looks cheap on any short
            history. Today's prices stand for those of the past.
        source: where the history is from, in words.
        chosen: ids of policies to play beside the default; empty for all.
        seeds: of policies that draw.
        rhythm: how months are counted.
        progress: is told what is being done.

    Raises:
        DemandError: history is too short, or there is nothing to buy.
        UsageError: an unknown policy, or no seed.
    """
    if not offers or not seeds:
        raise DemandError("nothing is on offer for what runs, or no seed is given", hint="Check the catalog's prices.")
    shortest = min(offer.term_months for offer in offers)
    short = tuple(offer for offer in offers if offer.term_months == shortest)
    wide = has_wide_plan(short)
    replays: list[Replay] = []
    for seed in seeds:
        estate = Estate(name="estate", demand=history, offers=short, seed=seed)
        played = chosen_policies(chosen, seed=seed, wide=wide)
        like = replays[0] if replays else None
        replays.append(replay(estate, played, rhythm=rhythm, progress=progress, like=like))
    usual = "" if wide else "No plan on offer pays for several families: rules that buy only such plans are left out."
    return report_of(
        replays,
        source=source,
        period=Period(start=history.start, end=history.end),
        assumptions=("Today's prices stand for those of the past.", *usual_assumptions(replays, rhythm)),
        notes=(usual,) if usual else (),
    )


def report_of(
    replays: Sequence[Replay], *, source: str, period: Period, assumptions: tuple[str, ...], notes: tuple[str, ...]
) -> BacktestReport:
    """The report of replays of the same policies.

    Args:
        replays: at least one.
        source: where the demand is from.
        period: its hours, UTC.
        assumptions: what was taken for granted.
        notes: what was found out.
    """
    found = outcomes(replays)
    verdict = best_policy(found, default=DEFAULT_POLICY.id, months=min(len(one.months) for one in replays))
    return BacktestReport(
        schema_version=BACKTEST_SCHEMA_VERSION,
        source=source,
        start=period.start,
        end=period.end,
        tool_version=tool_version(),
        estates=tuple(map(estate_replay, replays)),
        policies=found,
        default_policy=DEFAULT_POLICY.id,
        chosen_policy=verdict.policy,
        chosen_because=verdict.because,
        assumptions=assumptions,
        notes=notes,
    )


def chosen_policies(ids: Sequence[str], *, seed: int, wide: bool = True) -> tuple[Policy, ...]:
    """The policies of these ids and the default, or all.

    Raises:
        UsageError: an unknown id.
    """
    known = {policy.id: policy for policy in policies(seed, wide=wide)}
    unknown = [name for name in ids if name not in known]
    if unknown:
        raise UsageError(f"no policy {unknown[0]!r}", hint=f"There are {', '.join(known)}.")
    return tuple(policy for name, policy in known.items() if not ids or name in (*ids, DEFAULT_POLICY.id))


def usual_assumptions(replays: Sequence[Replay], rhythm: Rhythm) -> tuple[str, ...]:
    """What every replay takes for granted."""
    kind = "calendar months" if rhythm is Rhythm.CALENDAR else "months of 730 hours"
    months = sorted({len(one.months) for one in replays})
    seeds = sorted({str(one.estate.seed) for one in replays})
    return (
        "Commitments are bought at the beginning of a month, charged by the hour, and cut at the end of history for all"
        " policies alike; what they still cost then is due.",
        "Nothing is owned at the first decision.",
        f"{len(replays[0].played)} policies, {' or '.join(map(str, months))} decisions by {kind}, seeds"
        f" {', '.join(seeds)}.",
    )
