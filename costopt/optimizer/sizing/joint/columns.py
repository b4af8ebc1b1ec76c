"""Which items of demand an option of a workload adds to: those that its machine is billed as."""

from collections.abc import Sequence

from costopt.economics.demand import UsageItem
from costopt.errors import DemandError
from costopt.optimizer.sizing.judgement import Candidates
from costopt.optimizer.sizing.machines import BilledPart, Catalog, Machine
from costopt.optimizer.sizing.workload import Workload

Billed = Sequence[tuple[int, float]]
"""Columns of demand that an option adds to, with dollars an hour."""


class Columns:
    """Finds the columns of demand that an option adds to."""

    def __init__(self, items: Sequence[UsageItem], catalog: Catalog) -> None:
        """Columns of a demand's items for the machines of a catalog."""
        self._items, self._catalog = items, catalog
        self._known: dict[tuple[str, str | None, int], Billed] = {}

    def of(self, options: Candidates) -> Sequence[Billed]:
        """Columns and dollars of each option, [options]."""
        rows = zip(options.machine.tolist(), options.replicas.tolist(), strict=True)
        return [
            [(item, hourly * replicas) for item, hourly in self._columns(options.workload, row)]
            for row, replicas in rows
        ]

    def _columns(self, workload: Workload, row: int) -> Billed:
        key = (workload.account, workload.zone, row)
        if key not in self._known:
            machine = self._catalog.machines[row]
            self._known[key] = [(self._find(workload, machine, part), float(part.hourly)) for part in machine.billed]
        return self._known[key]

    def _find(self, workload: Workload, machine: Machine, part: BilledPart) -> int:
        items = self._items
        matching = [column for column, item in enumerate(items) if _belongs(item, workload, machine, part)]
        if not matching:
            raise DemandError(
                f"no item of demand stands for {part.family} {part.variant} {machine.region} in account"
                f" {workload.account}, on which workload {workload.name!r} might run",
                hint="Give the demand a column of zeros for it, so that commitments are offered for it.",
            )
        return max(
            matching, key=lambda column: (items[column].zone is not None, items[column].instance_type is not None)
        )


def _belongs(item: UsageItem, workload: Workload, machine: Machine, part: BilledPart) -> bool:
    return (
        (item.account, item.region, item.service) == (workload.account, machine.region, part.service)
        and (item.family, item.variant, item.tenancy) == (part.family, part.variant, machine.tenancy)
        and item.instance_type in (None, part.instance_type)
        and item.zone in (None, workload.zone)
    )


def usage_items(candidates: Sequence[Candidates], catalog: Catalog) -> tuple[UsageItem, ...]:
    """The items that options add to where no commitment tells sizes or zones apart, each once, sorted.

    Units that are billed apart have prices of their own, and so an item each.
    """
    found = {
        UsageItem(
            provider=machine.provider,
            account=options.workload.account,
            region=machine.region,
            service=part.service,
            family=part.family,
            variant=part.variant,
            instance_type=part.instance_type if machine.parts else None,
            tenancy=machine.tenancy,
        )
        for options in candidates
        for machine in (catalog.machines[row] for row in options.machine.tolist())
        for part in machine.billed
    }
    return tuple(sorted(found, key=lambda item: (item.account, item.region, item.family, item.label)))
