"""What each policy does, and that planning beats them on capacity that its model is not."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from costopt.errors import DemandError, WorkloadError
from costopt.optimizer.training.availability import Trace
from costopt.optimizer.training.beliefs import Candidates
from costopt.optimizer.training.estimation import fit
from costopt.optimizer.training.job import Capacity
from costopt.optimizer.training.planned import Planned
from costopt.optimizer.training.policies import Greedy, OnDemandOnly, UniformProgress
from costopt.optimizer.training.simulation import Policy, carry_out
from costopt.optimizer.training.timetable import IDLE, Timetable, lay_out
from tests.optimizer.training.conftest import MakeTable
from tests.oracles.deadline_trials import Setting, try_out
from tests.oracles.spot_processes import PER_DAY, PROCESSES

OMNISCIENT, ON_DEMAND, GREEDY, UNIFORM, PLANNED = range(5)


def with_on_demand(there: str) -> np.ndarray:
    return np.column_stack([[one == "1" for one in there], np.ones(len(there), dtype=bool)])


def choices(table: Timetable, there: str, policy: Policy) -> str:
    """`.` idle, `s` spot, `d` on demand."""
    ended = carry_out(table, with_on_demand(there), policy.begin(table, {}))
    return "".join({IDLE: ".", 0: "s", 1: "d"}[one] for one in ended.choices)


def test_on_demand_only_never_waits(make_table: MakeTable) -> None:
    assert choices(make_table(4, 8), "11110000", OnDemandOnly()) == "dddd"


def test_greedy_waits_for_spot_until_the_last_moment_and_then_stays_on_demand(make_table: MakeTable) -> None:
    assert choices(make_table(4, 8), "10000011", Greedy()) == "s....ddd"


def test_uniform_progress_buys_on_demand_while_it_is_behind(make_table: MakeTable) -> None:
    # The pace is half an hour of work an hour: behind it on demand, level with it idle.
    assert choices(make_table(4, 8), "00000000", UniformProgress()) == ".d.d.d.d"


def test_uniform_progress_leaves_on_demand_once_two_restarts_are_caught_up(make_table: MakeTable) -> None:
    chosen = choices(make_table(6, 16, restart_hours=1), "0" * 16, UniformProgress())
    assert chosen.startswith(".ddd")


def test_a_trace_of_another_length_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(DemandError, match=r"job llm has the shape \(9, 2\), not \(8, 2\)"):
        choices(make_table(4, 8), "0" * 9, Greedy())


def test_policies_that_fall_back_need_something_to_fall_back_on(make_table: MakeTable, spot: Capacity) -> None:
    table = lay_out(make_table(3, 9).job, [spot], tick_hours=1.0)
    with pytest.raises(WorkloadError, match="job llm has no on-demand capacity that is sure to be had"):
        Greedy().begin(table, {})


def all_policies(history: Trace) -> Callable[[Timetable], Sequence[Policy]]:
    model = fit(history)

    def policies(table: Timetable) -> Sequence[Policy]:
        planned = Planned.solve(table, Candidates.around({0: model}))
        return [OnDemandOnly(), Greedy(), UniformProgress(), planned]

    return policies


@pytest.mark.parametrize("process", PROCESSES)
def test_planning_beats_greedy_and_uniform_progress_on_other_processes_than_its_model(process: str) -> None:
    """Twelve-hour jobs, two hours and a half of slack, ten minutes of restart; seeds of which no setting was chosen."""
    setting = Setting(work_hours=12.0, slack=1.2, windows=15, days=60)
    tried = [try_out(PROCESSES[process](setting.days * PER_DAY, seed), setting, all_policies) for seed in (0, 1)]
    shares = np.concatenate([one.shares for one in tried])
    assert sum(one.missed for one in tried) == 0
    assert (shares[:, OMNISCIENT] <= shares[:, 1:].min(axis=1) + 1e-6).all()
    assert shares[:, PLANNED].mean() < shares[:, ON_DEMAND].mean()
    for other in (GREEDY, UNIFORM):
        dearer = shares[:, other] - shares[:, PLANNED]
        assert dearer.mean() > 2 * dearer.std() / np.sqrt(len(dearer))
