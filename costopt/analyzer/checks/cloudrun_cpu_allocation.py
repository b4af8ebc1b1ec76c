"""Cloud Run services that pay for CPU at all times and hardly get requests.

Signal: the CPU of the instances is always allocated, and in 30 days there was less than one request for 100 seconds
that instances were billed.

With the CPU allocated only while requests are answered, idle time costs nothing. The price of a second is then a
third higher, so that it pays where instances answer for less than three quarters of their life: with so few requests
that is so unless each takes more than a minute. Work without any request (threads, a queue's consumer) needs the CPU
at all times and cannot be seen, so the confidence is low, and how long requests take is not known, so no saving is
stated. Absence of points is zero; metrics that were not read give `no data`. Services with GPUs must have their CPU
allocated.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `cloudrun_cpu_allocation`."""

    days: int = 30
    """Look-back in days."""
    max_requests_per_second: float = 0.01
    """Requests for a billed second of an instance below which a service is flagged."""
    min_billed_hours: float = 24.0
    """Hours that instances were billed in the look-back; services with fewer are clear."""


def _excludes(_: Resource, spec: CloudRunService) -> str | None:
    if not spec.cpu_always_allocated:
        return "CPU is allocated to requests"
    return "has GPUs" if spec.gpu_count else None


def _run(service: Resource, spec: CloudRunService, facts: Facts, context: Context, params: Params) -> Verdict:
    del service, spec, context
    requests, billed = facts["cloud_run_requests"], facts["cloud_run_billable_seconds"]
    seconds = billed.total or 0.0
    if seconds < params.min_billed_hours * 3600:
        return CLEAR
    rate = (requests.total or 0.0) / seconds
    if rate >= params.max_requests_per_second:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                requests,
                f"{requests.total or 0.0:,.0f} requests while instances were billed for {seconds / 3600:,.0f} hours in"
                f" {params.days} days, fewer than {params.max_requests_per_second:g} a second",
                observed=rate,
                threshold=params.max_requests_per_second,
            ),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary="Allocate CPU only during requests, if the service does nothing between them",
        ),
        confidence=Confidence.LOW,
    )


CHECK = Check(
    id="cloudrun_cpu_allocation",
    title="Cloud Run pays for CPU between requests",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=CloudRunService,
    params=Params,
    source="https://cloud.google.com/run/docs/configuring/billing-settings; https://cloud.google.com/run/pricing",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="cloud_run_requests"), Need(metric="cloud_run_billable_seconds")),
    grace_days=30,
)
