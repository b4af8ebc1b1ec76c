"""Tags of services whose lists leave them out: one paged call for all of a type, instead of one call a resource."""

from collections.abc import Mapping

from costopt.collectors.aws.interface import Api, Call
from costopt.collectors.aws.services.tolerance import items_or_missing
from costopt.collectors.aws.services.values import tag_map

GET_RESOURCES = Call(
    client="resourcegroupstaggingapi",
    operation="GetResources",
    action="tag:GetResources",
    result="ResourceTagMappingList",
    limit=("ResourcesPerPage", 100),
)
"""Lists resources that have or had tags; what it leaves out has none.
Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""


class Tags:
    """Tags by ARN; None for everything where the account may not read tags, which the ledger then says."""

    def __init__(self, api: Api, resource_type: str) -> None:
        """Read the tags of a type, such as `lambda:function`, or of a whole service, in the region of `api`."""
        items = items_or_missing(api, "tags", GET_RESOURCES, ResourceTypeFilters=[resource_type])
        self._by_arn: Mapping[str, Mapping[str, str]] | None = (
            None if items is None else {item["ResourceARN"]: tag_map(item.get("Tags")) for item in items}
        )

    def of(self, arn: str) -> Mapping[str, str] | None:
        """Tags of a resource: empty where it has none, None where tags could not be read."""
        return None if self._by_arn is None else self._by_arn.get(arn, {})
