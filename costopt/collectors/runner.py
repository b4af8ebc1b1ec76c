"""Runs what was planned: every scope ends exactly once, no fault loses the rest, what was read is kept at once."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Generic, Protocol, TypeVar

from costopt.collectors.clock import Deadline
from costopt.collectors.faults import DeadlinePassed, Fault, own_fault
from costopt.collectors.interface import Sink
from costopt.collectors.ledger import Ledger
from costopt.collectors.outcome import Outcome, gap
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource

GLOBAL = "global"
"""Region of what belongs to the account as a whole; a scope of metrics there is of all its regions."""


class Task(Protocol):
    """One scope to read."""

    @property
    def scope(self) -> Scope:
        """Its entry in the ledger."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of resource that it yields or tells about."""
        ...


class MetricTask(Task, Protocol):
    """The metrics of one kind of resource."""

    @property
    def kind(self) -> str:
        """The kind."""
        ...


AnyTask = TypeVar("AnyTask", bound=Task)
Inventory_contra = TypeVar("Inventory_contra", bound=Task, contravariant=True)
Metric_contra = TypeVar("Metric_contra", bound=MetricTask, contravariant=True)
InventoryT = TypeVar("InventoryT", bound=Task)
MetricT = TypeVar("MetricT", bound=MetricTask)


class Reader(Protocol[Inventory_contra, Metric_contra]):
    """How a provider's tasks are read. Called from several threads."""

    def inventory(self, task: Inventory_contra) -> Outcome:
        """One try at the resources of a scope."""
        ...

    def metrics(self, task: Metric_contra, resources: Sequence[Resource]) -> Outcome:
        """One try at the metrics of `resources`; a second try asks only for what the first did not get."""
        ...

    def ended(self, scope: Scope) -> None:
        """The scope is kept for good: whatever was held for a second try may go."""
        ...


class Runner(Generic[InventoryT, MetricT]):
    """One run of a plan.

    Scopes that the sink kept of an interrupted run are not read again. Gaps that may go away by themselves get a second
    try at the end of their phase. The deadline ends the run early, with gaps.
    """

    def __init__(
        self,
        reader: Reader[InventoryT, MetricT],
        sink: Sink,
        *,
        inventory: Sequence[InventoryT],
        metrics: Sequence[MetricT],
        ended: Sequence[ScopeResult] = (),
        lost: Mapping[str, Fault] | None = None,
        deadline: Deadline,
        workers: int,
    ) -> None:
        """Plans the ledger.

        Args:
            reader: how tasks are read.
            sink: where results go.
            inventory: the resources to read, all of them before the first metric.
            metrics: the metrics to read of what was found.
            ended: scopes that ended while the plan was made.
            lost: accounts that cannot be reached, with the reason.
            deadline: end of the run.
            workers: scopes read at the same time.
        """
        self._reader = reader
        self._sink = sink
        self._inventory = inventory
        self._metrics = metrics
        self._ended = ended
        self._lost = dict(lost or {})
        self._deadline = deadline
        self._workers = workers
        self._ledger = Ledger([*(result.scope for result in ended), *(task.scope for task in (*inventory, *metrics))])
        self._kinds_with_metrics = {task.kind for task in metrics}
        self._found: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._regions: set[str] = set()
        self._lock = threading.Lock()
        self._first_tries: dict[Scope, Outcome] = {}
        self._yielding: dict[tuple[str, str, str], list[Scope]] = defaultdict(list)
        for task in inventory:
            for kind in task.kinds:
                self._yielding[task.scope.account, task.scope.region, kind].append(task.scope)

    @property
    def regions(self) -> frozenset[str]:
        """Regions in which anything was found so far."""
        return frozenset(self._regions)

    def run(self) -> tuple[ScopeResult, ...]:
        """Reads everything: first what there is, then its metrics. Gives the ledger."""
        for result in self._ended:
            self._end(Outcome(result=result))
        self._phase(self._inventory, self._reader.inventory)
        self._phase(self._metrics, self._read_metrics)
        return self._ledger.results()

    def _phase(self, tasks: Sequence[AnyTask], read: Callable[[AnyTask], Outcome]) -> None:
        """All tasks, then once more those whose gap may have gone by now."""
        fresh = [task for task in tasks if not self._kept(task)]
        again = self._pass(fresh, read, final=False)
        self._pass(again, read, final=True)

    def _pass(self, tasks: Sequence[AnyTask], read: Callable[[AnyTask], Outcome], *, final: bool) -> list[AnyTask]:
        """Reads all tasks at once; gives those that are worth a second try.

        Each thread keeps what it read before it takes the next task, so that not more than one scope a thread is held
        in memory.
        """
        if not tasks:
            return []
        with ThreadPoolExecutor(max_workers=self._workers, thread_name_prefix="collect") as pool:
            futures = {pool.submit(self._read_and_end, task, read, final=final): task.scope for task in tasks}
            try:
                again = {futures[future] for future in as_completed(futures) if future.result()}
            except BaseException:
                self._deadline.stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [task for task in tasks if task.scope in again]

    def _read_and_end(self, task: AnyTask, read: Callable[[AnyTask], Outcome], *, final: bool) -> bool:
        """One try; ends the scope unless a second try may help, and gives whether it may."""
        outcome = self._guarded(task, read)
        result = outcome.result
        hopeless = result.reason == "deadline" or result.scope.account in self._lost
        if result.retryable and not final and not hopeless:
            self._first_tries[task.scope] = outcome
            return True
        self._end(outcome)
        return False

    def _guarded(self, task: AnyTask, read: Callable[[AnyTask], Outcome]) -> Outcome:
        """Does not even ask where the account is lost or the time is over; what a first try gave then stays."""
        account = task.scope.account
        first = self._first_tries.pop(task.scope, None)
        fault = self._lost.get(account) or self._late()
        if fault is not None:
            return first or Outcome(result=gap(task.scope, task.kinds, fault))
        outcome = read(task)
        if outcome.credentials_gone:
            with self._lock:
                self._lost.setdefault(account, _fault_of(outcome.result))
        return outcome

    def _late(self) -> Fault | None:
        try:
            self._deadline.check()
        except DeadlinePassed as error:
            return own_fault(error)
        return None

    def _end(self, outcome: Outcome) -> None:
        """Keeps the scope for good, then closes it in the ledger: what the ledger says is there is on disk."""
        self._sink.save(outcome.result, resources=outcome.resources, series=outcome.series, complete=not outcome.parts)
        self._reader.ended(outcome.result.scope)
        self._remember(outcome.resources)
        self._ledger.close(outcome.result, outcome.parts)

    def _kept(self, task: Task) -> bool:
        """Whether an interrupted run already read the scope."""
        kept = self._sink.kept(task.scope)
        if kept is None:
            return False
        self._remember(self._sink.resources(task.scope))
        self._ledger.close(kept)
        return True

    def _remember(self, resources: Iterable[Resource]) -> None:
        with self._lock:
            for resource in resources:
                self._regions.add(resource.region)
                if resource.spec.KIND in self._kinds_with_metrics:
                    self._found[resource.account, resource.spec.KIND].append(resource)

    def _read_metrics(self, task: MetricT) -> Outcome:
        region = task.scope.region
        with self._lock:
            found = self._found.get((task.scope.account, task.kind), ())
            resources = [one for one in found if region in (one.region, GLOBAL)]
        outcome = self._reader.metrics(task, resources)
        unread = self._unread_inventory(task)
        if unread is None or outcome.result.status is Status.GAP:
            return outcome
        # Something may exist that was not asked for; a resumed run must come back to it.
        fault = Fault(
            reason=unread.reason or "bug",
            retryable=unread.retryable,
            permission=unread.permission,
            detail=f"{unread.scope.operation} in {unread.scope.region} was not read",
        )
        return Outcome(result=gap(task.scope, task.kinds, fault, rows=outcome.result.rows), series=outcome.series)

    def _unread_inventory(self, task: MetricT) -> ScopeResult | None:
        """The gap of an inventory scope that could have held such resources."""
        for region in (task.scope.region, GLOBAL):
            for scope in self._yielding.get((task.scope.account, region, task.kind), ()):
                result = self._ledger.result(scope)
                if result.status is Status.GAP:
                    return result
        return None


def _fault_of(result: ScopeResult) -> Fault:
    return Fault(
        reason=result.reason or "credentials",
        retryable=result.retryable,
        permission=result.permission,
        detail=result.detail or "",
    )
