"""Application, network and gateway load balancers with the health of their targets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.balancer_tags import balancer_tags
from costopt.collectors.aws.services.batches import in_batches
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.tolerance import answer_unless, items_unless
from costopt.collectors.aws.services.values import state_of, utc
from costopt.model.resource import Resource
from costopt.model.specs.network import LoadBalancer

DESCRIBE_LOAD_BALANCERS = Call(
    client="elbv2",
    operation="DescribeLoadBalancers",
    action="elasticloadbalancing:DescribeLoadBalancers",
    result="LoadBalancers",
    limit=("PageSize", 400),
)
DESCRIBE_TARGET_GROUPS = Call(
    client="elbv2",
    operation="DescribeTargetGroups",
    action="elasticloadbalancing:DescribeTargetGroups",
    result="TargetGroups",
    limit=("PageSize", 400),
)
DESCRIBE_TARGET_HEALTH = Call(
    client="elbv2",
    operation="DescribeTargetHealth",
    action="elasticloadbalancing:DescribeTargetHealth",
    result="TargetHealthDescriptions",
)
DESCRIBE_LISTENERS = Call(
    client="elbv2",
    operation="DescribeListeners",
    action="elasticloadbalancing:DescribeListeners",
    result="Listeners",
    limit=("PageSize", 400),
)
DESCRIBE_TAGS = Call(
    client="elbv2",
    operation="DescribeTags",
    action="elasticloadbalancing:DescribeTags",
    result="TagDescriptions",
)
ARNS_PER_CALL = 20
"""Most ARNs that DescribeTags takes.
Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html"""

GONE = frozenset({"LoadBalancerNotFound", "TargetGroupNotFound"})
"""Deleted since it was listed."""

_NO_TARGET_NEEDED = frozenset({"redirect", "fixed-response"})


@dataclass(slots=True)
class _Targets:
    """What stands behind one balancer."""

    groups: int = 0
    ids: set[str] = field(default_factory=set)
    healthy: set[str] = field(default_factory=set)


def balancer_of(
    api: Api,
    item: Mapping[str, Any],
    targets: "_Targets",
    *,
    redirect_only: bool,
    tags: Mapping[str, str] | None,
) -> Resource:
    """A resource of one item of DescribeLoadBalancers.

    Its id is the ARN's last part, such as `app/web/50dc6c495c0c9188`: names of classic and other balancers may be the
    same, and CloudWatch's dimension is this very text.
    """
    arn = item["LoadBalancerArn"]
    spec = LoadBalancer(
        lb_type=item.get("Type") or "application",
        state=state_of(item, "State", "Code"),
        scheme=item.get("Scheme"),
        registered_targets=len(targets.ids),
        healthy_targets=len(targets.healthy),
        target_ids=tuple(sorted(targets.ids)),
        target_groups=targets.groups,
        redirect_only=redirect_only,
    )
    return aws_resource(
        api,
        spec,
        arn.partition(":loadbalancer/")[2],
        name=item.get("LoadBalancerName"),
        arn=arn,
        created_at=utc(item.get("CreatedTime")),
        tags=tags,
    )


def is_healthy(description: Mapping[str, Any]) -> bool:
    """Whether a target gets traffic: it passes the health check, or has none (Lambda targets by default).

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
    """
    health = description.get("TargetHealth") or {}
    return health.get("State") == "healthy" or health.get("Reason") == "Target.HealthCheckDisabled"


def only_redirects(listeners: Iterable[Mapping[str, Any]]) -> bool:
    """Whether there are listeners and all of them answer by themselves, so that no target is needed.

    Asked only of balancers without a target group: a rule that forwards would need one.
    """
    actions = [{action.get("Type") for action in one.get("DefaultActions") or ()} for one in listeners]
    return bool(actions) and all(kinds and kinds <= _NO_TARGET_NEEDED for kinds in actions)


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_LOAD_BALANCERS))
    behind = _targets(api) if items else {}
    for batch in in_batches(items, ARNS_PER_CALL):
        tags = _tags(api, [item["LoadBalancerArn"] for item in batch])
        for item in batch:
            arn = item["LoadBalancerArn"]
            targets = behind.get(arn, _Targets())
            listeners = [] if targets.groups else items_unless(api, DESCRIBE_LISTENERS, GONE, LoadBalancerArn=arn)
            if listeners is not None:
                redirect_only = only_redirects(listeners)
                yield balancer_of(
                    api, item, targets, redirect_only=redirect_only, tags=None if tags is None else tags.get(arn, {})
                )


def _targets(api: Api) -> dict[str, _Targets]:
    """Targets by ARN of the balancer; groups that no balancer uses are not asked for their health."""
    behind: dict[str, _Targets] = {}
    for group in api.pages(DESCRIBE_TARGET_GROUPS):
        balancers = group.get("LoadBalancerArns") or ()
        if not balancers:
            continue
        health = answer_unless(api, DESCRIBE_TARGET_HEALTH, GONE, TargetGroupArn=group["TargetGroupArn"])
        if health is None:
            continue
        descriptions = health["TargetHealthDescriptions"]
        for arn in balancers:
            targets = behind.setdefault(arn, _Targets())
            targets.groups += 1
            targets.ids.update(one["Target"]["Id"] for one in descriptions)
            targets.healthy.update(one["Target"]["Id"] for one in descriptions if is_healthy(one))
    return behind


def _tags(api: Api, arns: list[str]) -> dict[str, dict[str, str]] | None:
    return balancer_tags(api, DESCRIBE_TAGS, parameter="ResourceArns", key="ResourceArn", gone=GONE, balancers=arns)


LOAD_BALANCERS = AwsCollector(
    id="load_balancers",
    kinds=(LoadBalancer,),
    calls=(
        DESCRIBE_LOAD_BALANCERS,
        DESCRIBE_TARGET_GROUPS,
        DESCRIBE_TARGET_HEALTH,
        DESCRIBE_LISTENERS,
        DESCRIBE_TAGS,
    ),
    collect=_collect,
)
