"""Managed instance groups, the autoscalers that change their size, and the templates that they start."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from costopt.collectors.gcp.interface import Api, Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import accelerators, google_resource, linked_id, location_of, provisioning_model
from costopt.collectors.gcp.values import Json, moment, optional_text, part, parts, text, whole
from costopt.collectors.soundness import UnsoundRow
from costopt.model.resource import Resource
from costopt.model.specs.gce import InstanceTemplate, ManagedInstanceGroup

AUTOSCALER = "compute.googleapis.com/Autoscaler"


def groups_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one zonal or regional group, as yet without its autoscaler."""
    data = asset.data
    zones = [text(zone, "zone") for zone in parts(part(data, "distributionPolicy"), "zones")]
    spec = ManagedInstanceGroup(
        target_size=whole(data, "targetSize") or 0,
        zones=tuple(sorted(last_part(zone) for zone in zones or [optional_text(data, "zone") or location_of(asset)])),
        instance_template=_template(project, data),
    )
    yield google_resource(
        project,
        asset,
        spec,
        name=text(data, "name"),
        created_at=moment(data, "creationTimestamp"),
        resource_id=linked_id(project, asset),
    )


def templates_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one template."""
    data, properties = asset.data, part(asset.data, "properties")
    machine_type = optional_text(properties, "machineType")
    spec = InstanceTemplate(
        machine_type=machine_type and last_part(machine_type),
        provisioning_model=provisioning_model(part(properties, "scheduling")),
        accelerators=accelerators(properties, "guestAccelerators"),
        image_ids=_images(project, properties),
    )
    created = moment(data, "creationTimestamp")
    yield google_resource(project, asset, spec, name=text(data, "name"), created_at=created)


def _images(project: Project, properties: Json) -> tuple[str, ...]:
    disks = (part(disk, "initializeParams") for disk in parts(properties, "disks"))
    return tuple(sorted({project.id_of(link) for disk in disks if (link := optional_text(disk, "sourceImage"))}))


def _template(project: Project, data: Json) -> str | None:
    """Template of a group; of one that is being updated that of its first version."""
    versions = [optional_text(version, "instanceTemplate") for version in parts(data, "versions")]
    link = optional_text(data, "instanceTemplate") or next((version for version in versions if version), None)
    return link and project.id_of(link)


def _with_autoscalers(api: Api, rows: list[Resource], bare: Sequence[Asset]) -> list[Resource]:
    scalers: dict[str, _Bounds | None] = {}
    for asset in bare:
        try:
            scalers[api.project.id_of(text(asset.data, "target"))] = _bounds(part(asset.data, "autoscalingPolicy"))
        except UnsoundRow as error:
            api.missing("autoscalers", error, of=asset.name, kinds=(ManagedInstanceGroup.KIND,))
    return [
        replace(row, spec=_scaled(row.spec, scalers.get(row.id))) if isinstance(row.spec, ManagedInstanceGroup) else row
        for row in rows
    ]


_Bounds = tuple[int | None, int | None]
"""Least and most instances of an autoscaler."""


def _bounds(policy: Json) -> _Bounds | None:
    """None where the autoscaler is switched off."""
    if policy.get("mode") == "OFF":
        return None
    return whole(policy, "minNumReplicas"), whole(policy, "maxNumReplicas")


def _scaled(spec: ManagedInstanceGroup, bounds: _Bounds | None) -> ManagedInstanceGroup:
    if bounds is None:
        return replace(spec, autoscaled=False)
    return replace(spec, autoscaled=True, minimum=bounds[0], maximum=bounds[1])


COMPUTE_GROUPS = Service(
    id="compute_groups",
    parsers={
        "compute.googleapis.com/InstanceGroupManager": groups_of,
        "compute.googleapis.com/InstanceTemplate": templates_of,
    },
    kinds=(InstanceTemplate, ManagedInstanceGroup),
    bare=(AUTOSCALER,),
    complete=_with_autoscalers,
)
