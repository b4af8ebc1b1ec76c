"""Fargate services whose tasks do nothing.

Signal: the service runs tasks on Fargate, and over 14 days both peak CPU and peak memory stay below 1 %.

A missing point is unknown: ECS sends the metrics only while tasks run. Services on EC2 are left out, because their
machines are what is paid. The saving is the price of the running tasks' vCPU and memory hours.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.fargate_cost import fargate_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.serverless import EcsService
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ecs_idle`."""

    days: int = 14
    """Look-back in days."""
    max_cpu_percent: float = 1.0
    """Peak CPU below which a service is idle."""
    max_memory_percent: float = 1.0
    """Peak memory below which a service is idle."""


def _excludes(_: Resource, spec: EcsService) -> str | None:
    if spec.launch_type not in ("FARGATE", "FARGATE_SPOT"):
        return "runs on machines that are judged themselves"
    return None if spec.running else "no running task"


def _run(service: Resource, spec: EcsService, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu, memory = facts["ecs_cpu_max_percent"], facts["ecs_memory_max_percent"]
    busiest, fullest = cpu.maximum or 0.0, memory.maximum or 0.0
    if busiest >= params.max_cpu_percent or fullest >= params.max_memory_percent:
        return CLEAR
    saving, price_gap = priced(lambda: fargate_terms(service, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                cpu,
                f"peak CPU {busiest:.2g} % over {params.days} days is below {params.max_cpu_percent:g} %",
                observed=busiest,
                threshold=params.max_cpu_percent,
            ),
            measured(
                memory,
                f"peak memory {fullest:.2g} % over {params.days} days is below {params.max_memory_percent:g} %",
                observed=fullest,
                threshold=params.max_memory_percent,
            ),
        ),
        action=Action(kind=ActionKind.STOP, summary="Scale the service to zero tasks, and delete it if nobody asks"),
        saving=saving,
        price_gap=price_gap,
    )


CHECK = Check(
    id="ecs_idle",
    title="Fargate service is idle",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=EcsService,
    params=Params,
    source="https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html"
    " (ECS services on Fargate: peak CPU and memory below 1 % over 14 days)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="ecs_cpu_max_percent"), Need(metric="ecs_memory_max_percent")),
)
