"""Running machines that are too small for their work: a warning, not a saving.

Signal: mean CPU or memory above 80 % over 14 days.

It saves nothing and costs more, so there is no saving to count; it stands beside the right-sizing findings so that a
plan that makes machines smaller is seen to look both ways. Memory is judged only where the agent reports it. CPU is
needed: without it the answer is `no data`.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_underprovisioned`."""

    days: int = 14
    """Look-back in days."""
    max_cpu_percent: float = 80.0
    """Mean CPU above which the machine is too small."""
    max_memory_percent: float = 80.0
    """Mean of the hourly peaks of memory above which the machine is too small."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    return None if spec.state == "running" else "not running"


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del instance, spec, context
    evidence = tuple(_evidence(facts, params))
    if not evidence:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=evidence,
        action=Action(
            kind=ActionKind.REVIEW, summary="Consider a larger type before users notice; it costs more", restart=True
        ),
        risk=Risk.SAFE,
    )


def _evidence(facts: Facts, params: Params) -> list[Evidence]:
    found = []
    limits = (
        ("cpu_mean_percent", "mean CPU", params.max_cpu_percent),
        ("memory_used_percent", "mean of hourly peak memory", params.max_memory_percent),
    )
    for metric, words, limit in limits:
        utilization = facts.get(metric)
        if utilization is None or not usable(utilization):
            continue
        mean = utilization.mean or 0.0
        if mean > limit:
            statement = f"{words} {mean:.0f} % over {params.days} days is above {limit:g} %"
            found.append(measured(utilization, statement, observed=mean, threshold=limit))
    return found


CHECK = Check(
    id="ec2_underprovisioned",
    title="Instance is overloaded",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=Ec2Instance,
    params=Params,
    source="https://github.com/flexera-public/policy_templates (AWS Rightsize EC2 Instances: average above 80 %)",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="cpu_mean_percent"), Need(metric="memory_used_percent", required=False)),
)
