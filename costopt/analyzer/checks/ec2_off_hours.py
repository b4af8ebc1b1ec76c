"""Running machines that idle in the same hours every week.

Signal: at least 40 hours of the week, in stretches of 4 and more, in which peak CPU stayed below 5 % and network
below 1,000 B/s in every week of 14 days. One busy Sunday night keeps Sunday night.

An hour that was never measured is not idle. A machine that idles in nearly all hours gets no schedule: two weeks do not
tell whether its few busy hours come back; all idle is `ec2_idle`'s business. Members of auto scaling groups and of
clusters are left out (a scheduled action of the group is the way), and so are spot machines.

The saving is the idle hours' share of a month of 730 hours; volumes stay billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured
from costopt.economics.ec2_cost import running_terms
from costopt.economics.instance_families import is_accelerated
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Outcome, Verdict
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import HOURS_PER_WEEK, Facts

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Grid = Sequence[float | None]
"""168 values, Monday 00:00 UTC first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_off_hours`."""

    days: int = 14
    """Look-back in days; every hour of the week should be in it twice."""
    max_cpu_percent: float = 5.0
    """Peak CPU below which an hour of the week is idle."""
    max_network_bytes_per_second: float = 1_000.0
    """Bytes in and out a second below which an hour of the week is idle."""
    min_run_hours: int = 4
    """Idle hours in a row that are worth a stop and a start."""
    min_idle_hours_per_week: int = 40
    """Hours a week in such runs, from which on the machine is flagged."""
    max_idle_hours_per_week: int = 148
    """Idle hours a week above which the few busy ones may be chance, and no schedule is named."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    if spec.state != "running":
        return "not running"
    if spec.auto_scaling_group is not None:
        return "member of an auto scaling group"
    if spec.managed_by is not None:
        return "managed by a cluster"
    if spec.lifecycle != "on_demand":
        return "not bought on demand"
    if spec.tenancy == "host":
        return "billed by its dedicated host"
    return "accelerated type" if is_accelerated(spec.instance_type) else None


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    cpu = facts["cpu_max_percent"]
    grid = cpu.hour_of_week_maximum or ()
    quiet = sum(value is not None and value < params.max_cpu_percent for value in grid)
    if quiet < params.min_idle_hours_per_week:
        return CLEAR
    idle = _idle_hours(facts, params)
    if sum(idle) > params.max_idle_hours_per_week:
        return CLEAR
    runs = [run for run in _runs(idle) if run[1] >= params.min_run_hours]
    hours = sum(length for _, length in runs)
    if hours < params.min_idle_hours_per_week:
        return CLEAR
    saved = HOURS_PER_MONTH * hours / HOURS_PER_WEEK
    saving, price_gap = priced(lambda: running_terms(instance, spec, context.prices, hours=saved))
    statement = (
        f"idle in {hours} of {HOURS_PER_WEEK} hours of every week over {params.days} days (CPU below"
        f" {params.max_cpu_percent:g} %, network below {params.max_network_bytes_per_second:,.0f} B/s)"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(measured(cpu, statement, observed=float(hours), threshold=float(params.min_idle_hours_per_week)),),
        action=Action(kind=ActionKind.SCHEDULE, summary=f"Stop it at these times (UTC): {_words(runs)}", restart=True),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
    )


def _idle_hours(facts: Facts, params: Params) -> list[bool]:
    """For each hour of the week whether it was idle whenever it was measured; never measured is not idle."""
    names = ("cpu_max_percent", "network_in_bytes", "network_out_bytes")
    unknown: Grid = (None,) * HOURS_PER_WEEK
    cpu, received, sent = (facts[name].hour_of_week_maximum or unknown for name in names)
    step = facts["network_in_bytes"].step_seconds
    most = params.max_network_bytes_per_second * step
    return [
        busy is not None
        and inward is not None
        and outward is not None
        and busy < params.max_cpu_percent
        and inward + outward < most
        for busy, inward, outward in zip(cpu, received, sent, strict=True)
    ]


def _runs(idle: Sequence[bool]) -> list[tuple[int, int]]:
    """First hour and length of every stretch of idle hours; the week is a ring, so it begins at a busy hour."""
    busy = idle.index(False) if False in idle else 0
    runs: list[tuple[int, int]] = []
    for offset in range(HOURS_PER_WEEK):
        hour = (busy + offset) % HOURS_PER_WEEK
        if not idle[hour]:
            continue
        if runs and (runs[-1][0] + runs[-1][1]) % HOURS_PER_WEEK == hour:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((hour, 1))
    return sorted(runs)


def _words(runs: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{_hour(start)} to {_hour(start + length)}" for start, length in runs)


def _hour(hour: int) -> str:
    day, clock = divmod(hour % HOURS_PER_WEEK, 24)
    return f"{_WEEKDAYS[day]} {clock:02d}:00"


CHECK = Check(
    id="ec2_off_hours",
    title="Instance idles at fixed hours every week",
    category=Category.OPTIMISATION,
    lever="Schedules",
    applies_to=Ec2Instance,
    params=Params,
    source="https://github.com/hystax/optscale (power schedule recommendation: CPU below 5 % and network below"
    " 1,000 B/s in the same hours of every week)",
    run=_run,
    excludes=_excludes,
    needs=(
        Need(metric="cpu_max_percent", hour_of_week=True),
        Need(metric="network_in_bytes", hour_of_week=True),
        Need(metric="network_out_bytes", hour_of_week=True),
    ),
)
