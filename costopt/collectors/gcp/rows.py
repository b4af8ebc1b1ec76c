"""Makes a resource of an asset: identity, place, labels."""

import re
from collections.abc import Mapping
from datetime import datetime

from costopt.collectors.gcp.interface import Asset
from costopt.collectors.gcp.names import Project, last_part, region_of
from costopt.collectors.gcp.values import Json, optional_text, parts, whole
from costopt.model.resource import Resource, Spec
from costopt.model.specs.gce import Accelerator

_PLACE = re.compile(r"/(?:zones|regions|locations)/([^/]+)/")

_OWNERS = {
    "goog-gke-node": "gke",
    "goog-k8s-cluster-name": "gke",
    "goog-gke-volume": "gke",
    "goog-dataflow-job-id": "dataflow",
    "goog-dataflow-job-name": "dataflow",
    "goog-dataproc-cluster-name": "dataproc",
    "goog-composer-environment": "composer",
    "goog-caip-notebook": "workbench",
    "goog-batch-job-uid": "batch",
}
"""Labels that services of Google set on what they make.
Sources: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels,
https://cloud.google.com/dataproc/docs/guides/creating-managing-labels, and the services' pages on labels."""


def google_resource(
    project: Project,
    asset: Asset,
    spec: Spec,
    *,
    name: str | None,
    created_at: datetime | None = None,
    tags: Mapping[str, str] | None = None,
    resource_id: str | None = None,
) -> Resource:
    """A resource of the project.

    Args:
        project: the project that is read.
        asset: what was listed.
        spec: what is kept of it.
        name: name that people gave it.
        created_at: UTC.
        tags: labels; None where the kind has none that could be read.
        resource_id: id; that of the asset's name by default.
    """
    return Resource(
        provider="gcp",
        account=project.id,
        region=region_of(location_of(asset)),
        id=resource_id or project.id_of(asset.name),
        spec=spec,
        name=name,
        arn=asset.name,
        created_at=created_at,
        tags=tags,
    )


def linked_id(project: Project, asset: Asset) -> str:
    """Id of a resource by its own link, as others refer to it: its name in the inventory may be spelled otherwise.

    Groups and commitments are documented as `.../instanceGroupManager/GROUP` and `.../region/REGION/commitments/...`.
    Source: https://cloud.google.com/asset-inventory/docs/asset-names.
    """
    return project.id_of(optional_text(asset.data, "selfLink") or asset.name)


def location_of(asset: Asset) -> str:
    """Zone, region or multi-region of an asset: what the inventory says, else what its name says."""
    if asset.location:
        return asset.location
    found = _PLACE.search(asset.name)
    return found.group(1) if found else ""


def managed_by(labels: Mapping[str, str]) -> str | None:
    """Which service of Google made a resource, by the label that it sets; None where none says so."""
    return next((owner for label, owner in _OWNERS.items() if label in labels), None)


def accelerators(
    data: Json, key: str, *, kind: str = "acceleratorType", count: str = "acceleratorCount"
) -> tuple[Accelerator, ...]:
    """GPUs of a list, sorted by type.

    Raises:
        UnsoundRow: the list holds something else.
    """
    found = [
        Accelerator(
            accelerator_type=last_part(str(one.get(kind) or "unknown")).lower().replace("_", "-"),
            count=whole(one, count) or 0,
        )
        for one in parts(data, key)
    ]
    return tuple(sorted((one for one in found if one.count), key=lambda one: (one.accelerator_type, one.count)))


def provisioning_model(scheduling: Json) -> str:
    """`standard`, `spot`, ... of an instance's or a template's scheduling; preemptible is the older name of spot."""
    model = str(scheduling.get("provisioningModel") or "standard").lower()
    return "spot" if scheduling.get("preemptible") is True else model
