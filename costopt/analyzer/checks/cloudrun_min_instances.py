"""Cloud Run services that keep instances warm for nobody.

Signal: the service keeps at least one instance warm, and in 30 days no request came.

Absence of points is zero here: Cloud Run sends the metric only for requests; where it was not read at all the answer
is `no data`. Instances whose CPU is always allocated may work without any request (a queue's consumer), so their
finding has low confidence. The saving is that of the warm instances.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.google_services_cost import kept_warm_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `cloudrun_min_instances`."""

    days: int = 30
    """Look-back in days."""
    max_requests: float = 0.0
    """Services with more requests are clear."""


def _excludes(_: Resource, spec: CloudRunService) -> str | None:
    return None if spec.min_instances else "keeps no instance warm"


def _run(service: Resource, spec: CloudRunService, facts: Facts, context: Context, params: Params) -> Verdict:
    requests = facts["cloud_run_requests"]
    if (requests.total or 0.0) > params.max_requests:
        return CLEAR
    saving, price_gap = priced(lambda: kept_warm_terms(service, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            measured(
                requests,
                f"{requests.total or 0.0:,.0f} requests in {params.days} days;"
                f" {spec.min_instances} instance(s) kept warm",
                observed=requests.total or 0.0,
                threshold=params.max_requests,
            ),
        ),
        action=Action(kind=ActionKind.CONFIGURE, summary="Set the minimum number of instances to 0"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.LOW if spec.cpu_always_allocated else Confidence.HIGH,
    )


CHECK = Check(
    id="cloudrun_min_instances",
    title="Cloud Run keeps instances warm for nobody",
    category=Category.WASTE,
    lever="Idle compute",
    applies_to=CloudRunService,
    params=Params,
    source="https://cloud.google.com/run/docs/configuring/min-instances; https://cloud.google.com/run/pricing",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="cloud_run_requests"),),
    grace_days=30,
)
