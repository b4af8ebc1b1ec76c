"""HiGHS behind PuLP: the whole model is handed over in one call, and later only what changed.

PuLP makes a call for each row and column and, in 4.0.0a12, looks through the whole objective for every variable: 5.2 s
for 40,000 variables, against 0.06 s this way.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

try:
    import highspy
except ImportError:
    highspy = None  # type: ignore[assignment]


def is_installed() -> bool:
    """Whether HiGHS can be used."""
    return highspy is not None


class HandoverHiGHS(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS with one hand-over of the whole model, and later only of what changed."""

    def __init__(self, gap: float) -> None:
        # One thread: the same answer in every run, and HiGHS's scheduler cannot change its number within a process.
        super().__init__(msg=False, gapRel=gap, threads=1)
        self._model: Any = None
        self._columns: list[Any] = []
        self._places: dict[int, int] = {}
        self._rows = 0
        self.searches = False
        """Whether integers are searched: PuLP's own `isMIP` walks through all rows."""

    @property
    def feasible(self) -> bool:
        """Whether the last values keep every row and bound."""
        return bool(self._model.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)

    def bound(self, problem: Any) -> float | None:
        """What HiGHS proved that no solution betters; PuLP does not pass it on."""
        info = self._model.getInfo()
        if self.searches:
            found = float(info.mip_dual_bound)
        elif problem.sol_status == pulp.LpSolutionOptimal:
            found = float(info.objective_function_value)
        else:
            return None
        return _sign(problem) * found if np.isfinite(found) else None

    def actualSolve(self, lp: Any, **_: Any) -> int:  # noqa: N802 - PuLP's name
        """Hand over, run and read back; called by PuLP."""
        self._configure(lp)
        if self._rows == 0 and not self._columns:
            self._pass_all(lp)
        else:
            self._pass_changes(lp)
        self._run()
        status, solution_status = self._read(lp)
        lp.assignStatus(status, solution_status)
        return int(status)

    def _run(self) -> None:
        if self._model.run() == highspy.HighsStatus.kError:
            # HiGHS has one scheduler in a process; somebody else began with another number of threads.
            self._model.resetGlobalScheduler(True)  # noqa: FBT003 - it waits for idle workers
            self._model.run()
        if self._model.getModelStatus().name in ("kUnknown", "kSolveError"):
            # An old basis can lead astray; from the start it rarely does.
            self._model.clearSolver()
            self._model.run()

    def _configure(self, lp: Any) -> None:
        if self._model is None:
            self._model = lp.solverModel = _quiet_highs()
            for option, setting in {"mip_rel_gap": self.gapRel, "threads": self.threads}.items():
                self._model.setOptionValue(option, setting)
        # HiGHS counts the time of all runs of one model together.
        limit = highspy.kHighsInf if self.timeLimit is None else self._model.getRunTime() + self.timeLimit
        self._model.setOptionValue("time_limit", float(limit))

    def _pass_all(self, lp: Any) -> None:
        exported = getattr(lp, "exported_variables", lp.variables)
        self._columns = list(exported())
        self._places = {_key(column): place for place, column in enumerate(self._columns)}
        rows = lp.constraints()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._columns), len(rows)
        model.col_cost_, model.offset_ = self._costs(lp)
        model.col_lower_, model.col_upper_ = self._bounds()
        model.row_lower_, model.row_upper_, start, index, coefficient = self._matrix(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = start, index, coefficient
        whole = [column.cat == pulp.LpInteger for column in self._columns]
        self.searches = any(whole)
        if self.searches:
            kinds = highspy.HighsVarType
            model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
        self._model.passModel(model)
        self._rows = len(rows)

    def _pass_changes(self, lp: Any) -> None:
        number, every = len(self._columns), np.arange(len(self._columns), dtype=np.int32)
        costs, offset = self._costs(lp)
        self._model.changeColsCost(number, every, costs)
        self._model.changeObjectiveOffset(offset)
        self._model.changeColsBounds(number, every, *self._bounds())
        added = lp.constraints()[self._rows :]
        if added:
            lower, upper, start, index, coefficient = self._matrix(added)
            self._model.addRows(len(added), lower, upper, len(index), start[:-1], index, coefficient)
            self._rows += len(added)

    def _costs(self, lp: Any) -> tuple[NDArray[np.float64], float]:
        costs, sign = np.zeros(len(self._columns)), _sign(lp)
        for variable, coefficient in lp.objective.items():
            costs[self._places[_key(variable)]] = sign * coefficient
        return costs, sign * float(lp.objective.constant)

    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (
            _limits([column.lowBound for column in self._columns], -highspy.kHighsInf),
            _limits([column.upBound for column in self._columns], highspy.kHighsInf),
        )

    def _matrix(self, rows: Sequence[Any]) -> tuple[NDArray[Any], ...]:
        """Lower and upper sides, then start, index and value of the rows one after the other."""
        index: list[int] = []
        coefficients: list[float] = []
        start = [0]
        places = self._places
        for row in rows:
            for variable, coefficient in row.items():
                index.append(places[_key(variable)])
                coefficients.append(coefficient)
            start.append(len(index))
        return (
            _limits([row.getLb() for row in rows], -highspy.kHighsInf),
            _limits([row.getUb() for row in rows], highspy.kHighsInf),
            np.array(start, dtype=np.int32),
            np.array(index, dtype=np.int32),
            np.array(coefficients, dtype=np.float64),
        )

    def _read(self, lp: Any) -> tuple[int, int]:
        """Put the solution into the variables and the prices into the rows; the two status codes of PuLP."""
        found = self._model.getSolution()
        for column, amount in zip(self._columns, found.col_value, strict=False):
            column.varValue = amount
        sign = _sign(lp)
        for row, price in zip(lp.constraints(), found.row_dual, strict=False):
            row.pi = sign * price
        return _CODES.get(self._model.getModelStatus().name, (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound))


def _quiet_highs() -> Any:
    """HiGHS that never writes: highspy 1.16 prints a banner to stdout before it can be told to be silent."""

    class Quiet(highspy.Highs):  # type: ignore[misc]
        def __init__(self) -> None:
            # Leave out Highs.__init__, which sets up callbacks that nobody asks for and prints the banner.
            super(highspy.Highs, self).__init__()
            self.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS's way

    return Quiet()


_CUT_OFF = (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible)
"""PuLP's codes for a solution without a proof."""

_CODES = {
    "kOptimal": (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
    "kInfeasible": (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
    "kUnboundedOrInfeasible": (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
    "kUnbounded": (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded),
    "kModelEmpty": (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
    **dict.fromkeys(
        ("kTimeLimit", "kIterationLimit", "kSolutionLimit", "kInterrupt", "kObjectiveBound", "kObjectiveTarget"),
        _CUT_OFF,
    ),
}
"""HiGHS's status: see https://ergo-code.github.io/HiGHS/stable/structures/enums/#HighsModelStatus."""


def _key(variable: Any) -> int:
    """What tells variables apart: PuLP 4 makes a new object at every look, PuLP 3.3 has one and no number."""
    number = getattr(variable, "id", None)
    return id(variable) if number is None else int(number)


def _limits(limits: list[float | None], none: float) -> NDArray[np.float64]:
    return np.array([none if limit is None else limit for limit in limits], dtype=np.float64)


def _sign(problem: Any) -> float:
    return -1.0 if problem.sense == pulp.LpMaximize else 1.0
