"""Cloud Run services. The JSON holds environment variables and arguments, none of which is read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import google_resource
from costopt.collectors.gcp.values import Json, flag, labels, moment, optional_text, part, parts, whole
from costopt.collectors.soundness import UnsoundRow
from costopt.model.resource import Resource
from costopt.model.specs.google_serverless import CloudRunService

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_UNITS: Mapping[str, float] = {
    "": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40,
}  # fmt: skip
"""Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/."""
_GIB = 2**30
_DEFAULT_CPU, _DEFAULT_MEMORY = "1", "512Mi"
"""Limits of a container that names none.
Source: https://cloud.google.com/run/docs/configuring/services/cpu and .../memory-limits."""
_GPU = "nvidia.com/gpu"


def services_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one service, whose JSON is that of the Knative API or of its own second version."""
    data = asset.data
    if "spec" in data:
        spec, about, created = _knative(data), part(data, "metadata"), "creationTimestamp"
    else:
        spec, about, created = _second(part(data, "template"), part(data, "scaling")), data, "createTime"
    name = last_part(optional_text(about, "name") or asset.name)
    yield google_resource(project, asset, spec, name=name, created_at=moment(about, created), tags=labels(about))


def quantity(text: str) -> float:
    """A Kubernetes quantity, such as `500m` or `2Gi`.

    Raises:
        UnsoundRow: it is none.
    """
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise UnsoundRow("a limit is no quantity")
    return float(found[1]) * _UNITS[found[2] or ""]


def _knative(data: Json) -> CloudRunService:
    """Source: https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services."""
    template = part(data, "spec", "template")
    notes, own = part(template, "metadata", "annotations"), part(data, "metadata", "annotations")
    pod = part(template, "spec")
    least = [whole(notes, "autoscaling.knative.dev/minScale"), whole(own, "run.googleapis.com/minScale")]
    return CloudRunService(
        **_machine(
            parts(pod, "containers"), optional_text(part(pod, "nodeSelector"), "run.googleapis.com/accelerator")
        ),
        cpu_always_allocated=optional_text(notes, "run.googleapis.com/cpu-throttling") == "false",
        min_instances=max(one or 0 for one in least),
        max_instances=whole(notes, "autoscaling.knative.dev/maxScale"),
        concurrency=whole(pod, "containerConcurrency"),
    )


def _second(template: Json, scaling: Json) -> CloudRunService:
    """Source: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services."""
    containers, own = parts(template, "containers"), part(template, "scaling")
    # Without any resources said, CPU is there during requests only: `cpuIdle` is true by default.
    stated = [part(one, "resources") for one in containers if "resources" in one]
    least = [whole(own, "minInstanceCount"), whole(scaling, "minInstanceCount")]
    return CloudRunService(
        **_machine(containers, optional_text(part(template, "nodeSelector"), "accelerator")),
        cpu_always_allocated=any(not flag(one, "cpuIdle") for one in stated),
        min_instances=max(one or 0 for one in least),
        max_instances=whole(own, "maxInstanceCount"),
        concurrency=whole(template, "maxInstanceRequestConcurrency"),
    )


def _machine(containers: Sequence[Json], gpu_type: str | None) -> dict[str, Any]:
    """What one instance has, all its containers together."""
    if not containers:
        raise UnsoundRow("it has no containers")
    limits = [part(one, "resources", "limits") for one in containers]
    gpus = sum(whole(one, _GPU) or 0 for one in limits)
    return {
        "vcpu": sum(quantity(optional_text(one, "cpu") or _DEFAULT_CPU) for one in limits),
        "memory_gib": sum(quantity(optional_text(one, "memory") or _DEFAULT_MEMORY) for one in limits) / _GIB,
        "gpu_type": gpu_type if gpus else None,
        "gpu_count": gpus,
    }


CLOUD_RUN = Service(id="cloud_run", parsers={"run.googleapis.com/Service": services_of}, kinds=(CloudRunService,))
