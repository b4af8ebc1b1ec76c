"""The options of each workload, and a clear answer where there are none."""

from collections.abc import Sequence

from costopt.errors import InfeasiblePlan, WorkloadError
from costopt.optimizer.sizing.infeasibility import describe_infeasible
from costopt.optimizer.sizing.judgement import Candidates, Judge
from costopt.optimizer.sizing.machines import Catalog
from costopt.optimizer.sizing.workload import Workload


def find_candidates(workloads: Sequence[Workload], catalog: Catalog) -> tuple[Candidates, ...]:
    """The options of each workload.

    Raises:
        WorkloadError: there is no workload, or a name is used twice.
        InfeasiblePlan: nothing will do for a workload; the message names it and the requirement.
    """
    if not workloads:
        raise WorkloadError("there is no workload to place")
    names = [workload.name for workload in workloads]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise WorkloadError(f"workload {twice!r} is named twice")
    judge = Judge(catalog)
    found = tuple(judge.options(workload) for workload in workloads)
    for options in found:
        if not len(options.machine):
            message, hint = describe_infeasible(judge, options.workload, catalog)
            raise InfeasiblePlan(message, hint=hint)
    return found
