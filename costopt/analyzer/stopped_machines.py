"""Machines that were stopped long ago, of any cloud: a stopped machine costs nothing, its disks go on.

Two checks of each cloud rest on this: one judges the machine by its own stop, the other a disk by the last stop of all
machines that hold it. Both save on the disk, so that only one of them is counted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from costopt.analyzer.context import Context
from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.finding import CLEAR, Evidence, Term, Verdict, no_data
from costopt.model.resource import Resource, Spec


class HeldDisk(Spec, Protocol):
    """A disk that machines hold."""

    @property
    def instance_ids(self) -> tuple[str, ...]:
        """The machines."""
        ...


M = TypeVar("M", bound=Spec)
"""Specification of a kind of machine."""
D = TypeVar("D", bound=HeldDisk)
"""Specification of a kind of disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops(Generic[M]):
    """How a kind of machine says that it was stopped."""

    machine: type[M]
    """The kind."""
    rests: Callable[[M], bool]
    """Whether a machine is stopped and nobody keeps it so on purpose."""
    at: Callable[[M], datetime | None]
    """When it was stopped, None where the cloud does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disks(Generic[D]):
    """A kind of disk that is paid for while its machine is stopped."""

    kind: type[D]
    """The kind."""
    name: str
    """What the cloud calls one: `volume` or `disk`."""
    costs: Callable[[Resource, D, PriceBook], tuple[Term, ...]]
    """What one costs a month; may raise `PriceNotFound`."""


def long_stopped(
    stopped_at: datetime | None, disk_ids: Sequence[str], disks: Disks[D], context: Context, days: int
) -> Evidence | Verdict:
    """What shows that a machine was stopped for more than `days` while its disks are paid for, or the verdict.

    Args:
        stopped_at: when it was stopped; None where that is not known, of which the last start says nothing.
        disk_ids: its disks.
        disks: their kind.
        context: gives the time that the stop is measured against.
        days: how long it may be stopped.
    """
    if not disk_ids:
        return CLEAR
    if stopped_at is None:
        return no_data("stop time unknown")
    stopped = context.now - stopped_at
    if stopped <= timedelta(days=days):
        return CLEAR
    billed = f"{len(disk_ids)} attached {disks.name}(s) still billed"
    return Evidence(
        statement=f"stopped for {stopped.days} days, more than {days}; {billed}",
        observed=float(stopped.days),
        threshold=float(days),
    )


def held_alone(machine: Resource, disk_ids: Sequence[str], disks: Disks[D], context: Context) -> Iterator[Term]:
    """The cost of the disks that only this machine holds, each counted under the disk.

    Raises:
        PriceNotFound: a price is missing, or a disk is not in the snapshot.
    """
    for disk_id in disk_ids:
        found = context.find(machine, disks.kind, disk_id)
        if found is None:
            raise PriceNotFound(f"{disks.name} {disk_id} is not in the snapshot")
        disk, spec = found
        if len(spec.instance_ids) <= 1:
            yield from disks.costs(disk, spec, context.prices)


def on_stopped(disk: Resource, spec: HeldDisk, stops: Stops[M], context: Context, days: int) -> Evidence | Verdict:
    """What shows that all machines that hold a disk have been stopped for `days`, or the verdict where nothing does."""
    last = last_stop(disk, spec.instance_ids, stops, context)
    if isinstance(last, Verdict):
        return last
    idle = context.now - last
    if idle < timedelta(days=days):
        return CLEAR
    return Evidence(
        statement=f"attached only to {', '.join(spec.instance_ids)}, stopped for {idle.days} days",
        observed=idle / timedelta(days=1),
        threshold=days,
    )


def last_stop(held: Resource, instance_ids: Sequence[str], stops: Stops[M], context: Context) -> datetime | Verdict:
    """When the last of the machines that hold something was stopped, or why that is not the question.

    Args:
        held: a disk, or an address.
        instance_ids: machines that hold it.
        stops: their kind.
        context: gives the machines.
    """
    times: list[datetime | None] = []
    for instance_id in instance_ids:
        found = context.find(held, stops.machine, instance_id)
        if found is None:
            return no_data("instance not in the snapshot")
        if not stops.rests(found[1]):
            return CLEAR
        times.append(stops.at(found[1]))
    known = [time for time in times if time is not None]
    return max(known) if len(known) == len(times) else no_data("stop time unknown")
