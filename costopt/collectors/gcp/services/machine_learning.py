"""Vertex AI endpoints, Workbench instances and TPUs.

Of the metadata of notebooks one key is read, `idle-timeout-seconds`; everything else there may be a secret.
"""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import accelerators, google_resource, location_of
from costopt.collectors.gcp.values import Json, flag, labels, moment, optional_text, part, parts, text, whole
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator
from costopt.model.specs.google_ml import DeployedModel, TpuNode, VertexEndpoint, WorkbenchInstance

_SECONDS_PER_MINUTE = 60


def endpoints_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one endpoint."""
    data = asset.data
    behind = part(data, "privateServiceConnectConfig")
    spec = VertexEndpoint(
        deployed=tuple(_deployed(one) for one in parts(data, "deployedModels")),
        private=bool(optional_text(data, "network")) or flag(behind, "enablePrivateServiceConnect"),
    )
    yield google_resource(
        project,
        asset,
        spec,
        name=text(data, "displayName"),
        created_at=moment(data, "createTime"),
        tags=labels(data),
    )


def _deployed(model: Json) -> DeployedModel:
    own, automatic = part(model, "dedicatedResources"), part(model, "automaticResources")
    machine, scale = part(own, "machineSpec"), own or automatic
    return DeployedModel(
        deployed_id=text(model, "id"),
        machine_type=optional_text(machine, "machineType"),
        minimum=whole(scale, "minReplicaCount"),
        maximum=whole(scale, "maxReplicaCount"),
        accelerators=_one_kind(machine),
        spot=flag(own, "spot"),
    )


def _one_kind(machine: Json) -> tuple[Accelerator, ...]:
    return accelerators({"all": [machine]}, "all") if machine.get("acceleratorCount") else ()


def notebooks_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one Workbench instance, or of an older user-managed notebook."""
    data, setup = asset.data, part(asset.data, "gceSetup")
    machine_type = optional_text(setup, "machineType") or optional_text(data, "machineType")
    zone, name = last_part(location_of(asset)), last_part(asset.name)
    old = part(data, "acceleratorConfig")
    spec = WorkbenchInstance(
        state=text(data, "state"),
        zone=zone,
        machine_type=machine_type and last_part(machine_type),
        instance_id=f"zones/{zone}/instances/{name}",
        accelerators=accelerators(setup, "acceleratorConfigs", kind="type", count="coreCount")
        or accelerators({"all": [old] if old else []}, "all", kind="type", count="coreCount"),
        idle_shutdown_minutes=_idle_minutes(part(setup, "metadata") or part(data, "metadata")),
    )
    yield google_resource(project, asset, spec, name=name, created_at=moment(data, "createTime"), tags=labels(data))


def _idle_minutes(metadata: Json) -> int | None:
    seconds = whole(metadata, "idle-timeout-seconds")
    return None if not seconds else seconds // _SECONDS_PER_MINUTE


def tpus_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one TPU."""
    data, scheduling = asset.data, part(asset.data, "schedulingConfig")
    spec = TpuNode(
        accelerator_type=text(data, "acceleratorType"),
        state=text(data, "state"),
        zone=last_part(location_of(asset)),
        spot=flag(scheduling, "spot") or flag(scheduling, "preemptible"),
        reserved=flag(scheduling, "reserved"),
    )
    name = last_part(asset.name)
    yield google_resource(project, asset, spec, name=name, created_at=moment(data, "createTime"), tags=labels(data))


MACHINE_LEARNING = Service(
    id="machine_learning",
    parsers={
        "aiplatform.googleapis.com/Endpoint": endpoints_of,
        "notebooks.googleapis.com/Instance": notebooks_of,
        "tpu.googleapis.com/Node": tpus_of,
    },
    kinds=(TpuNode, VertexEndpoint, WorkbenchInstance),
)
