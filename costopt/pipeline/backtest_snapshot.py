"""Replay policies of buying commitments on an estate's own bill."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from costopt.config.settings import Settings
from costopt.economics.offers import find_offers
from costopt.errors import DemandError
from costopt.model.backtest import BacktestReport
from costopt.optimizer.backtest.calendar import Rhythm
from costopt.pipeline.backtest_history import DEFAULT_SEEDS, backtest_history
from costopt.pipeline.planning.snapshot.demand import estate_demand
from costopt.pipeline.planning.snapshot.estate import read_estate


def backtest_snapshot(
    path: Path,
    settings: Settings,
    *,
    store: Path | None,
    now: datetime | None = None,
    policies: Sequence[str] = (),
    seeds: Sequence[int] = DEFAULT_SEEDS,
    rhythm: Rhythm = Rhythm.CALENDAR,
    progress: Callable[[str], None] = lambda _: None,
) -> BacktestReport:
    """Replay policies on the hours that the bill of a snapshot's accounts shows, at today's prices, paid by the hour.

    Args:
        path: the snapshot.
        settings: the user's settings.
        store: store of bills.
        now: end of history; when the snapshot was taken by default.
        policies: ids to play beside the default; empty for all.
        seeds: of policies that draw.
        rhythm: how months are counted.
        progress: is told what is being done.

    Raises:
        DemandError: no bill that names instances, or one that is too short.
        SnapshotError, StoreError, EngineError, CatalogError: as `costopt plan`.
        UsageError: an unknown policy.
    """
    progress(f"reading {path}")
    estate = read_estate(path, settings, now=now, store=store)
    demand = estate_demand(estate.running, estate.billed, estate.on_demand, estate.owned, estate.now)
    if demand.period is None:
        raise DemandError(
            "no bill shows the usage of this estate by hour: an inventory has no past to replay",
            hint="Collect bills with `costopt collect`, or give hourly demand with --demand.",
        )
    # What runs now and never did in the bill has no past.
    used = demand.history.used
    offers = (one.instrument for one in find_offers(demand.itemised.items, estate.book).found)
    return backtest_history(
        demand.history.only(used),
        [one.only(used) for one in offers if not one.upfront and one.covers[used].any()],
        source=demand.words,
        chosen=policies,
        seeds=seeds,
        rhythm=rhythm,
        progress=progress,
    )
