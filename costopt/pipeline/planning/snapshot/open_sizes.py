"""Which sizes are open: machines that were measured, with the types that would save enough to be worth the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from costopt.economics.usage_items import Place, reserved_zones
from costopt.model.finding import ComputeUsage
from costopt.model.plan import Unplanned
from costopt.optimizer.sizing.machines import BilledPart, Catalog, tabulate
from costopt.pipeline.planning.snapshot import ec2_sizes, measured_google
from costopt.pipeline.planning.snapshot.ec2_sizes import open_ec2_sizes
from costopt.pipeline.planning.snapshot.estate import PlannedEstate
from costopt.pipeline.planning.snapshot.google_sizes import open_google_sizes
from costopt.pipeline.planning.snapshot.open_workload import OpenWorkload, ProviderSizes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSizes:
    """Workloads of all providers whose size is decided, with their options."""

    catalog: Catalog | None
    """Types on offer; None where nothing can be judged."""
    workloads: tuple[OpenWorkload, ...]
    """The workloads, names unique; their options are rows of the catalog."""
    unplanned: tuple[Unplanned, ...]
    """Machines whose size stays, and why."""

    @property
    def considered(self) -> Mapping[Place, Decimal]:
        """Every usage that an option would be, at nothing: each needs an item of demand."""
        machines = self.catalog.machines if self.catalog else ()
        pairs = {(one.options.workload.account, row) for one in self.workloads for row in one.options.machine.tolist()}
        return {
            (account, (machines[row].region, _usage(part))): Decimal(0)
            for account, row in sorted(pairs)
            for part in machines[row].billed
        }


def _usage(part: BilledPart) -> ComputeUsage:
    return ComputeUsage(service=part.service, instance_type=part.instance_type, variant=part.variant)


def open_sizes(estate: PlannedEstate, settings_of_checks: Mapping[str, Mapping[str, object]]) -> OpenSizes:
    """Find the open sizes of a snapshot.

    Args:
        estate: snapshot and audit.
        settings_of_checks: thresholds of checks that the user set.
    """
    return joined(
        [
            open_ec2_sizes(estate, ec2_sizes.chosen_params(settings_of_checks), reserved_zones(estate.owned)),
            open_google_sizes(estate, measured_google.chosen_params(settings_of_checks)),
        ]
    )


def joined(providers: Sequence[ProviderSizes]) -> OpenSizes:
    """The workloads of several providers over one catalog.

    Args:
        providers: their workloads; a name that two of them use is told apart by the account.
    """
    unplanned = tuple(left for one in providers for left in one.unplanned)
    machines = tuple(machine for one in providers for machine in one.machines)
    if not machines:
        return OpenSizes(catalog=None, workloads=(), unplanned=unplanned)
    catalog = tabulate(machines)
    workloads: list[OpenWorkload] = []
    names: set[str] = set()
    before = 0
    for provider in providers:
        for one in provider.workloads:
            workload = one.options.workload
            if workload.name in names:
                workload = replace(workload, name=f"{workload.name} ({workload.account})")
            names.add(workload.name)
            rows = one.options.machine + before
            options = replace(one.options, workload=workload, machine=rows, family=catalog.family[rows])
            workloads.append(replace(one, options=options))
        before += len(provider.machines)
    return OpenSizes(catalog=catalog, workloads=tuple(workloads), unplanned=unplanned)
