"""Every declared call against botocore's own service models: a key written wrong is found here and not in a bill."""

import re

import botocore.session
import pytest

from costopt.collectors.aws.interface import Call
from costopt.collectors.aws.registry import COLLECTORS
from costopt.model.kinds import SPEC_TYPES

SESSION = botocore.session.get_session()
LOADER = SESSION.get_component("data_loader")
CALLS = sorted({call for collector in COLLECTORS for call in collector.calls}, key=lambda c: (c.client, c.operation))
TOKEN = re.compile(r"^(next)?(token|marker|pagetoken)$|token$|^lastevaluated", re.IGNORECASE)


def name(call: Call) -> str:
    return f"{call.client}.{call.operation}"


def paginator(call: Call) -> dict:
    try:
        return LOADER.load_service_model(call.client, "paginators-1")["pagination"].get(call.operation, {})
    except botocore.exceptions.UnknownServiceError:
        return {}


def operation(call: Call):
    return SESSION.get_service_model(call.client).operation_model(call.operation)


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_result_is_a_key_of_the_answer(call):
    if call.result is not None:
        assert call.result in operation(call).output_shape.members


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_page_size_is_one_that_the_service_takes(call):
    if call.limit is None:
        return
    key, size = call.limit
    member = operation(call).input_shape.members[key]
    assert member.metadata.get("min", 1) <= size <= member.metadata.get("max", size)


@pytest.mark.parametrize("call", CALLS, ids=name)
def test_an_answer_with_a_page_token_can_be_paged(call):
    model, known = operation(call), paginator(call)
    if call.token is not None:
        assert not known, "botocore has a paginator; its tokens win"
        assert call.token[0] in model.input_shape.members
        assert call.token[1] in model.output_shape.members
    elif any(TOKEN.search(member) for member in model.output_shape.members):
        assert known, "the answer goes on under a token that nobody would follow"
        keys = known["result_key"]
        assert call.result == (keys[0] if isinstance(keys, list) else keys)


def test_one_operation_is_declared_in_one_way_only():
    assert len({(call.client, call.operation) for call in CALLS}) == len(CALLS)


def test_every_kind_is_known_and_ids_are_unique():
    assert {spec.KIND for collector in COLLECTORS for spec in collector.kinds} <= set(SPEC_TYPES)
    ids = [collector.id for collector in COLLECTORS]
    assert ids == sorted(set(ids))


def test_page_tokens_are_declared_for_what_botocore_does_not_page():
    declared = {name(call) for call in CALLS if call.token is not None}
    assert declared == {
        "compute-optimizer.GetAutoScalingGroupRecommendations",
        "compute-optimizer.GetEBSVolumeRecommendations",
        "compute-optimizer.GetEC2InstanceRecommendations",
        "compute-optimizer.GetIdleRecommendations",
        "compute-optimizer.GetRDSDatabaseRecommendations",
        "opensearch.DescribeReservedInstances",
        "savingsplans.DescribeSavingsPlans",
    }
