"""Running machines of Compute Engine that a cheaper type could carry.

Signal: a cheaper type carries the load of 14 days: the 99.5th percentile of hourly peak CPU, the peak of memory and of
the network each leave 20 % free, and the disks keep their pace. Predefined and custom types are offered, of the same
series or of another general one (E2, N2, N2D) whose vCPUs are at least as fast, bought the same way. Savings are after
sustained use discounts, so that a move to a series without any is compared at what is really paid.

What is not known is never taken as unused: without the Ops Agent's memory metric the new type has at least today's
memory; a disk that is not in the snapshot, or whose pace is provisioned, keeps today's disk limits and the series. So
do confidential computing, a minimum CPU platform and nested virtualisation, which other series may refuse. A window in
which the machine was started is `no data`, because its type may have changed.

Not judged: machines with accelerators or local SSD, nodes of GKE, workers of Dataflow, sole tenants, and members of a
managed instance group that is autoscaled or spans zones. Another member of a group may be busier: its template is
changed, so look at all of them. A type that has one price only (T2D, H3) is `no data` beside a commitment of its
series, since nobody can say here how much of it goes on being paid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.analyzer.google.commitments import priced_beside_commitments
from costopt.analyzer.google.load import google_load
from costopt.analyzer.google.machines import group_decides, has_accelerators, not_own
from costopt.analyzer.google.reservations import holding_reservation
from costopt.analyzer.machine_load import memory_peak
from costopt.economics.ec2_cost import LEAST_FRACTION, LEAST_MONTHLY, worth_changing
from costopt.economics.gce.candidates import MachineLoad, candidates, disk_limits_of_machine, egress_gbps
from costopt.economics.gce.machines import MachineType, machine_type
from costopt.economics.gce.running_cost import month_as, replacement_terms
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Verdict,
    no_data,
    not_applicable,
)
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.persistent_disks import PersistentDisk
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_rightsize`."""

    days: int = 14
    """Look-back in days; Google's own recommender looks at 8."""
    headroom_fraction: float = 0.2
    """Part of the new machine's vCPUs, memory and network that stays free at the peak, 0..1."""
    network_peak_to_mean: float = 3.0
    """Peak inside the busiest hour over that hour's mean; only hourly sums are measured."""
    disk_fraction: float = 0.3
    """Part of what its disks could do that the machine must sustain at all times, 0..1."""
    min_saving_monthly: Decimal = LEAST_MONTHLY
    """Least saving a month."""
    min_saving_fraction: Decimal = LEAST_FRACTION
    """Least saving as a share of today's price, 0..1."""

    def __post_init__(self) -> None:
        """Refuse a headroom that leaves nothing.

        Raises:
            ValueError: below 0, or 1 and more.
        """
        if not 0 <= self.headroom_fraction < 1:
            raise ValueError(f"headroom_fraction must be at least 0 and below 1, not {self.headroom_fraction}")


def _excludes(_: Resource, spec: GceInstance) -> str | None:
    if has_accelerators(spec):
        return "has accelerators"
    return "has local SSD" if spec.local_ssd_gib else not_own(spec)


def _run(machine: Resource, spec: GceInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    decided = group_decides(machine, spec, context)
    if decided is not None:
        return decided
    if holding_reservation(machine, spec, context) is not None or spec.reservation_affinity == "specific":
        return not_applicable("uses a reservation of its type")
    if spec.last_started_at is not None and spec.last_started_at > facts["cpu_max_percent"].period.start:
        return no_data("started within the look-back, perhaps as another type")
    current = machine_type(spec.machine_type)
    load = _load(machine, spec, current, facts, context, params)
    now = month_as(machine, spec, context.prices, current)
    least = params.min_saving_monthly, params.min_saving_fraction
    best = min(_priced(machine, spec, current, load, context), default=None, key=_rank)
    if best is None or not worth_changing(now / HOURS_PER_MONTH, best[0] / HOURS_PER_MONTH, *least):
        return CLEAR
    saving, _ = priced_beside_commitments(
        lambda: replacement_terms(machine, spec, context.prices, best[1]), machine, context
    )
    if saving is None:
        return no_data("saving not known beside a commitment of its series")
    return _flagged(spec, current, best[1], load, facts, saving)


def _priced(
    machine: Resource, spec: GceInstance, current: MachineType, load: MachineLoad, context: Context
) -> Iterator[tuple[Decimal, MachineType]]:
    """Candidates with dollars of a month, which are worked out once for each type; one without a price is left out."""
    place = ("gce_rightsize", machine.region, spec.provisioning_model, spec.platform)
    months: dict[str, Decimal | None] = context.memo.setdefault(place, {})
    for size in candidates(current, load):
        if size.name not in months:
            months[size.name] = _month(machine, spec, size, context)
        month = months[size.name]
        if month is not None:
            yield month, size


def _month(machine: Resource, spec: GceInstance, size: MachineType, context: Context) -> Decimal | None:
    try:
        return month_as(machine, spec, context.prices, size)
    except PriceNotFound:
        return None


def _rank(priced: tuple[Decimal, MachineType]) -> tuple[Decimal, bool, str]:
    """Cheapest first, at the same price one of Google's own sizes."""
    month, size = priced
    return month, size.custom, size.name


def _load(
    machine: Resource, spec: GceInstance, current: MachineType, facts: Facts, context: Context, params: Params
) -> MachineLoad:
    """What the new type must offer."""
    return google_load(
        machine,
        spec,
        current,
        facts,
        context,
        headroom_fraction=params.headroom_fraction,
        network_peak_to_mean=params.network_peak_to_mean,
        disk_fraction=params.disk_fraction,
    )


def _flagged(
    spec: GceInstance, current: MachineType, target: MachineType, load: MachineLoad, facts: Facts, saving: Saving
) -> Verdict:
    alone = spec.instance_group is None
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=_evidence(current, target, load, facts),
        action=Action(
            kind=ActionKind.RESIZE,
            summary=f"Stop the instance, change its machine type to {target.name}, start it"
            if alone
            else f"Give {spec.instance_group} a template of {target.name}, if all of its members allow it",
            target=target.name,
            restart=True,
        ),
        saving=saving,
        confidence=Confidence.HIGH if alone and memory_peak(facts) is not None else Confidence.MEDIUM,
        effort=Effort.MEDIUM,
    )


def _evidence(current: MachineType, target: MachineType, load: MachineLoad, facts: Facts) -> tuple[Evidence, ...]:
    cpu, memory = facts["cpu_max_percent"], facts.get("memory_used_percent")
    peak = memory_peak(facts)
    found = [
        measured(
            cpu,
            f"99.5th percentile of hourly peak CPU is {cpu.p99_5 or 0.0:.1f} % of {current.vcpu} vCPUs; with headroom"
            f" {load.peak_vcpu:.2f} of the {target.vcpu} vCPUs of {target.name}",
            observed=load.peak_vcpu,
            threshold=float(target.vcpu),
        )
    ]
    if memory is not None and peak is not None:
        statement = (
            f"peak memory is {peak:.1f} % of {current.memory_gib:g} GiB; with headroom {load.memory_gib:.1f} of"
            f" {target.memory_gib:g} GiB"
        )
        found.append(measured(memory, statement, observed=load.memory_gib, threshold=float(target.memory_gib)))
    else:
        found.append(Evidence(statement=f"memory use is unknown, so memory stays at {target.memory_gib:g} GiB or more"))
    iops, mibps = disk_limits_of_machine(target)
    found.append(
        Evidence(
            statement=f"needed of offered at least: network {load.network_gbps:.3f} of {egress_gbps(target):g} Gbit/s;"
            f" disks {load.disk_iops:,.0f} of {iops:,} operations/s, {load.disk_mibps:,.0f} of {mibps:,} MiB/s"
        )
    )
    return tuple(found)


CHECK = Check(
    id="gce_rightsize",
    title="Compute Engine instance is larger than its load",
    category=Category.OPTIMISATION,
    lever="Right-sizing",
    applies_to=GceInstance,
    params=Params,
    source="https://cloud.google.com/compute/docs/instances/apply-machine-type-recommendations-for-instances"
    " (custom types, exclusions); headroom as `ec2_rightsize`",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="cpu_max_percent"),
        Need(metric="cpu_mean_percent"),
        Need(metric="network_in_bytes"),
        Need(metric="network_out_bytes"),
        Need(metric="memory_used_percent", required=False),
    ),
    relies_on=(PersistentDisk, GceReservation),
)
