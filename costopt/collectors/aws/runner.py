"""Runs a plan for AWS."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from costopt.collectors.aws.metrics import MetricReading
from costopt.collectors.aws.plan import CollectPlan, InventoryTask, MetricTask
from costopt.collectors.aws.reading import read_inventory, read_series
from costopt.collectors.interface import Collected, Sink
from costopt.collectors.outcome import Outcome
from costopt.collectors.runner import Runner
from costopt.model.coverage import Scope
from costopt.model.resource import Resource


def collect(plan: CollectPlan, sink: Sink) -> Collected:
    """Reads everything in the plan into the sink: first what there is, then its metrics.

    Scopes that the sink kept of an interrupted run are not read again. Gaps that may go away by themselves get a second
    try at the end of their phase. The plan's deadline and cost limit end the run early, with gaps.
    """
    runner = Runner(
        _Reader(plan.now),
        sink,
        inventory=tuple(plan.inventory()),
        metrics=tuple(plan.metrics()),
        ended=tuple(one.regions_result for one in plan.accounts if one.regions_result is not None),
        lost={one.connection.account: one.fault for one in plan.accounts if one.fault is not None},
        deadline=plan.limits.deadline,
        workers=plan.workers,
    )
    coverage = runner.run()
    read = [one for one in plan.accounts if one.fault is None]
    return Collected(
        coverage=coverage,
        accounts=tuple(sorted(one.connection.account for one in read)),
        regions=tuple(sorted({region for one in read for region in one.regions})),
        calls=plan.limits.meter.requests,
        cost_usd=plan.limits.meter.cost_usd,
    )


class _Reader:
    """Reads tasks, and holds what the first try at a scope of metrics got and paid for."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._readings: dict[Scope, MetricReading] = defaultdict(MetricReading)

    def inventory(self, task: InventoryTask) -> Outcome:
        return read_inventory(task, self._now)

    def metrics(self, task: MetricTask, resources: Sequence[Resource]) -> Outcome:
        with self._lock:
            reading = self._readings[task.scope]
        return read_series(task, self._now, resources, reading)

    def ended(self, scope: Scope) -> None:
        with self._lock:
            self._readings.pop(scope, None)
