"""What reading a bill needs to be allowed, and nothing more."""

import copy
import json

from costopt.collectors.aws.bill_permissions import admit_bill, bill_policy
from costopt.collectors.aws.permissions import policy
from costopt.collectors.aws.registry import COLLECTORS


def test_the_policy_of_a_bill_reads_one_prefix_and_nothing_else() -> None:
    document = bill_policy("s3://my-bucket/cur/daily")
    assert document["Statement"] == [
        {
            "Sid": "CostoptListsTheBill",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::my-bucket"],
            "Condition": {"StringLike": {"s3:prefix": ["cur/daily/*"]}},
        },
        {
            "Sid": "CostoptReadsTheBill",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::my-bucket/cur/daily/*"],
        },
        {"Sid": "CostoptAsks", "Effect": "Allow", "Action": ["sts:GetCallerIdentity"], "Resource": "*"},
    ]
    assert "s3:GetObject" not in json.dumps(bill_policy(None))
    assert "ce:GetCostAndUsage" in json.dumps(bill_policy(None))


def test_wildcards_in_a_prefix_widen_no_policy() -> None:
    (_, reads, _) = bill_policy("s3://my-bucket/a*b$c")["Statement"]
    assert reads["Resource"] == ["arn:aws:s3:::my-bucket/a${*}b${$}c/*"]


def test_the_audits_policy_makes_room_for_the_bill_alone() -> None:
    audit = policy(COLLECTORS)
    before = copy.deepcopy(audit)
    document = admit_bill(audit, "s3://my-bucket/cur/")
    assert audit == before
    denials = [one for one in document["Statement"] if one["Effect"] == "Deny"]
    assert [one for one in denials if "s3:GetObject" in one["Action"]] == [
        {
            "Sid": "CostoptReadsNoObjectsButTheBill",
            "Effect": "Deny",
            "Action": ["s3:GetObject"],
            "NotResource": ["arn:aws:s3:::my-bucket/cur/*"],
        }
    ]
    assert {"dynamodb:Scan", "kms:Decrypt"} <= {action for one in denials for action in one["Action"]}
