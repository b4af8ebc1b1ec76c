"""The project itself, and who pays for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from costopt.collectors.gcp.calls import GET_BILLING_ACCOUNT, GET_PROJECT_BILLING_INFO
from costopt.collectors.gcp.interface import Api, Asset, Service
from costopt.collectors.gcp.names import GLOBAL, Project, last_part
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.collectors.gcp.values import Json, labels, moment, optional_text, part, text
from costopt.model.resource import Resource
from costopt.model.specs.gcp_project import GcpProject

PROJECT = "cloudresourcemanager.googleapis.com/Project"
ACTIVE = "ACTIVE"


def projects_of(_: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one project, as yet without who pays for it.

    Source: https://cloud.google.com/resource-manager/reference/rest/v1/projects, and v3, whose fields differ.
    """
    data = asset.data
    project_id = text(data, "projectId")
    spec = GcpProject(
        number=optional_text(data, "projectNumber") or last_part(asset.name),
        state=optional_text(data, "lifecycleState") or optional_text(data, "state") or "unknown",
        parent=_parent(data),
    )
    yield Resource(
        provider="gcp",
        account=project_id,
        region=GLOBAL,
        id=project_id,
        spec=spec,
        name=optional_text(data, "displayName") or optional_text(data, "name") or project_id,
        arn=asset.name,
        created_at=moment(data, "createTime"),
        tags=labels(data),
    )


def _parent(data: Json) -> str | None:
    if isinstance(data.get("parent"), str):
        return optional_text(data, "parent")
    parent = part(data, "parent")
    kind, number = optional_text(parent, "type"), optional_text(parent, "id")
    return f"{kind}s/{number}" if kind and number else None


def _with_payer(api: Api, rows: list[Resource], _: Sequence[Asset]) -> list[Resource]:
    own = next((row for row in rows if row.id == api.project.id and isinstance(row.spec, GcpProject)), None)
    # The inventory of a young project may lack the project itself.
    row = own or Resource(
        provider="gcp",
        account=api.project.id,
        region=GLOBAL,
        id=api.project.id,
        spec=GcpProject(number=api.project.number, state="unknown"),
        name=api.project.id,
    )
    spec = row.spec
    assert isinstance(spec, GcpProject)  # noqa: S101 - both makings give one
    return [replace(row, spec=_paid(api, spec))]


def _paid(api: Api, spec: GcpProject) -> GcpProject:
    """The project with who pays for it, as far as that may be read."""
    try:
        payer = api.payer()
    except CALL_ERRORS as error:
        api.missing("billing", error)
        return spec
    spec = replace(spec, billing_enabled=payer.enabled, billing_account=payer.account)
    if payer.account is None:
        return spec
    try:
        return replace(spec, currency=api.currency_of(payer.account))
    except CALL_ERRORS as error:
        api.missing("billing_account", error)
        return spec


PROJECTS = Service(
    id="projects",
    parsers={PROJECT: projects_of},
    kinds=(GcpProject,),
    complete=_with_payer,
    calls=(GET_PROJECT_BILLING_INFO, GET_BILLING_ACCOUNT),
)
