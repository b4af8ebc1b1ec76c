"""From a plan to what the root modules say: one root for each cloud and region."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from costopt.model.plan import Assignment, Variant
from costopt.model.workload import Workload, WorkloadKind
from costopt.terraform.render.calls import Blueprint, LeftOut, ModuleCall, NodePool
from costopt.terraform.render.labels import labels
from costopt.terraform.render.library import Cloud, find_module
from costopt.terraform.render.planned.extras import extra_calls
from costopt.terraform.render.planned.fleets import fleet_calls
from costopt.terraform.render.planned.google_fleets import google_fleet_calls
from costopt.terraform.render.planned.google_jobs import google_job_calls
from costopt.terraform.render.planned.google_machines import google_machine_calls
from costopt.terraform.render.planned.google_pods import google_node_pool_calls
from costopt.terraform.render.planned.google_reservations import google_reservation_calls
from costopt.terraform.render.planned.jobs import job_calls
from costopt.terraform.render.planned.machines import machine_calls
from costopt.terraform.render.planned.pods import node_group_calls, node_pools
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, GenerateRequest, PlannedWork, ShapeOf

_Writer = Callable[[PlannedWork], tuple[ModuleCall, ...] | LeftOut]

_WRITERS: Mapping[Cloud, Mapping[WorkloadKind, _Writer]] = {
    Cloud.AWS: {
        WorkloadKind.MACHINES: machine_calls,
        WorkloadKind.FLEET: fleet_calls,
        WorkloadKind.PODS: node_group_calls,
        WorkloadKind.BATCH: job_calls,
    },
    Cloud.GCP: {
        WorkloadKind.MACHINES: google_machine_calls,
        WorkloadKind.FLEET: google_fleet_calls,
        WorkloadKind.PODS: google_node_pool_calls,
        WorkloadKind.BATCH: google_job_calls,
    },
}

_CLUSTER_NAMES = {"eks_node_group": "cluster_name", "gke_node_pool": "cluster"}
"""Argument that names the cluster of nodes, by module."""

_ZONAL = re.compile(r"(?:zones/(?P<zone_region>[a-z0-9-]+)-[a-z]|regions/(?P<region>[a-z0-9-]+))/")
"""Id of a resource of Google Cloud, which tells its region."""

_Root = tuple[Cloud, str | None]
"""Cloud and region of a root module."""


def blueprints(
    variant: Variant, workloads: Sequence[Workload], shape_of: ShapeOf, request: GenerateRequest
) -> tuple[Blueprint, ...]:
    """What to write for a variant of a plan, by cloud and region; what tells no region goes where the request says.

    Args:
        variant: what was decided.
        workloads: what was asked for, by name; kinds are guessed for those that are missing.
        shape_of: what types offer.
        request: what the user asks for.

    Raises:
        UsageError: a module that is not known.
    """
    asked = {one.name: one for one in workloads}
    extras: dict[Cloud, list[ModuleCall]] = {cloud: [] for cloud in Cloud}
    for call in extra_calls(request.extras, variant):
        extras[find_module(call.module).cloud].append(call)
    roots: dict[_Root, list[Assignment]] = {}
    for one in sorted(variant.assignments, key=lambda each: each.workload):
        roots.setdefault(_root_of(one, asked.get(one.workload), request), []).append(one)
    clouds = {cloud for cloud, _ in roots}
    if Cloud.AWS not in clouds and (extras[Cloud.AWS] or not (clouds or extras[Cloud.GCP])):
        roots[Cloud.AWS, request.region] = []
    found = []
    for root in sorted(roots, key=lambda one: (one[0], one[1] or "")):
        beside = extras[root[0]]
        found.append(_blueprint(root, roots[root], asked, shape_of, request, tuple(beside)))
        beside.clear()
    return (*found, *([_google(tuple(extras[Cloud.GCP]))] if extras[Cloud.GCP] else []))


def _root_of(one: Assignment, known: Workload | None, request: GenerateRequest) -> _Root:
    """Where the code of an assignment goes. Types of AWS have a full stop in their names, those of Google have none."""
    if known is not None:
        return Cloud(known.provider), known.region
    types = [capacity.instance_type for capacity in one.after]
    if not types or any("." in name for name in types):
        return Cloud.AWS, request.region
    told = next(filter(None, map(_ZONAL.match, one.resources)), None)
    return Cloud.GCP, told["zone_region"] or told["region"] if told else request.region


def _google(calls: tuple[ModuleCall, ...]) -> Blueprint:
    return Blueprint(
        region=None,
        cloud=Cloud.GCP,
        title="Terraform for Google Cloud",
        says="Modules that were asked for beside",
        asks_for="project, network, machines",
        calls=calls,
    )


def _blueprint(
    root: _Root,
    assignments: Sequence[Assignment],
    asked: Mapping[str, Workload],
    shape_of: ShapeOf,
    request: GenerateRequest,
    extras: tuple[ModuleCall, ...],
) -> Blueprint:
    cloud, region = root
    calls: list[ModuleCall] = []
    pools: list[NodePool] = []
    left_out: list[LeftOut] = []
    for found in _works(assignments, asked, shape_of, [one.label for one in extras]):
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        kind = kind_of(found)
        written = _WRITERS[cloud][kind](found)
        if isinstance(written, LeftOut):
            left_out.append(written)
            continue
        calls.extend(_in_cluster(written, request.cluster))
        calls.extend(google_reservation_calls(found) if cloud is Cloud.GCP else ())
        left_out.extend(_reserved_elsewhere(found, cloud))
        if kind is WorkloadKind.PODS and cloud is Cloud.AWS:
            pools.extend(node_pools(found, request.cluster))
        left_out.extend(_capacity_blocks(found))
    return Blueprint(
        region=region,
        cloud=cloud,
        asks_for="subnets, images, names" if cloud is Cloud.AWS else "project, network, images, service accounts",
        calls=(*calls, *extras),
        node_pools=tuple(pools),
        left_out=tuple(left_out),
    )


def _works(
    assignments: Sequence[Assignment], asked: Mapping[str, Workload], shape_of: ShapeOf, taken: Sequence[str]
) -> Iterator[PlannedWork | LeftOut]:
    """The workloads with what their types offer."""
    names = labels([*taken, *(one.workload for one in assignments)])[len(taken) :]
    for name, one in zip(names, assignments, strict=True):
        types = sorted({capacity.instance_type for capacity in one.after})
        shapes = {kind: shape for kind in types if (shape := shape_of(kind)) is not None}
        if not types:
            yield LeftOut(subject=one.workload, reason="the plan runs nothing for it")
        elif len(shapes) < len(types):
            missing = ", ".join(kind for kind in types if kind not in shapes)
            yield LeftOut(subject=one.workload, reason=f"the catalog does not know {missing}")
        else:
            yield PlannedWork(label=name, assignment=one, workload=asked.get(one.workload), shapes=shapes)


def kind_of(work: PlannedWork) -> WorkloadKind:
    """How a workload is cut: as was asked, else as its capacity looks."""
    if work.workload is not None:
        return work.workload.kind
    after = work.assignment.after
    if not work.count(ON_DEMAND, SPOT):
        return WorkloadKind.BATCH
    if len(after) == 1 and after[0].market == ON_DEMAND and after[0].zone is None:
        return WorkloadKind.MACHINES
    return WorkloadKind.FLEET


def _in_cluster(calls: Sequence[ModuleCall], cluster: str | None) -> Iterator[ModuleCall]:
    """Nodes get the name of their cluster, where it was given."""
    for one in calls:
        name = _CLUSTER_NAMES.get(one.module)
        yield replace(one, arguments={**one.arguments, name: cluster}) if cluster is not None and name else one


def _reserved_elsewhere(work: PlannedWork, cloud: Cloud) -> Iterator[LeftOut]:
    if cloud is Cloud.AWS and work.workload is not None and work.workload.reserved:
        yield LeftOut(subject=work.name, reason="its capacity reservations of EC2 are not written: make them by hand")


def _capacity_blocks(work: PlannedWork) -> Iterator[LeftOut]:
    used = [one for one in work.assignment.after if one.market not in (ON_DEMAND, SPOT)]
    if used:
        words = ", ".join(f"{one.count} x {one.instance_type}" for one in used)
        yield LeftOut(subject=work.name, reason=f"{words} on capacity blocks: they are bought and started by hand")
