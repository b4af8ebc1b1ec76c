"""Machines of a snapshot whose size can be judged, and the types that they could be replaced by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.checks.ec2_rightsize import CHECK, Params
from costopt.analyzer.context import Context
from costopt.analyzer.demands import demands, facts_of
from costopt.analyzer.evidence import usable
from costopt.analyzer.machine_load import machine_load
from costopt.economics.feasibility import Load
from costopt.economics.lookups import PriceBook
from costopt.economics.replacements import architecture_of
from costopt.economics.usage_items import Zones
from costopt.errors import PriceNotFound
from costopt.model.plan import Unplanned
from costopt.model.resource import Resource, ResourceKey
from costopt.model.shape import Shape
from costopt.model.specs.ec2 import AutoScalingGroup, Ec2Instance
from costopt.model.utilization import Facts
from costopt.optimizer.sizing.machines import Machine
from costopt.optimizer.sizing.workload import Workload
from costopt.store.metrics import FactTable, aggregate
from costopt.store.snapshot import Snapshot

_GROUP_REASON = "member of an auto scaling group; its template decides"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMachines:
    """What sizes are decided for."""

    workloads: tuple[Workload, ...]
    """One for each machine and each auto scaling group, by name."""
    members: Mapping[str, tuple[Resource, ...]]
    """Running machines of each workload, by its name."""
    unplanned: tuple[Unplanned, ...]
    """Machines whose size stays, and why."""


def measured_machines(
    snapshot: Snapshot, context: Context, params: Params, gone: frozenset[ResourceKey], zonal: Zones
) -> MeasuredMachines:
    """Workloads of machines and groups whose load was measured.

    Args:
        snapshot: the snapshot.
        context: its surroundings.
        params: thresholds of `ec2_rightsize`, which the user may have set.
        gone: resources that the audit takes away, which need no size.
        zonal: types and zones that are reserved by zone.
    """
    facts = aggregate(snapshot, demands([CHECK], {CHECK.id: params}))
    finder = _Finder(context, params, facts, zonal)
    groups: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for resource in sorted(snapshot.resources, key=lambda one: one.key):
        spec = resource.spec
        if not isinstance(spec, Ec2Instance) or spec.state != "running" or resource.key in gone:
            continue
        if spec.auto_scaling_group is not None and spec.lifecycle == "on_demand":
            groups[resource.account, resource.region, spec.auto_scaling_group].append(resource)
        else:
            finder.machine(resource, spec)
    for (_, _, name), members in groups.items():
        finder.group(name, members)
    return MeasuredMachines(
        workloads=tuple(finder.workloads), members=finder.members, unplanned=tuple(finder.unplanned)
    )


class _Finder:
    """Turns machines into workloads, and says why not."""

    def __init__(self, context: Context, params: Params, facts: FactTable, zonal: Zones) -> None:
        self._context, self._params, self._facts, self._zonal = context, params, facts, zonal
        self.workloads: list[Workload] = []
        self.members: dict[str, tuple[Resource, ...]] = {}
        self.unplanned: list[Unplanned] = []

    def machine(self, resource: Resource, spec: Ec2Instance) -> None:
        """A machine by itself."""
        reason = _excluded(resource, spec) or self._unmeasured(resource, spec)
        if reason is not None:
            self._leave(resource.id, reason)
            return
        shape = self._context.prices.shape(spec.instance_type)
        load = self._load(resource, spec, shape)
        self._add(resource.id, [resource], spec, shape, load, at_least=1, at_most=1)

    def group(self, name: str, members: Sequence[Resource]) -> None:
        """An auto scaling group, whose members are all of one type."""
        found = self._context.find(members[0], AutoScalingGroup, name)
        specs = [one.spec for one in members if isinstance(one.spec, Ec2Instance)]
        reason = self._kept(members, specs, None if found is None else found[1])
        measured = [(one, spec) for one, spec in zip(members, specs, strict=True) if not self._missing(one, spec)]
        if reason is None and not measured:
            reason = self._missing(members[0], specs[0])
        if reason is not None or found is None:
            self._leave(name, str(reason))
            return
        shape = self._context.prices.shape(specs[0].instance_type)
        loads = [self._load(one, spec, shape) for one, spec in measured]
        group = found[1]
        load = _together(loads, len(members))
        # One machine in each zone that it is in now: the audit does not know which loss of a zone it must survive.
        zones = len({spec.availability_zone for spec in specs})
        at_least = max(group.minimum, zones)
        at_most = max(group.maximum, len(members))
        self._add(name, members, specs[0], shape, load, at_least=at_least, at_most=at_most)

    def _kept(
        self, members: Sequence[Resource], specs: Sequence[Ec2Instance], group: AutoScalingGroup | None
    ) -> str | None:
        """Why the size of a group stays whatever its load, None where it may change."""
        if group is None:
            return "its auto scaling group is not in the snapshot"
        if group.mixed_instances or len({spec.instance_type for spec in specs}) > 1:
            return "its auto scaling group mixes types or markets"
        if any(spec.managed_by is not None for spec in specs):
            return "its auto scaling group is managed by a cluster"
        if any((spec.instance_type, spec.availability_zone) in self._zonal for spec in specs):
            return "a reservation of one zone pays for members of its auto scaling group"
        return next(filter(None, map(_excluded, members, specs)), None)

    def _add(
        self,
        name: str,
        members: Sequence[Resource],
        spec: Ec2Instance,
        shape: Shape,
        load: Load,
        *,
        at_least: int,
        at_most: int,
    ) -> None:
        first = members[0]
        # The same name may stand for machines of two accounts or regions.
        unique = name if name not in self.members else f"{name} ({first.account} {first.region})"
        self.members[unique] = tuple(members)
        architectures = {architecture_of(spec, shape)}
        if self._params.allow_arm and spec.platform == "linux":
            architectures.add("arm64")
        self.workloads.append(
            Workload(
                name=unique,
                account=first.account,
                load=load,
                current=shape,
                regions=frozenset({first.region}),
                platform=spec.platform,
                architectures=frozenset(architectures),
                burstable=shape.burstable,
                gpus=shape.gpu_count * len(members),
                local_disk_gib=shape.local_disk_gib * len(members),
                min_replicas=at_least,
                max_replicas=at_most,
                # Of a machine by itself; members of groups may be in several.
                zone=spec.availability_zone if at_most == 1 else None,
            )
        )

    def _load(self, resource: Resource, spec: Ec2Instance, shape: Shape) -> Load:
        return machine_load(resource, spec, shape, self._known(resource), self._context, self._params.headroom)

    def _known(self, resource: Resource) -> Facts:
        return facts_of(CHECK, self._params, self._facts.of(resource.key))

    def _unmeasured(self, resource: Resource, spec: Ec2Instance) -> str | None:
        missing = self._missing(resource, spec)
        cpu = self._known(resource).get("cpu_max_percent")
        if missing is None and spec.launched_at is not None and cpu is not None and spec.launched_at > cpu.period.start:
            return "started within the look-back, perhaps as another type"
        return missing

    def _missing(self, resource: Resource, spec: Ec2Instance) -> str | None:
        """Why nothing can be said of its load or price, None where it can."""
        cpu = self._known(resource).get("cpu_max_percent")
        if not usable(cpu):
            return "its CPU was not measured for long enough"
        prices = self._context.prices
        try:
            prices.shape(spec.instance_type)
            prices.instance("ec2", spec.instance_type, resource.region, variant=spec.platform)
        except PriceNotFound as missing:
            return f"no price or size is known: {missing}"
        return None

    def _leave(self, subject: str, reason: str) -> None:
        self.unplanned.append(Unplanned(subject=subject, reason=reason))


def _excluded(resource: Resource, spec: Ec2Instance) -> str | None:
    check: Check[Ec2Instance, Params] = CHECK
    reason = check.excludes(resource, spec) if check.excludes else None
    if reason == _GROUP_REASON:
        reason = None
    if reason is None and spec.lifecycle != "on_demand":
        reason = f"bought as {spec.lifecycle}, which stays as it is"
    return reason


def _together(loads: Sequence[Load], members: int) -> Load:
    """Load of a group: each of its members may be as busy as the busiest that was measured."""

    def most(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return max(known) * members if len(known) == len(values) else None

    return Load(
        peak_vcpu=max(load.peak_vcpu for load in loads) * members,
        mean_vcpu=max(load.mean_vcpu for load in loads) * members,
        memory_gib=max(load.memory_gib for load in loads) * members,
        network_gbps=most([load.network_gbps for load in loads]),
        ebs_mibps=most([load.ebs_mibps for load in loads]),
        ebs_iops=most([load.ebs_iops for load in loads]),
    )


def machines_on_offer(workloads: Sequence[Workload], prices: PriceBook) -> tuple[Machine, ...]:
    """Every type with a price in the regions and for the systems of the workloads.

    Args:
        workloads: those whose size is decided.
        prices: price book.
    """
    places = sorted({(region, one.platform) for one in workloads for region in one.regions})
    machines = []
    for region, platform in places:
        for shape in prices.offered(region):
            try:
                price = prices.instance("ec2", shape.instance_type, region, variant=platform)
            except PriceNotFound:
                continue
            machines.append(Machine(shape=shape, region=region, hourly=price.amount, platform=platform))
    return tuple(machines)
