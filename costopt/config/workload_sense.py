"""What a workload of a file cannot mean: figures out of all proportion, and requirements that contradict others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from costopt.model.workload import Job, Requirements, Spread, Workload, WorkloadKind

MOST = 10_000_000
"""Largest figure of a file: more is a slip of the pen, or larger than any region of a provider."""
_NOTHING = 1e-3
"""vCPUs or GiB below which nothing is asked for: rounded, no machine would be left."""
_ZONES = {
    "aws": re.compile(r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d+)[a-z]"),
    "gcp": re.compile(r"(?P<region>[a-z]+-[a-z]+\d+)-[a-z]"),
}
"""A zone as a provider names it; zone ids and local zones of AWS are others."""

Verdicts = Sequence[tuple[bool, str]]
"""Whether something is wrong, and what."""


def find_nonsense(one: Workload) -> str | None:
    """What cannot be meant, in words; None where all of it can."""
    verdicts = (
        *_of_figures(one),
        *_of_kind(one),
        *_of_requirements(one.requirements),
        *_of_spread(one.spread, one.region, _ZONES[one.provider]),
        *(_of_job(one.job) if one.job is not None else ()),
    )
    return next((words for wrong, words in verdicts if wrong), None)


def _of_figures(one: Workload) -> Verdicts:
    job = one.job
    parts = (one.requirements, one.spread, job, *one.pods, *(job.pools if job else ()))
    figures: list[float | Decimal] = [one.count, *(count for _, count in one.current)]
    figures += [figure for part in parts if part is not None for figure in _figures(asdict(part))]
    return (
        (not one.name.strip(), "the name is empty"),
        (not all(figure >= 0 for figure in figures), "a figure is negative or no number"),
        (float("inf") in figures, "a figure is negative or no number"),
        (any(figure > MOST for figure in figures), f"a figure is above {MOST:,}"),
        (one.count < 1, "count must be at least 1"),
    )


def _figures(part: dict[str, Any]) -> Iterator[float | Decimal]:
    for value in part.values():
        if isinstance(value, Decimal) and not value.is_finite():
            yield float("inf")
        elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            yield value


def _of_kind(one: Workload) -> Verdicts:
    machines = one.kind in (WorkloadKind.MACHINES, WorkloadKind.FLEET)
    return (
        (one.kind is WorkloadKind.BATCH and one.job is None, "kind batch needs a job"),
        (one.kind is not WorkloadKind.BATCH and one.job is not None, f"a job needs kind batch, not {one.kind}"),
        (one.kind is WorkloadKind.PODS and not any(group.count for group in one.pods), "kind pods needs pods"),
        (
            any(group.vcpu <= 0 or group.memory_gib <= 0 for group in one.pods),
            "pods without vcpu or memory_gib: without requests no number of nodes can be planned",
        ),
        (one.reserved and one.job is not None, "a job is not reserved: give it pools"),
        (one.reserved and one.spread.spot, "capacity that is reserved is never spot"),
        (machines and not _asks(one.requirements), "asks for nothing: give vcpu, memory_gib or gpus"),
    )


def _asks(needs: Requirements) -> bool:
    return any(value is not None and value >= _NOTHING for value in (needs.vcpu, needs.memory_gib, needs.gpus))


def _of_requirements(needs: Requirements) -> Verdicts:
    return (
        (bool(set(needs.families) & set(needs.excluded_families)), "a family is both allowed and excluded"),
        (not needs.architectures, "may run on no architecture"),
    )


def _of_spread(spread: Spread, region: str, zone_names: re.Pattern[str]) -> Verdicts:
    elsewhere = [zone for zone in spread.zones if (found := zone_names.fullmatch(zone)) and found["region"] != region]
    return (
        (not 0 <= spread.on_demand_fraction <= 1, "on_demand_fraction is not between 0 and 1"),
        (not 0 < spread.largest_pool_fraction <= 1, "largest_pool_fraction is not above 0 and at most 1"),
        (spread.minimum_pools > spread.maximum_pools, "minimum_pools is above maximum_pools"),
        (len(set(spread.zones)) < len(spread.zones), "a zone is named twice"),
        (bool(elsewhere), f"the zone {', '.join(elsewhere)} is not in {region}"),
        (spread.survive_zone_loss and len(spread.zones) == 1, "one zone cannot survive its own loss"),
    )


def _of_job(job: Job) -> Verdicts:
    speeds = [speed for _, speed in job.throughput]
    reference = dict(job.throughput).get(job.reference_type, 1.0)
    measured = all(0 < speed <= MOST for speed in speeds)
    fastest = max(speeds, default=1.0)
    return (
        (job.work_hours <= 0, "the job has no work_hours"),
        (job.workers < 1, "workers must be at least 1"),
        (not speeds, "the job has no throughput of any type"),
        (not measured, "a throughput is not above 0; leave out types that cannot run it"),
        (measured and reference != 1, f"the throughput of {job.reference_type} is 1, as it is the reference"),
        (job.availability_minutes <= 0, "availability_minutes must be above 0"),
        (measured and job.work_hours / fastest > job.deadline_hours, "the deadline is before the work could be done"),
    )
