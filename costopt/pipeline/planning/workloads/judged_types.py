"""Which types carry each machine of a workload, of many workloads on the same types: those are tabulated once."""

from collections.abc import Mapping

from costopt.economics.feasibility import Load
from costopt.errors import InfeasiblePlan
from costopt.model.workload import Workload
from costopt.optimizer.sizing.infeasibility import describe_infeasible
from costopt.optimizer.sizing.judgement import Judge
from costopt.optimizer.sizing.machines import Catalog, Machine, tabulate
from costopt.optimizer.sizing.workload import Workload as SizedWorkload
from costopt.pipeline.planning.workloads.offered_type import OfferedType
from costopt.pipeline.planning.workloads.offered_types import Offered


class JudgedTypes:
    """The types of one plan, with what was found out of them already."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, str, frozenset[tuple[str, float]]], tuple[Offered, Catalog, Judge]] = {}

    def able(
        self, workload: Workload, load: Load, offered: Offered, performance: Mapping[str, float]
    ) -> tuple[OfferedType, ...]:
        """Types of which one machine carries the load, the cheapest on demand first.

        Args:
            workload: what is asked for.
            load: of one of its machines.
            offered: what it may run on.
            performance: work of one vCPU of a family over that of the reference.

        Raises:
            InfeasiblePlan: there is none; the message names the requirement.
        """
        catalog, judge = self._table(workload, offered, performance)
        asked = _as_sized(workload, load)
        options = judge.options(asked)
        if not len(options.machine):
            message, hint = describe_infeasible(judge, asked, catalog)
            raise InfeasiblePlan(message, hint=hint)
        return tuple(offered.types[place] for place in options.machine.tolist())

    def _table(self, workload: Workload, offered: Offered, performance: Mapping[str, float]) -> tuple[Catalog, Judge]:
        needs = workload.requirements
        key = id(offered), needs.architectures[0], frozenset(performance.items())
        if key not in self._tables:
            catalog = tabulate(
                [
                    Machine(
                        shape=one.shape, region=workload.region, hourly=one.on_demand, platform=needs.operating_system
                    )
                    for one in offered.types
                ],
                performance=performance,
                reference_architecture=needs.architectures[0],
            )
            # What is offered is kept, so that its id stays its own.
            self._tables[key] = offered, catalog, Judge(catalog)
        return self._tables[key][1:]


def _as_sized(workload: Workload, load: Load) -> SizedWorkload:
    needs = workload.requirements
    return SizedWorkload(
        name=workload.name,
        account="",
        load=load,
        regions=frozenset({workload.region}),
        platform=needs.operating_system,
        architectures=frozenset(needs.architectures),
        burstable=needs.burstable,
        gpus=needs.gpus or 0,
        gpu_names=frozenset(needs.gpu_names) or None,
        gpu_memory_gib=needs.gpu_memory_gib or 0.0,
        local_disk_gib=needs.local_disk_gib or 0.0,
    )
