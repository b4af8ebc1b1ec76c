"""Machines of Compute Engine whose size can be judged: alone, or together as a managed instance group."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from costopt.analyzer.checks.gce_rightsize import CHECK, Params
from costopt.analyzer.context import Context
from costopt.analyzer.demands import demands, facts_of
from costopt.analyzer.evidence import usable
from costopt.analyzer.google.load import google_load
from costopt.analyzer.google.reservations import holding_reservation
from costopt.economics.gce.candidates import MachineLoad
from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import MachineType, machine_type
from costopt.errors import PriceNotFound
from costopt.model.plan import Unplanned
from costopt.model.resource import Resource, ResourceKey
from costopt.model.specs.gce import GceInstance, ManagedInstanceGroup
from costopt.model.utilization import Facts, Utilization
from costopt.store.metrics import FactTable, aggregate
from costopt.store.snapshot import Snapshot

_STARTED = "started within the look-back, perhaps as another type"

Machines = Sequence[tuple[Resource, GceInstance]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredGoogle:
    """Equal machines and what they do together."""

    name: str
    """Unique. Hostile until escaped."""
    members: tuple[Resource, ...]
    """The machines."""
    current: MachineType
    """Their type."""
    load: MachineLoad
    """What all of them together must offer."""
    at_least: int
    """Fewest machines."""
    at_most: int
    """Most machines."""


def measured_google(
    snapshot: Snapshot, context: Context, params: Params, gone: Collection[ResourceKey]
) -> tuple[Sequence[MeasuredGoogle], Sequence[Unplanned]]:
    """Machines and groups whose load was measured, and those whose size stays, with reasons.

    Args:
        snapshot: the snapshot.
        context: its surroundings.
        params: thresholds of `gce_rightsize`, which the user may have set.
        gone: resources that the audit takes away, which need no size.
    """
    alone: list[tuple[Resource, GceInstance]] = []
    groups: dict[tuple[str, str, str], list[tuple[Resource, GceInstance]]] = defaultdict(list)
    for resource in sorted(snapshot.resources, key=lambda one: one.key):
        spec = resource.spec
        if not isinstance(spec, GceInstance) or not spec.running or resource.key in gone:
            continue
        if spec.instance_group is None:
            alone.append((resource, spec))
        else:
            groups[resource.account, resource.region, spec.instance_group].append((resource, spec))
    if not alone and not groups:
        return (), ()
    finder = _Finder(context, params, aggregate(snapshot, demands([CHECK], {CHECK.id: params})))
    for resource, spec in alone:
        finder.add(resource.id, [(resource, spec)], finder.why_not([(resource, spec)]), (1, 1))
    for (_, _, group), members in groups.items():
        limits = _limits(members, context)
        reason = limits if isinstance(limits, str) else finder.why_not(members)
        finder.add(group, members, reason, (1, 1) if isinstance(limits, str) else limits)
    return finder.measured, finder.unplanned


def _limits(members: Machines, context: Context) -> tuple[int, int] | str:
    """Fewest and most machines of a group, or why its size stays whatever its load."""
    first, spec = members[0]
    found = context.find(first, ManagedInstanceGroup, spec.instance_group)
    if found is None or found[1].autoscaled is None:
        return "its managed instance group or its autoscaler is not in the snapshot"
    if len({each.machine_type for _, each in members}) > 1:
        return "its managed instance group mixes types"
    group = found[1]
    if not group.autoscaled:
        # Somebody chose the number; nothing tells that another one would do.
        return len(members), len(members)
    # One machine in each zone that it is in now: nobody knows here which loss of a zone it must survive.
    zones = len({each.zone for _, each in members})
    return max(group.minimum or 1, zones, 1), max(group.maximum or 0, len(members))


class _Finder:
    """Turns machines into workloads, and says why not."""

    def __init__(self, context: Context, params: Params, facts: FactTable) -> None:
        self._context, self._params, self._facts = context, params, facts
        self.measured: list[MeasuredGoogle] = []
        self.unplanned: list[Unplanned] = []
        self._names: set[str] = set()

    def add(self, name: str, members: Machines, reason: str | None, limits: tuple[int, int]) -> None:
        """Machines under their name, which may stand for others in another project too."""
        first = members[0][0]
        unique = name if name not in self._names else f"{name} ({first.account} {first.region})"
        self._names.add(unique)
        if reason is not None:
            self.unplanned.append(Unplanned(subject=unique, reason=reason))
            return
        current = machine_type(members[0][1].machine_type)
        self.measured.append(
            MeasuredGoogle(
                name=unique,
                members=tuple(resource for resource, _ in members),
                current=current,
                load=self._together(members, current),
                at_least=limits[0],
                at_most=limits[1],
            )
        )

    def why_not(self, members: Machines) -> str | None:
        """Why the size of machines stays, None where it may change."""
        reasons = (self._excluded(resource, spec) for resource, spec in members)
        excluded = next((reason for reason in reasons if reason is not None), None)
        if excluded is not None:
            return excluded
        if not any(self._measured(*each) for each in members):
            changed = any(usable(self._cpu(resource)) for resource, _ in members)
            return _STARTED if changed else "its CPU was not measured for long enough"
        return _unknown(members[0][1])

    def _excluded(self, resource: Resource, spec: GceInstance) -> str | None:
        reason = CHECK.excludes(resource, spec) if CHECK.excludes else None
        if reason is not None:
            return reason
        if spec.provisioning_model != "standard":
            return f"bought as {spec.provisioning_model}, which stays as it is"
        if spec.platform != LICENCE_FREE:
            return f"a plan does not weigh its {spec.platform} licence, whose price may depend on the size"
        held = spec.reservation_affinity == "specific" or holding_reservation(resource, spec, self._context) is not None
        return "uses a reservation of its type" if held else None

    def _together(self, members: Machines, current: MachineType) -> MachineLoad:
        """Each of the machines may be as busy as the busiest that was measured."""
        loads = list(self._loads(members, current))
        return MachineLoad(
            peak_vcpu=max(load.peak_vcpu for load in loads),
            mean_vcpu=max(load.mean_vcpu for load in loads),
            memory_gib=max(load.memory_gib for load in loads),
            network_gbps=max(load.network_gbps for load in loads),
            disk_iops=max(load.disk_iops for load in loads),
            disk_mibps=max(load.disk_mibps for load in loads),
            stays_in_series=any(load.stays_in_series for load in loads),
        ).times(len(members))

    def _loads(self, members: Machines, current: MachineType) -> Iterator[MachineLoad]:
        for resource, spec in members:
            if self._measured(resource, spec):
                yield google_load(
                    resource,
                    spec,
                    current,
                    self._known(resource),
                    self._context,
                    headroom_fraction=self._params.headroom_fraction,
                    network_peak_to_mean=self._params.network_peak_to_mean,
                    disk_fraction=self._params.disk_fraction,
                )

    def _known(self, resource: Resource) -> Facts:
        return facts_of(CHECK, self._params, self._facts.of(resource.key))

    def _cpu(self, resource: Resource) -> Utilization | None:
        return self._known(resource).get("cpu_max_percent")

    def _measured(self, resource: Resource, spec: GceInstance) -> bool:
        """Whether its load is known, as the type that it is now."""
        cpu = self._cpu(resource)
        if cpu is None or not usable(cpu):
            return False
        return spec.last_started_at is None or spec.last_started_at <= cpu.period.start


def _unknown(spec: GceInstance) -> str | None:
    try:
        machine_type(spec.machine_type)
    except PriceNotFound as missing:
        return f"no price or size is known: {missing}"
    return None


def chosen_params(settings_of_checks: Mapping[str, Mapping[str, object]]) -> Params:
    """Thresholds of `gce_rightsize` with what the user set."""
    from costopt.analyzer.registry import thresholds

    params: Params = thresholds(CHECK, settings_of_checks.get(CHECK.id, {}))
    return params
