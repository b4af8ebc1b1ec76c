"""Endpoints that nobody calls."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.sagemaker_endpoint_idle import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.ml import EndpointVariant, SagemakerEndpoint
from tests.oracles.judging import LONG_AGO, StaticPrices, ago, judge, monthly, resource, series

PRICES = StaticPrices(
    instances={("sagemaker", "ml.g5.xlarge", "hosting"): "1.408", ("sagemaker", "ml.m5.large", "hosting"): "0.115"}
)
GPU = EndpointVariant(name="a", instance_type="ml.g5.xlarge", instance_count=2)
SMALL = EndpointVariant(name="b", instance_type="ml.m5.large", instance_count=1)
SERVERLESS = EndpointVariant(name="c", instance_type=None, instance_count=0)


def endpoint(*variants, status="InService", modified_at=LONG_AGO, created_at=LONG_AGO):
    spec = SagemakerEndpoint(status=status, variants=variants or (GPU,), modified_at=modified_at)
    return resource(spec, "ranker", created_at=created_at)


def calls(values=()):
    return (series("sagemaker_invocations", list(values), step_seconds=86400, days=30),)


def test_hosting_price_times_instances_of_all_variants():
    verdict = judge(CHECK, endpoint(GPU, SMALL, SERVERLESS), facts=calls(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.DELETE
    assert monthly(verdict) == Decimal("2139.630")  # 730 x (2 x 1.408 + 0.115)
    usage = verdict.saving.terms[0].usage
    assert (usage.service, usage.instance_type, usage.variant) == ("sagemaker", "ml.g5.xlarge", "hosting")


@pytest.mark.parametrize(
    ("values", "outcome"),
    [([1.0] + [None] * 13, Outcome.CLEAR), ([1.0] + [None] * 14, Outcome.FLAGGED)],
)
def test_one_call_in_fourteen_days_is_clear_and_an_older_one_does_not_count(values, outcome):
    assert judge(CHECK, endpoint(), facts=calls(values), prices=PRICES).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"modified_at": ago(13.9)}, Outcome.NO_DATA),
        ({"modified_at": ago(14)}, Outcome.FLAGGED),
        ({"created_at": ago(13.9), "modified_at": None}, Outcome.NO_DATA),
        ({"created_at": None, "modified_at": None}, Outcome.FLAGGED),
    ],
)
def test_made_or_changed_within_the_look_back_is_no_data(fields, outcome):
    assert judge(CHECK, endpoint(**fields), facts=calls(), prices=PRICES).outcome is outcome


def test_gpu_at_work_without_counted_calls_is_clear():
    busy = series("sagemaker_gpu_percent", [None] * 20 + [5.0], step_seconds=86400, days=30)
    idle = series("sagemaker_gpu_percent", 4.9, step_seconds=86400, days=30)
    assert judge(CHECK, endpoint(), facts=(*calls(), busy), prices=PRICES).outcome is Outcome.CLEAR
    assert judge(CHECK, endpoint(), facts=(*calls(), idle), prices=PRICES).outcome is Outcome.FLAGGED


def test_unread_metric_is_no_data():
    assert judge(CHECK, endpoint(), prices=PRICES).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("judged", "reason"),
    [
        (endpoint(SERVERLESS), "no instance is billed"),
        (endpoint(status="Creating"), "not in service"),
        (endpoint(status="Failed"), "not in service"),
    ],
)
def test_not_applicable(judged, reason):
    verdict = judge(CHECK, judged, facts=calls(), prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


def test_one_unknown_price_leaves_the_whole_saving_open():
    rare = EndpointVariant(name="d", instance_type="ml.p5.48xlarge", instance_count=1)
    verdict = judge(CHECK, endpoint(SMALL, rare), facts=calls(), prices=PRICES)
    assert verdict.saving is None
    assert "ml.p5.48xlarge" in verdict.price_gap
