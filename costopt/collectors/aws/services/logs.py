"""CloudWatch log groups: their size and retention, never their events."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.tagging import GET_RESOURCES, Tags
from costopt.collectors.aws.services.values import utc_of_milliseconds
from costopt.model.resource import Resource
from costopt.model.specs.storage import LogGroup

DESCRIBE_LOG_GROUPS = Call(
    client="logs",
    operation="DescribeLogGroups",
    action="logs:DescribeLogGroups",
    result="logGroups",
    limit=("limit", 50),
)


def group_of(api: Api, item: Mapping[str, Any], tags: Tags) -> Resource:
    """A resource of one item of DescribeLogGroups."""
    name = item["logGroupName"]
    # `arn` ends in `:*`; tags are filed under the ARN without it.
    arn = arn_of(api, "logs", f"log-group:{name}")
    spec = LogGroup(
        stored_bytes=item.get("storedBytes") or 0,
        retention_days=item.get("retentionInDays"),
        log_class=item.get("logGroupClass") or "STANDARD",
    )
    created_at = utc_of_milliseconds(item.get("creationTime"))
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tags.of(arn))


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_LOG_GROUPS))
    if items:
        tags = Tags(api, "logs")
        for item in items:
            yield group_of(api, item, tags)


LOG_GROUPS = AwsCollector(
    id="log_groups", kinds=(LogGroup,), calls=(DESCRIBE_LOG_GROUPS, GET_RESOURCES), collect=_collect
)
