"""The generated policy: all that is declared, nothing that reads data, within AWS's size."""

import json
import re

import pytest

from costopt.collectors.aws.permissions import (
    DENIED_ACTIONS,
    MAX_POLICY_CHARACTERS,
    RUNTIME_ACTIONS,
    actions,
    managed_policies,
    policy,
    size,
)
from costopt.collectors.aws.registry import COLLECTORS

READING = re.compile(r"^[a-z0-9-]+:(?:Describe|List|Get)[A-Za-z0-9]+$")


def statements(document, effect):
    return [one for one in document["Statement"] if one["Effect"] == effect]


def test_policy_allows_exactly_what_is_declared():
    (allowed,) = statements(policy(COLLECTORS), "Allow")
    declared = {call.action for collector in COLLECTORS for call in collector.calls}
    assert set(allowed["Action"]) == declared | set(RUNTIME_ACTIONS)
    assert allowed["Action"] == sorted(allowed["Action"])


def test_a_collection_may_find_its_accounts_and_regions_and_read_metrics_but_assume_no_role():
    assert set(RUNTIME_ACTIONS) == {
        "cloudwatch:GetMetricData",
        "cloudwatch:ListMetrics",
        "ec2:DescribeRegions",
        "organizations:ListAccounts",
        "sts:GetCallerIdentity",
    }


def test_policy_of_one_collector_grants_no_other_service():
    volumes = [collector for collector in COLLECTORS if collector.id == "ebs_volumes"]
    assert set(actions(volumes)) == {"ec2:DescribeVolumes", *RUNTIME_ACTIONS}


def test_every_action_reads_and_none_is_a_pattern():
    assert [action for action in actions(COLLECTORS) if not READING.match(action)] == []


def test_reads_of_data_are_denied_and_never_allowed():
    (denied,) = statements(policy(COLLECTORS), "Deny")
    patterns = [re.compile(action.replace("*", ".*") + "$") for action in denied["Action"]]
    assert set(denied["Action"]) == set(DENIED_ACTIONS)
    assert [one for one in actions(COLLECTORS) if any(pattern.match(one) for pattern in patterns)] == []
    for action in ("s3:GetObject", "ssm:GetParameters", "kms:Decrypt", "lambda:GetFunction", "dynamodb:Scan"):
        assert any(pattern.match(action) for pattern in patterns)


def test_managed_policies_fit_and_together_are_the_policy():
    documents = managed_policies(COLLECTORS)
    assert all(len(json.dumps(one, separators=(",", ":"))) <= MAX_POLICY_CHARACTERS for one in documents)
    allowed = [action for one in documents for part in statements(one, "Allow") for action in part["Action"]]
    assert allowed == list(actions(COLLECTORS))
    assert [len(statements(one, "Deny")) for one in documents] == [1] + [0] * (len(documents) - 1)


@pytest.mark.parametrize("limit", [700, 800, 1000, 2000])
def test_a_small_limit_splits_without_losing_an_action(limit):
    documents = managed_policies(COLLECTORS, limit=limit)
    assert len(documents) > 1
    assert all(size(one) <= limit for one in documents)
    allowed = [action for one in documents for part in statements(one, "Allow") for action in part["Action"]]
    assert allowed == list(actions(COLLECTORS))


def test_an_impossible_limit_is_refused():
    with pytest.raises(ValueError, match="cannot be made to fit"):
        managed_policies(COLLECTORS, limit=100)
