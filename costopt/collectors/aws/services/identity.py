"""Identity of what was read: account, region, id, ARN."""

from collections.abc import Mapping
from datetime import datetime

from costopt.collectors.aws.interface import Api
from costopt.model.resource import Resource, Spec

GLOBAL = "global"
"""Region of what belongs to the account and not to a region."""


def aws_resource(
    api: Api,
    spec: Spec,
    resource_id: str,
    *,
    name: str | None = None,
    arn: str | None = None,
    created_at: datetime | None = None,
    tags: Mapping[str, str] | None = None,
    region: str | None = None,
) -> Resource:
    """A resource of the account and region that `api` reads; `region` only for what is global."""
    return Resource(
        provider="aws",
        account=api.account,
        region=region or api.region,
        id=resource_id,
        spec=spec,
        name=name,
        arn=arn,
        created_at=created_at,
        tags=tags,
    )


def arn_of(api: Api, service: str, resource: str) -> str:
    """ARN of something regional whose answers leave it out.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    return f"arn:{api.partition}:{service}:{api.region}:{api.account}:{resource}"
