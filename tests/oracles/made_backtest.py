"""A small report of a replay, with names that strangers wrote."""

from datetime import UTC, datetime
from decimal import Decimal

from costopt.model.backtest import (
    BACKTEST_SCHEMA_VERSION,
    BacktestReport,
    EstateReplay,
    PolicyOutcome,
    PolicyReplay,
)
from costopt.model.period import Period

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def outcome(id_: str, cost: float, *, estate: str = "region 1") -> PolicyOutcome:
    row = PolicyReplay(
        estate=estate,
        seed=0,
        cost=Decimal("1234.5"),
        cost_fraction=cost,
        regret_fraction=0.1,
        coverage_fraction=0.75,
        utilisation_fraction=None if cost == 1 else 0.9,
        liability_fraction=0.25,
    )
    return PolicyOutcome(
        id=id_,
        title=f"Title of {id_}",
        cost_fraction=cost,
        saving_share=0.8,
        largest_regret=0.1,
        coverage_fraction=0.75,
        utilisation_fraction=row.utilisation_fraction,
        liability_fraction=0.25,
        predicted_fraction=0.222,
        realised_fraction=0.151,
        realised_low=-0.0151,
        realised_high=0.262,
        on_frontier=cost < 1,
        replays=(row,),
    )


def report(*, source: str = "hourly.csv", estate: str = "region 1") -> BacktestReport:
    return BacktestReport(
        schema_version=BACKTEST_SCHEMA_VERSION,
        source=source,
        start=START,
        end=END,
        tool_version="0.1.0",
        estates=(
            EstateReplay(
                estate=estate,
                seed=0,
                items=3,
                months=4,
                settled=Period(start=START, end=END),
                without=Decimal("5000.25"),
                hindsight_fraction=0.7003,
                hindsight_bound_fraction=0.7001,
            ),
        ),
        policies=(outcome("mix", 0.79, estate=estate), outcome("on_demand", 1.0, estate=estate)),
        default_policy="mix",
        chosen_policy="mix",
        chosen_because="no policy was cheaper by more than luck",
        assumptions=("Prices are assumed.",),
        notes=(f"Demand is of {estate}.",),
    )
