"""Online prediction endpoints of Vertex AI that nobody calls.

Signal: an endpoint with deployed models has had no prediction for 14 days.

Absence of points is zero here: Vertex AI sends the metric only for periods with a prediction. Those of a private
endpoint are counted by a metric of their own, the number of its responses. An endpoint younger than
14 days is `no data`. When a model was deployed is not told, so one that was deployed last week looks the same: the
confidence is medium. Endpoints that keep no machine cost nothing while idle and are not concerned. The saving is that
of the machines that are kept at least.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.google_services_cost import endpoint_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Outcome, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.google_ml import VertexEndpoint
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `vertex_endpoint_idle`."""

    days: int = 14
    """Look-back in days."""


def _excludes(_: Resource, spec: VertexEndpoint) -> str | None:
    if not spec.deployed:
        return "no model is deployed"
    return "keeps no machine" if all(model.minimum == 0 for model in spec.deployed) else None


def _run(endpoint: Resource, spec: VertexEndpoint, facts: Facts, context: Context, params: Params) -> Verdict:
    predictions = facts["vertex_predictions"]
    if predictions.total:
        return CLEAR
    saving, price_gap = priced(lambda: endpoint_terms(endpoint, spec, context.prices))
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(predictions, f"no prediction in {params.days} days", observed=0.0, threshold=0.0),),
        action=Action(
            kind=ActionKind.DELETE, summary="Undeploy its models; they stay in the registry and can be deployed again"
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
    )


CHECK = Check(
    id="vertex_endpoint_idle",
    title="Prediction endpoint is never called",
    category=Category.WASTE,
    lever="Idle GPU and ML",
    applies_to=VertexEndpoint,
    params=Params,
    source="https://cloud.google.com/monitoring/api/metrics_gcp (prediction/online/prediction_count);"
    " CleanCloud gcp.vertex.endpoint.idle: 14 days",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="vertex_predictions"),),
    grace_days=14,
)
