"""What jobs with deadlines cost under each policy, on histories of spot capacity that none of the models made.

Fitted on the first third of 90 days, tried on the rest; 24 hours of work, spot at 0.3 of the on-demand price.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np

from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.beliefs import Candidates
from costopt.optimizer.training.estimation import fit
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.policies import Greedy, OnDemandOnly, UniformProgress
from costopt.optimizer.training.simulation import Policy
from costopt.optimizer.training.timetable import Timetable
from tests.oracles.deadline_trials import SPOT, Setting, try_out
from tests.oracles.spot_processes import PER_DAY, PROCESSES

SEEDS = int(os.environ.get("COSTOPT_BENCH_SEEDS", "4"))
"""Histories of each process."""
WINDOWS = int(os.environ.get("COSTOPT_BENCH_WINDOWS", "12"))
"""Jobs in each history."""
SETTINGS = (Setting(slack=1.15), Setting(slack=1.5), Setting(slack=1.5, restart_hours=1 / 3), Setting(slack=2.0))

Row = Sequence[str]

_NAMES = ("omniscient", "on demand", "greedy", "uniform progress", "planned")
_GREEDY, _UNIFORM, _PLANNED = 2, 3, 4


def trainings() -> list[Row]:
    """All rows of the bench that are about jobs with deadlines: name, measured, ratio, claim."""
    rows: list[Row] = []
    for setting in SETTINGS:
        for process in PROCESSES:
            begin = time.process_time()
            rows.append(_row(process, setting))
            print(*rows[-1], f"{time.process_time() - begin:.0f} CPU s", sep=" | ", flush=True)
    return rows


def _row(process: str, setting: Setting) -> Row:
    histories = [PROCESSES[process](setting.days * PER_DAY, seed) for seed in range(SEEDS)]
    tried = [try_out(there, _with_windows(setting), policies) for there in histories]
    shares = np.concatenate([one.shares for one in tried])
    mean, worst = shares.mean(axis=0), shares.max(axis=0)
    measured = ", ".join(f"{name} {m:.3f} ({w:.2f})" for name, m, w in zip(_NAMES, mean, worst, strict=True))
    cheaper = [1 - mean[_PLANNED] / mean[other] for other in (_GREEDY, _UNIFORM)]
    missed = sum(one.missed for one in tried)
    name = (
        f"{process}, slack {setting.slack:g}, restart {setting.restart_hours * 60:.0f} min, {len(shares)} jobs:"
        " mean (worst) share of on demand"
    )
    return (
        name,
        measured,
        f"{cheaper[0]:.1%} below greedy, {cheaper[1]:.1%} below uniform progress, {missed} missed",
        "cheaper than both, none missed",
    )


def _with_windows(setting: Setting) -> Setting:
    from dataclasses import replace

    return replace(setting, windows=WINDOWS)


def policies(history: Trace) -> Callable[[Timetable], Sequence[Policy]]:
    """The policies that are compared, fitted on a history."""
    model = fit(history)

    def of(table: Timetable) -> Sequence[Policy]:
        planned = Planned.solve(table, Candidates.around({SPOT: model}))
        return [OnDemandOnly(), Greedy(), UniformProgress(), planned]

    return of


if __name__ == "__main__":
    trainings()
