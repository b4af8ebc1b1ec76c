"""Runs a plan: every scope ends exactly once, one fault never loses the rest, and what was read is kept at once."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from costopt.collectors.aws.faults import DeadlinePassed, Fault
from costopt.collectors.aws.ledger import Ledger
from costopt.collectors.aws.metrics import MetricReading
from costopt.collectors.aws.plan import GLOBAL, CollectPlan, InventoryTask, MetricTask, gap
from costopt.collectors.aws.reading import Outcome, read_inventory, read_series
from costopt.collectors.interface import Collected, Sink
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.resource import Resource

Task = TypeVar("Task", InventoryTask, MetricTask)
_Place = tuple[str, str, str]


def collect(plan: CollectPlan, sink: Sink) -> Collected:
    """Reads everything in the plan into the sink: first what there is, then its metrics.

    Scopes that the sink kept of an interrupted run are not read again. Gaps that may go away by themselves get a second
    try at the end of their phase. The plan's deadline and cost limit end the run early, with gaps.
    """
    return _Run(plan, sink).run()


class _Run:
    def __init__(self, plan: CollectPlan, sink: Sink) -> None:
        self._plan = plan
        self._sink = sink
        self._inventory = tuple(plan.inventory())
        self._metrics = tuple(plan.metrics())
        self._regions = tuple(a.regions_result for a in plan.accounts if a.regions_result is not None)
        self._ledger = Ledger(
            [
                *(result.scope for result in self._regions),
                *(task.scope for task in self._inventory),
                *(task.scope for task in self._metrics),
            ]
        )
        self._kinds_with_metrics = {task.kind for task in self._metrics}
        self._found: dict[_Place, list[Resource]] = defaultdict(list)
        self._readings: dict[Scope, MetricReading] = defaultdict(MetricReading)
        self._lost = {a.connection.account: a.fault for a in plan.accounts if a.fault is not None}
        self._lock = threading.Lock()
        self._first_tries: dict[Scope, Outcome] = {}
        self._yielding: dict[_Place, list[Scope]] = defaultdict(list)
        for task in self._inventory:
            for kind in task.kinds:
                self._yielding[task.scope.account, task.scope.region, kind].append(task.scope)

    def run(self) -> Collected:
        for result in self._regions:
            self._end(Outcome(result=result))
        self._phase(self._inventory, self._read_inventory)
        self._phase(self._metrics, self._read_metrics)
        meter = self._plan.limits.meter
        accounts = self._plan.accounts
        return Collected(
            coverage=self._ledger.results(),
            accounts=tuple(sorted(a.connection.account for a in accounts if a.fault is None)),
            regions=tuple(sorted({region for a in accounts if a.fault is None for region in a.regions})),
            calls=meter.requests,
            cost_usd=meter.cost_usd,
        )

    def _phase(self, tasks: Sequence[Task], read: Callable[[Task], Outcome]) -> None:
        """All tasks, then once more those whose gap may have gone by now."""
        fresh = [task for task in tasks if not self._kept(task)]
        again = self._pass(fresh, read, final=False)
        self._pass(again, read, final=True)

    def _pass(self, tasks: Sequence[Task], read: Callable[[Task], Outcome], *, final: bool) -> list[Task]:
        """Reads all tasks at once; gives those that are worth a second try.

        Each thread keeps what it read before it takes the next task, so that not more than one scope a thread is held
        in memory.
        """
        if not tasks:
            return []
        with ThreadPoolExecutor(max_workers=self._plan.workers, thread_name_prefix="collect") as pool:
            futures = {pool.submit(self._read_and_end, task, read, final=final): task for task in tasks}
            try:
                again = {futures[future] for future in as_completed(futures) if future.result()}
            except BaseException:
                self._plan.limits.deadline.stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [task for task in tasks if task in again]

    def _read_and_end(self, task: Task, read: Callable[[Task], Outcome], *, final: bool) -> bool:
        """One try; ends the scope unless a second try may help, and gives whether it may."""
        outcome = self._guarded(task, read)
        result = outcome.result
        hopeless = result.reason == "deadline" or result.scope.account in self._lost
        if result.retryable and not final and not hopeless:
            self._first_tries[task.scope] = outcome
            return True
        self._end(outcome)
        return False

    def _guarded(self, task: Task, read: Callable[[Task], Outcome]) -> Outcome:
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
            self._plan.limits.deadline.check()
        except DeadlinePassed:
            return Fault(reason="deadline", retryable=True, detail="the run's time was over before this was asked")
        return None

    def _end(self, outcome: Outcome) -> None:
        """Keeps the scope for good, then closes it in the ledger: what the ledger says is there is on disk."""
        self._sink.save(outcome.result, resources=outcome.resources, series=outcome.series, complete=not outcome.parts)
        self._readings.pop(outcome.result.scope, None)
        self._remember(outcome.resources)
        self._ledger.close(outcome.result, outcome.parts)

    def _kept(self, task: InventoryTask | MetricTask) -> bool:
        """Whether an interrupted run already read the scope."""
        kept = self._sink.kept(task.scope)
        if kept is None:
            return False
        self._remember(self._sink.resources(task.scope))
        self._ledger.close(kept)
        return True

    def _remember(self, resources: Iterable[Resource]) -> None:
        for resource in resources:
            kind = resource.spec.KIND
            if kind in self._kinds_with_metrics:
                with self._lock:
                    self._found[resource.account, resource.region, kind].append(resource)

    def _read_inventory(self, task: InventoryTask) -> Outcome:
        return read_inventory(task, self._plan.now)

    def _read_metrics(self, task: MetricTask) -> Outcome:
        with self._lock:
            resources = self._found.get((task.scope.account, task.scope.region, task.kind), [])
            reading = self._readings[task.scope]
        outcome = read_series(task, self._plan.now, resources, reading)
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

    def _unread_inventory(self, task: MetricTask) -> ScopeResult | None:
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
