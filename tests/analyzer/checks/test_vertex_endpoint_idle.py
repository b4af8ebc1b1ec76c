from decimal import Decimal

import pytest

from costopt.analyzer.checks.vertex_endpoint_idle import CHECK
from costopt.model.finding import Outcome
from costopt.model.price import Quality
from costopt.model.specs.gce import Accelerator
from costopt.model.specs.google_ml import DeployedModel, VertexEndpoint
from tests.oracles.google_estate import REGION, google
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(units={("vertex", "n1_standard_4"): "0.2186"}, region=REGION)
DAY = 86_400


def endpoint(*models, created_at=None):
    deployed = models or (model(),)
    return google(VertexEndpoint(deployed=deployed), "locations/us-central1/endpoints/9", created_at=created_at)


def model(**fields):
    return DeployedModel(**{"deployed_id": "m", "machine_type": "n1-standard-4", "minimum": 2, **fields})


def verdict_of(one=None, predictions=()):
    facts = [] if predictions is None else [series("vertex_predictions", list(predictions), DAY, 30)]
    return judge(CHECK, one or endpoint(), facts=facts, prices=PRICES)


def test_an_endpoint_without_predictions_saves_the_machines_that_it_keeps():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 730 * 2 * Decimal("0.2186")


@pytest.mark.parametrize(("day", "outcome"), [(14, Outcome.CLEAR), (15, Outcome.FLAGGED)])
def test_one_prediction_within_fourteen_days_is_use(day, outcome):
    assert verdict_of(predictions=[1.0] + [0.0] * (day - 1)).outcome is outcome


def test_a_metric_that_was_not_read_is_no_data_although_holes_are_zero():
    assert verdict_of(predictions=None).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(("age", "outcome"), [(13.9, Outcome.NO_DATA), (14, Outcome.FLAGGED)])
def test_a_younger_endpoint_is_not_judged(age, outcome):
    assert verdict_of(endpoint(created_at=ago(age))).outcome is outcome


@pytest.mark.parametrize("models", [(model(minimum=0),), (model(minimum=0), model(minimum=0))])
def test_endpoints_that_keep_no_machine_are_not_concerned(models):
    assert verdict_of(endpoint(*models)).outcome is Outcome.NOT_APPLICABLE


MACHINES = {("gce", "n1-standard-4", "linux"): "0.189999", ("gce", "g2-standard-4", "linux"): "0.70"}


@pytest.mark.parametrize(
    ("fields", "an_hour"),
    [
        ({}, "0.21849885"),  # as https://cloud.google.com/vertex-ai/pricing states it: 0.189999 x 1.15
        ({"accelerators": (Accelerator(accelerator_type="nvidia-tesla-t4", count=2),)}, "1.02349885"),  # + 2 x 0.4025
        (
            {"machine_type": "g2-standard-4", "accelerators": (Accelerator(accelerator_type="nvidia-l4", count=1),)},
            "0.805",  # 0.70 x 1.15; the accelerator is in the price of the type
        ),
    ],
)
def test_a_machine_costs_what_compute_engine_asks_and_the_share_of_vertex(fields, an_hour):
    prices = StaticPrices(units={("gce", "gpu_t4"): "0.35"}, instances=MACHINES, region=REGION)
    facts = [series("vertex_predictions", [], DAY, 30)]
    verdict = judge(CHECK, endpoint(model(minimum=1, **fields)), facts=facts, prices=prices)
    assert monthly(verdict) == 730 * Decimal(an_hour)
    assert {term.price.quality for term in verdict.saving.terms} == {Quality.ESTIMATE}


@pytest.mark.parametrize(
    "fields",
    [
        {"machine_type": None},
        {"minimum": None},
        {"machine_type": "n1-standard-64"},
        {"accelerators": (Accelerator(accelerator_type="nvidia-l4", count=1),)},
        {"spot": True},
    ],
)
def test_machines_of_unknown_number_or_price_are_a_gap(fields):
    verdict = verdict_of(endpoint(model(), model(**fields)))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap
