"""The permission to read a bill, which is data: granted for one prefix only, and apart from the audit's own policy.

The audit's policy denies `s3:GetObject` everywhere, and a denial outranks every grant. So either another role reads
the bill (`bill_policy`), or the denial makes room for its prefix (`admit_bill`).
"""

import re
from typing import Any

from costopt.collectors.aws.bill_object import GET_OBJECT, LIST_OBJECTS, BucketPrefix, parse_uri
from costopt.collectors.aws.permissions import VERSION
from costopt.collectors.aws.sessions import ACCESS_CALLS

GET_COST_AND_USAGE_ACTION = "ce:GetCostAndUsage"
"""What Cost Explorer, the way without an export, needs."""
_IDENTITY = ACCESS_CALLS[0].action


def bill_policy(uri: str | None, *, partition: str = "aws") -> dict[str, Any]:
    """A policy document that reads the bill below `uri`, or asks Cost Explorer where there is none, and nothing else.

    A bucket that is encrypted with a key of KMS needs `kms:Decrypt` on that key, too.

    Raises:
        UsageError: `uri` is no address of a bucket.
    """
    statements = [] if uri is None else _reads(parse_uri(uri), partition)
    actions = [_IDENTITY] if uri is not None else [GET_COST_AND_USAGE_ACTION, _IDENTITY]
    asks = {"Sid": "CostoptAsks", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": VERSION, "Statement": [*statements, asks]}


def admit_bill(document: dict[str, Any], uri: str, *, partition: str = "aws") -> dict[str, Any]:
    """The audit's policy with room for one bill: its denial of `s3:GetObject` then holds for everything but `uri`.

    Args:
        document: as `permissions.policy` or the first of `permissions.managed_policies` gives it; stays as it is.
        uri: `s3://bucket/prefix`.
        partition: of the account.

    Raises:
        UsageError: `uri` is no address of a bucket.
    """
    place = parse_uri(uri)
    statements: list[dict[str, Any]] = []
    for statement in document["Statement"]:
        if statement["Effect"] == "Deny" and GET_OBJECT.action in statement["Action"]:
            rest = [action for action in statement["Action"] if action != GET_OBJECT.action]
            statements.append({**statement, "Action": rest})
            statements.append(
                {
                    "Sid": "CostoptReadsNoObjectsButTheBill",
                    "Effect": "Deny",
                    "Action": [GET_OBJECT.action],
                    "NotResource": [_objects(place, partition)],
                }
            )
        else:
            statements.append(statement)
    return {**document, "Statement": [*statements, *_reads(place, partition)]}


def _reads(place: BucketPrefix, partition: str) -> list[dict[str, Any]]:
    bucket = f"arn:{partition}:s3:::{place.bucket}"
    lists: dict[str, Any] = {
        "Sid": "CostoptListsTheBill",
        "Effect": "Allow",
        "Action": [LIST_OBJECTS.action],
        "Resource": [bucket],
    }
    if place.prefix:
        lists["Condition"] = {"StringLike": {"s3:prefix": [f"{_literal(place.prefix)}*"]}}
    reads = {
        "Sid": "CostoptReadsTheBill",
        "Effect": "Allow",
        "Action": [GET_OBJECT.action],
        "Resource": [_objects(place, partition)],
    }
    return [lists, reads]


def _objects(place: BucketPrefix, partition: str) -> str:
    return f"arn:{partition}:s3:::{place.bucket}/{_literal(place.prefix)}*"


def _literal(prefix: str) -> str:
    """A prefix in which no character is a wildcard or a variable of IAM.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
    """
    return re.sub(r"[*?$]", lambda match: f"${{{match[0]}}}", prefix)
