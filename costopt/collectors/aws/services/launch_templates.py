"""Launch templates: type and image of the default version. The answer holds user data, which is not looked at."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.collectors.aws.interface import Api, AwsCollector, Call
from costopt.collectors.aws.services.identity import arn_of, aws_resource
from costopt.collectors.aws.services.values import tag_map, utc
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import LaunchTemplate

DESCRIBE_LAUNCH_TEMPLATES = Call(
    client="ec2",
    operation="DescribeLaunchTemplates",
    action="ec2:DescribeLaunchTemplates",
    result="LaunchTemplates",
    limit=("MaxResults", 200),
)
DESCRIBE_LAUNCH_TEMPLATE_VERSIONS = Call(
    client="ec2",
    operation="DescribeLaunchTemplateVersions",
    action="ec2:DescribeLaunchTemplateVersions",
    result="LaunchTemplateVersions",
    limit=("MaxResults", 200),
)
"""`$Default` without a template's id gives the default version of every template.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html"""


def template_of(api: Api, item: Mapping[str, Any], version: Mapping[str, Any]) -> Resource:
    """A resource of one template of DescribeLaunchTemplates and its item of DescribeLaunchTemplateVersions."""
    tags, template_id = tag_map(item.get("Tags")), item["LaunchTemplateId"]
    data = version.get("LaunchTemplateData") or {}
    spec = LaunchTemplate(
        instance_type=data.get("InstanceType"),
        image_id=data.get("ImageId"),
        default_version=item.get("DefaultVersionNumber") or 1,
    )
    return aws_resource(
        api,
        spec,
        template_id,
        name=item.get("LaunchTemplateName"),
        arn=arn_of(api, "ec2", f"launch-template/{template_id}"),
        created_at=utc(item.get("CreateTime")),
        tags=tags,
    )


def _collect(api: Api) -> Iterator[Resource]:
    items = list(api.pages(DESCRIBE_LAUNCH_TEMPLATES))
    if not items:
        return
    versions = api.pages(DESCRIBE_LAUNCH_TEMPLATE_VERSIONS, Versions=["$Default"])
    defaults = {version["LaunchTemplateId"]: version for version in versions}
    for item in items:
        # A template that has no default version any more was deleted between the two calls.
        if item["LaunchTemplateId"] in defaults:
            yield template_of(api, item, defaults[item["LaunchTemplateId"]])


LAUNCH_TEMPLATES = AwsCollector(
    id="launch_templates",
    kinds=(LaunchTemplate,),
    calls=(DESCRIBE_LAUNCH_TEMPLATES, DESCRIBE_LAUNCH_TEMPLATE_VERSIONS),
    collect=_collect,
)
