"""Google Kubernetes Engine: clusters and node pools."""

from collections.abc import Iterator

from costopt.collectors.gcp.interface import Asset, Service
from costopt.collectors.gcp.names import Project, last_part
from costopt.collectors.gcp.rows import accelerators, google_resource, location_of
from costopt.collectors.gcp.values import Json, flag, labels, moment, optional_text, part, text, texts, whole
from costopt.model.resource import Resource
from costopt.model.specs.gke import GkeCluster, GkeNodePool


def clusters_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one cluster."""
    data = asset.data
    channel = optional_text(part(data, "releaseChannel"), "channel")
    spec = GkeCluster(
        location=last_part(optional_text(data, "location") or location_of(asset)),
        status=text(data, "status"),
        autopilot=flag(part(data, "autopilot"), "enabled"),
        node_count=whole(data, "currentNodeCount"),
        version=optional_text(data, "currentMasterVersion"),
        release_channel=None if channel == "UNSPECIFIED" else channel,
    )
    yield google_resource(
        project,
        asset,
        spec,
        name=text(data, "name"),
        created_at=moment(data, "createTime"),
        tags=labels(data, "resourceLabels"),
    )


def pools_of(project: Project, asset: Asset) -> Iterator[Resource]:
    """The resource of one node pool."""
    data, config = asset.data, part(asset.data, "config")
    minimum, maximum, total = _limits(part(data, "autoscaling"))
    spec = GkeNodePool(
        cluster_id=project.id_of(asset.name).rpartition("/nodePools/")[0],
        status=text(data, "status"),
        machine_type=optional_text(config, "machineType"),
        locations=tuple(sorted(texts(data, "locations"))),
        initial_node_count=whole(data, "initialNodeCount"),
        autoscaled=flag(part(data, "autoscaling"), "enabled"),
        minimum=minimum,
        maximum=maximum,
        total_limits=total,
        provisioning_model="spot" if flag(config, "spot") or flag(config, "preemptible") else "standard",
        accelerators=accelerators(config, "accelerators"),
        disk_type=optional_text(config, "diskType"),
        disk_size_gib=whole(config, "diskSizeGb"),
        group_ids=tuple(sorted(project.id_of(url) for url in texts(data, "instanceGroupUrls"))),
    )
    yield google_resource(project, asset, spec, name=text(data, "name"), tags=labels(config, "resourceLabels"))


def _limits(scaling: Json) -> tuple[int | None, int | None, bool]:
    """Least and greatest number of nodes, and whether they are of the whole pool; none where nothing scales it."""
    if not flag(scaling, "enabled"):
        return None, None, False
    if whole(scaling, "totalMaxNodeCount"):
        return whole(scaling, "totalMinNodeCount") or 0, whole(scaling, "totalMaxNodeCount"), True
    return whole(scaling, "minNodeCount") or 0, whole(scaling, "maxNodeCount"), False


GKE = Service(
    id="gke",
    parsers={"container.googleapis.com/Cluster": clusters_of, "container.googleapis.com/NodePool": pools_of},
    kinds=(GkeCluster, GkeNodePool),
)
