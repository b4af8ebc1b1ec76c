"""Tags of load balancers, classic and newer: one call for twenty of them."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from costopt.collectors.aws.faults import DENIED, error_code
from costopt.collectors.aws.interface import Api, Call
from costopt.collectors.aws.services.tolerance import answer_unless
from costopt.collectors.aws.services.values import tag_map


def balancer_tags(
    api: Api, call: Call, *, parameter: str, key: str, gone: frozenset[str], balancers: Sequence[str]
) -> dict[str, dict[str, str]] | None:
    """Tags by balancer, None where they are denied, which the ledger then says.

    The call fails as a whole where one of the balancers is gone; then each is asked alone.

    Args:
        api: the calls of the collector.
        call: its `DescribeTags`.
        parameter: request key of the balancers.
        key: answer key of a balancer.
        gone: error codes of a balancer that is gone.
        balancers: names or ARNs.
    """
    wanted: dict[str, Any] = {parameter: list(balancers)}
    try:
        answer = answer_unless(api, call, gone, **wanted)
    except ClientError as error:
        if error_code(error) not in DENIED:
            raise
        api.missing("tags", error)
        return None
    if answer is not None:
        return {one[key]: tag_map(one.get("Tags")) for one in answer["TagDescriptions"]}
    if len(balancers) == 1:
        return {}
    found: dict[str, dict[str, str]] = {}
    for one in balancers:
        found |= balancer_tags(api, call, parameter=parameter, key=key, gone=gone, balancers=[one]) or {}
    return found
