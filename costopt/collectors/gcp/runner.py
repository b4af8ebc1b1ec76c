"""Runs a plan for Google Cloud."""

from costopt.collectors.gcp.names import GLOBAL
from costopt.collectors.gcp.plan import ASSETS_OPERATION, CollectPlan
from costopt.collectors.gcp.reading import GoogleReader
from costopt.collectors.interface import Collected, Sink
from costopt.collectors.runner import Runner
from costopt.model.coverage import Status


def collect(plan: CollectPlan, sink: Sink) -> Collected:
    """Reads everything in the plan into the sink: first what there is, then its metrics.

    Scopes that the sink kept of an interrupted run are not read again. Gaps that may go away by themselves get a second
    try at the end of their phase. The plan's deadline and cost limit end the run early, with gaps.
    """
    limits = plan.connection.limits
    runner = Runner(
        GoogleReader(plan.connection, plan.now, plan.advice),
        sink,
        inventory=tuple(plan.inventory()),
        metrics=tuple(plan.metrics()),
        ended=plan.ended,
        deadline=limits.deadline,
        workers=plan.workers,
    )
    coverage = runner.run()
    read = {
        result.scope.account
        for result in coverage
        if result.scope.operation == ASSETS_OPERATION and result.status in (Status.OK, Status.EMPTY)
    }
    return Collected(
        coverage=coverage,
        accounts=tuple(sorted(read)),
        regions=tuple(sorted(runner.regions - {GLOBAL})),
        calls=limits.meter.requests,
        cost_usd=limits.meter.cost_usd,
    )
