"""The least-privilege policy, generated from what the collectors declare; nothing in it is written by hand twice."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from costopt.collectors.aws.interface import AwsCollector
from costopt.collectors.aws.metrics import METRIC_CALLS
from costopt.collectors.aws.regions import DESCRIBE_REGIONS
from costopt.collectors.aws.sessions import ACCESS_CALLS

ASSUME_ROLE = "sts:AssumeRole"
"""Wanted by who reads other accounts, not by the role that is read with; it must name its roles, so it is not here."""

RUNTIME_ACTIONS: tuple[str, ...] = tuple(
    sorted({call.action for call in (*ACCESS_CALLS, *METRIC_CALLS, DESCRIBE_REGIONS)} - {ASSUME_ROLE})
)
"""What a collection asks for beside the collectors: who it is, where it may read, and the metrics."""

DENIED_ACTIONS: tuple[str, ...] = (
    "athena:GetQueryResults",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:DescribeInstanceAttribute",
    "ec2:GetConsoleOutput",
    "ec2:GetPasswordData",
    "kms:Decrypt",
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartQuery",
    "rds-data:*",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter*",
)
"""Reads of data and secrets. Denied by name, so that another policy on the same role cannot grant them either."""

MAX_POLICY_CHARACTERS = 6144
"""Size of a managed policy, white space not counted.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

VERSION = "2012-10-17"
"""Version of IAM's policy language."""


def actions(collectors: Iterable[AwsCollector]) -> tuple[str, ...]:
    """Every action that a collection with these collectors may use, sorted."""
    declared = {call.action for collector in collectors for call in collector.calls}
    return tuple(sorted(declared | set(RUNTIME_ACTIONS)))


def policy(collectors: Iterable[AwsCollector]) -> dict[str, Any]:
    """One policy document: what may be read, and the reads of data that never may.

    It may be too long for one managed policy; `managed_policies` splits it.
    """
    return _document([_allow(actions(collectors)), _deny()])


def managed_policies(
    collectors: Iterable[AwsCollector], *, limit: int = MAX_POLICY_CHARACTERS
) -> tuple[dict[str, Any], ...]:
    """The policy as few documents that each fit into a managed policy; the denial is in the first.

    Raises:
        ValueError: `limit` has no room for the denial and one action.
    """
    documents: list[dict[str, Any]] = []
    statements, allowed = [_deny()], list[str]()
    for action in actions(collectors):
        if allowed and size(_document([_allow([*allowed, action]), *statements])) > limit:
            documents.append(_document([_allow(allowed), *statements]))
            statements, allowed = [], []
        allowed.append(action)
    documents.append(_document([_allow(allowed), *statements]))
    too_long = max(size(document) for document in documents)
    if too_long > limit:
        raise ValueError(f"a policy of {too_long} characters cannot be made to fit into {limit}")
    return tuple(documents)


def size(document: dict[str, Any]) -> int:
    """Characters of a document as AWS counts them: without white space."""
    return len(json.dumps(document, separators=(",", ":")))


def _document(statements: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": list(statements)}


def _allow(allowed: Sequence[str]) -> dict[str, Any]:
    # Describe and list actions mostly take no resource; one statement stays readable and auditable.
    return {"Sid": "CostoptReadsSettings", "Effect": "Allow", "Action": list(allowed), "Resource": "*"}


def _deny() -> dict[str, Any]:
    return {"Sid": "CostoptNeverReadsData", "Effect": "Deny", "Action": list(DENIED_ACTIONS), "Resource": "*"}
