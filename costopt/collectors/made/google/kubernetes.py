"""GKE: clusters, their pools, and the machines that are their nodes."""

from collections.abc import Sequence
from dataclasses import dataclass

from costopt.collectors.made import metrics
from costopt.collectors.made.google.machines import Machine, start
from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, own
from costopt.collectors.made.machines import Load
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.specs.gce import ManagedInstanceGroup
from costopt.model.specs.gke import GkeCluster, GkeNodePool

_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cluster:
    """What is fixed of a cluster with nodes."""

    place: Place
    """Project and region."""
    zonal: bool
    """Its control plane is in one zone."""
    machine_type: str
    """Type of its nodes."""
    nodes: int
    """How many run."""
    cpu: tuple[float, float]
    """CPU of all nodes in percent, least and most on average of an hour."""
    containers: Sequence[float | None]
    """Containers of users by day."""
    autoscaled: bool = False
    """The cluster autoscaler changes its size."""
    flags: tuple[str, ...] = ()
    """Checks that must flag it."""


def draw(plan: Plan) -> None:
    """Add clusters: at work, idle, hardly used, and those that wait for work."""
    shop, shop_eu, lab = Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA)
    steady = metrics.counts(plan, 60, 66)
    now_and_then: list[float | None] = [*metrics.silent(plan, DAY)]
    now_and_then[-plan.rng.randint(2, 20)] = 1.0
    for one in (
        _Cluster(
            place=shop, zonal=False, machine_type="e2-standard-4", nodes=2, cpu=(28, 55), containers=steady,
            autoscaled=True,
        ),
        _Cluster(
            place=lab, zonal=True, machine_type="e2-standard-2", nodes=2, cpu=(1, 3), flags=("gke_idle",),
            containers=metrics.silent(plan, DAY),
        ),
        _Cluster(
            place=shop_eu, zonal=False, machine_type="e2-standard-4", nodes=2, cpu=(3, 6.8),
            containers=metrics.counts(plan, 40, 46), flags=("gke_node_underused",),
        ),
        _Cluster(
            place=shop_eu, zonal=True, machine_type="e2-standard-2", nodes=1, cpu=(2, 6.5),
            containers=metrics.counts(plan, 8, 40),
        ),
        _Cluster(
            place=lab, zonal=True, machine_type="e2-standard-2", nodes=1, cpu=(1, 3), containers=now_and_then
        ),
    ):  # fmt: skip
        _cluster(plan, one)
    _autopilot(plan, lab, metrics.counts(plan, 12, 30), ())
    _autopilot(plan, shop, metrics.silent(plan, DAY), ("gke_idle",))


def _cluster(plan: Plan, one: _Cluster) -> None:
    who = own(plan, one.place.account, "gke")
    zone = f"{one.place.region}-b"
    location = zone if one.zonal else one.place.region
    cluster_id = f"locations/{location}/clusters/{who.name}"
    spec = GkeCluster(
        location=location,
        status="RUNNING",
        autopilot=False,
        node_count=one.nodes,
        version="1.33.5-gke.1201000",
        release_channel="REGULAR",
    )
    cluster = plan.add(one.place, cluster_id, spec, who, age_days=plan.between(60, 500), flags=one.flags)
    peak = metrics.steady(plan, one.cpu[0] * 1.4, min(one.cpu[1] * 1.4, 100), HOUR, _MONTH)
    mean = metrics.steady(plan, *one.cpu, HOUR, _MONTH)
    plan.measure(cluster, "gke_cpu_mean_percent", HOUR, mean)
    plan.measure(cluster, "gke_cpu_max_percent", HOUR, peak)
    # Pods hold some memory, and the more the more they do.
    plan.measure(cluster, "gke_memory_mean_percent", HOUR, [round(12 + 0.8 * value, 1) for value in mean])
    plan.measure(cluster, "gke_workload_containers_max", DAY, one.containers)
    _nodes(plan, one, cluster_id, who, zone)


def _nodes(plan: Plan, one: _Cluster, cluster_id: str, who: Identity, zone: str) -> None:
    """The pool, its group, and the machines, which the labels of GKE mark as its own."""
    name = f"gke-{who.name}-pool-1"
    group_id = f"zones/{zone}/instanceGroupManagers/{name}-grp"
    pool = GkeNodePool(
        cluster_id=cluster_id,
        status="RUNNING",
        machine_type=one.machine_type,
        locations=(zone,),
        initial_node_count=1,
        autoscaled=one.autoscaled,
        minimum=1 if one.autoscaled else None,
        maximum=6 if one.autoscaled else None,
        disk_type="pd-balanced",
        disk_size_gib=100,
        group_ids=(group_id,),
    )
    plan.add(one.place, f"{cluster_id}/nodePools/pool-1", pool, Identity(name="pool-1", tags=who.tags), age_days=None)
    group = ManagedInstanceGroup(target_size=one.nodes, zones=(zone,), autoscaled=False)
    plan.add(one.place, group_id, group, Identity(name=f"{name}-grp", tags=None), age_days=50)
    for _ in range(one.nodes):
        node = Identity(name=f"{name}-{plan.rng.getrandbits(20):05x}", tags={**(who.tags or {}), "goog-gke-node": ""})
        machine = Machine(
            machine_type=one.machine_type,
            age_days=plan.between(20, 50),
            zone=zone,
            fields={"instance_group": group_id, "managed_by": "gke"},
            boot_gib=100,
            boot_image="projects/gke-node-images/global/images/gke-1335-cos-121",
        )
        load = Load(
            cpu=metrics.steady(plan, one.cpu[0], one.cpu[1] * 1.3), network=metrics.counts(plan, 1e6, 9e6, HOUR)
        )
        start(plan, one.place, node, machine, load)


def _autopilot(plan: Plan, place: Place, containers: Sequence[float | None], flags: tuple[str, ...]) -> None:
    who = own(plan, place.account, "autopilot")
    spec = GkeCluster(
        location=place.region,
        status="RUNNING",
        autopilot=True,
        version="1.33.5-gke.1201000",
        release_channel="REGULAR",
    )
    cluster_id = f"locations/{place.region}/clusters/{who.name}"
    cluster = plan.add(place, cluster_id, spec, who, age_days=plan.between(60, 300), flags=flags)
    plan.measure(cluster, "gke_workload_containers_max", DAY, containers)
