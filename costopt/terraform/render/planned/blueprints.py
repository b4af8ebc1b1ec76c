"""From a plan to what the root modules say: one root for each region."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from costopt.model.plan import Assignment, Variant
from costopt.model.workload import Workload, WorkloadKind
from costopt.terraform.render.calls import Blueprint, LeftOut, ModuleCall, NodePool
from costopt.terraform.render.labels import labels
from costopt.terraform.render.library import Cloud, find_module
from costopt.terraform.render.planned.extras import extra_calls
from costopt.terraform.render.planned.fleets import fleet_calls
from costopt.terraform.render.planned.jobs import job_calls
from costopt.terraform.render.planned.machines import machine_calls
from costopt.terraform.render.planned.pods import node_group_calls, node_pools
from costopt.terraform.render.planned.request import ON_DEMAND, SPOT, GenerateRequest, PlannedWork, ShapeOf

_WRITERS: Mapping[WorkloadKind, Callable[[PlannedWork], tuple[ModuleCall, ...] | LeftOut]] = {
    WorkloadKind.MACHINES: machine_calls,
    WorkloadKind.FLEET: fleet_calls,
    WorkloadKind.PODS: node_group_calls,
    WorkloadKind.BATCH: job_calls,
}


def blueprints(
    variant: Variant, workloads: Sequence[Workload], shape_of: ShapeOf, request: GenerateRequest
) -> tuple[Blueprint, ...]:
    """What to write for a variant of a plan, by region; workloads without a region go where the request says.

    Modules for Google Cloud, which no plan decides yet, have a root of their own.

    Args:
        variant: what was decided.
        workloads: what was asked for, by name; kinds are guessed for those that are missing.
        shape_of: what types offer.
        request: what the user asks for.

    Raises:
        UsageError: a module that is not known.
    """
    asked = {one.name: one for one in workloads}
    extras = extra_calls(request.extras, variant)
    google = tuple(one for one in extras if find_module(one.module).cloud is Cloud.GCP)
    extras = tuple(one for one in extras if one not in google)
    if google and not extras and not variant.assignments:
        return (_google(google),)
    regions: dict[str | None, list[Assignment]] = {}
    for one in sorted(variant.assignments, key=lambda each: each.workload):
        known = asked.get(one.workload)
        regions.setdefault(known.region if known else request.region, []).append(one)
    regions = regions or {request.region: []}
    first = min(regions, key=lambda region: region or "")
    found = (
        _blueprint(region, regions[region], asked, shape_of, request, extras if region == first else ())
        for region in sorted(regions, key=lambda one: one or "")
    )
    return (*found, *([_google(google)] if google else []))


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
    region: str | None,
    assignments: Sequence[Assignment],
    asked: Mapping[str, Workload],
    shape_of: ShapeOf,
    request: GenerateRequest,
    extras: tuple[ModuleCall, ...],
) -> Blueprint:
    calls: list[ModuleCall] = []
    pools: list[NodePool] = []
    left_out: list[LeftOut] = []
    for found in _works(assignments, asked, shape_of, [one.label for one in extras]):
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        kind = kind_of(found)
        written = _WRITERS[kind](found)
        if isinstance(written, LeftOut):
            left_out.append(written)
            continue
        calls.extend(_in_cluster(written, request.cluster))
        if kind is WorkloadKind.PODS:
            pools.extend(node_pools(found, request.cluster))
        left_out.extend(_capacity_blocks(found))
    return Blueprint(region=region, calls=(*calls, *extras), node_pools=tuple(pools), left_out=tuple(left_out))


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
    """Node groups get the name of their cluster, where it was given."""
    for one in calls:
        named = cluster is not None and one.module == "eks_node_group"
        yield replace(one, arguments={**one.arguments, "cluster_name": cluster}) if named else one


def _capacity_blocks(work: PlannedWork) -> Iterator[LeftOut]:
    used = [one for one in work.assignment.after if one.market not in (ON_DEMAND, SPOT)]
    if used:
        words = ", ".join(f"{one.count} x {one.instance_type}" for one in used)
        yield LeftOut(subject=work.name, reason=f"{words} on capacity blocks: they are bought and started by hand")
