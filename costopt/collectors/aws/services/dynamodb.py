"""DynamoDB tables: their description, never their items."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import aws_resource
from costopt.collectors.aws.services.tagging import GET_RESOURCES, Tags
from costopt.collectors.aws.services.tolerance import answer_unless
from costopt.collectors.aws.services.values import utc
from costopt.model.resource import Resource
from costopt.model.specs.databases import DynamoDbTable

LIST_TABLES = Call(
    client="dynamodb",
    operation="ListTables",
    action="dynamodb:ListTables",
    result="TableNames",
    limit=("Limit", 100),
)
DESCRIBE_TABLE = Call(client="dynamodb", operation="DescribeTable", action="dynamodb:DescribeTable", result="Table")
GONE = frozenset({"ResourceNotFoundException", "TableNotFoundException"})
"""The table was deleted since it was listed."""


def table_of(api: Api, item: Mapping[str, Any], tags: Tags) -> Resource:
    """A resource of the `Table` of DescribeTable. Capacity of the indexes is paid for like that of the table."""
    name, arn = item["TableName"], item["TableArn"]
    throughputs = [
        one.get("ProvisionedThroughput") or {} for one in (item, *(item.get("GlobalSecondaryIndexes") or ()))
    ]
    mode = (item.get("BillingModeSummary") or {}).get("BillingMode")
    replicas = {one.get("RegionName") for one in item.get("Replicas") or ()}
    spec = DynamoDbTable(
        # Tables that were never on demand have no summary.
        billing_mode="on_demand" if mode == "PAY_PER_REQUEST" else "provisioned",
        status=item.get("TableStatus") or "unknown",
        size_bytes=item.get("TableSizeBytes") or 0,
        items=item.get("ItemCount") or 0,
        read_capacity_units=sum(one.get("ReadCapacityUnits") or 0 for one in throughputs),
        write_capacity_units=sum(one.get("WriteCapacityUnits") or 0 for one in throughputs),
        table_class=(item.get("TableClassSummary") or {}).get("TableClass") or "STANDARD",
        replica_regions=tuple(sorted(region for region in replicas if region and region != api.region)),
    )
    created_at = utc(item.get("CreationDateTime"))
    return aws_resource(api, spec, name, name=name, arn=arn, created_at=created_at, tags=tags.of(arn))


def _collect(api: Api) -> Iterator[Resource]:
    names: list[Any] = list(api.pages(LIST_TABLES))
    if not names:
        return
    tags = Tags(api, "dynamodb:table")
    for name in names:
        answer = answer_unless(api, DESCRIBE_TABLE, GONE, TableName=name)
        if answer is not None:
            yield table_of(api, answer["Table"], tags)


DYNAMODB_TABLES = AwsCollector(
    id="dynamodb_tables",
    kinds=(DynamoDbTable,),
    calls=(LIST_TABLES, DESCRIBE_TABLE, GET_RESOURCES),
    collect=_collect,
)
