"""The file of workloads that a user writes: YAML, every key known, every contradiction refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from costopt.config.load_profile import parse_profile
from costopt.config.plain_yaml import read_yaml
from costopt.errors import WorkloadError
from costopt.model.workload import Job, PodGroup, Pools, Requirements, Spread, Workload, WorkloadKind

_PARTS: Mapping[str, Any] = {"requirements": Requirements, "spread": Spread, "job": Job}
_KEYS = ("name", "kind", "region", "count", "profile", "pods", "current", *_PARTS)
_TOP_KEYS = ("region", "performance", "spot_prices", "workloads")
MOST_WORKLOADS = 10_000
"""In one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadFile:
    """What a file says."""

    workloads: tuple[Workload, ...]
    """In the order of the file, each name once."""
    performance: Mapping[str, float] = field(default_factory=dict)
    """Work of one vCPU of a family over that of the reference, from the user's own benchmarks."""
    spot_prices: Mapping[str, Decimal] = field(default_factory=dict)
    """Dollars an hour of a type on the spot market, as the user reads them; they stand above those of the catalog."""


def read_workloads(path: Path) -> tuple[Workload, ...]:
    """The workloads of a file.

    Raises:
        WorkloadError: as of `read_workload_file`.
    """
    return read_workload_file(path).workloads


def read_workload_file(path: Path) -> WorkloadFile:
    """The workloads of a file with what holds for all of them.

    Raises:
        WorkloadError: it cannot be read, has a key that does not exist, a value of the wrong type, or a requirement
            that contradicts another; the message names the workload.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise WorkloadError(f"{path} has no workloads", hint="It is a mapping: `region: ...` and `workloads: [...]`.")
    _refuse_unknown(content, _TOP_KEYS, str(path))
    entries = content.get("workloads")
    if not isinstance(entries, list) or not entries or len(entries) > MOST_WORKLOADS:
        raise WorkloadError(f"{path}: workloads must be a list of 1 to {MOST_WORKLOADS:,} entries")
    found = tuple(_workload(entry, content.get("region"), number) for number, entry in enumerate(entries, start=1))
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WorkloadError(f"{path}: the workload {twice[0]!r} is there twice")
    return WorkloadFile(
        workloads=found,
        performance=_figures(content, "performance", path),
        spot_prices={name: Decimal(str(price)) for name, price in _figures(content, "spot_prices", path).items()},
    )


def _figures(content: Mapping[str, Any], key: str, path: Path) -> dict[str, float]:
    """A mapping from names to figures above zero; empty where there is none."""
    given = content.get(key, {})
    if not isinstance(given, dict):
        raise WorkloadError(f"{path}: {key} must be a mapping from names to numbers")
    for name, figure in given.items():
        number = isinstance(figure, (int, float)) and not isinstance(figure, bool)
        if not number or not 0 < figure < float("inf"):
            raise WorkloadError(f"{path}: {key} of {name!r} must be a number above 0, not {figure!r}")
    return dict(given)


def _workload(entry: Any, region: Any, number: int) -> Workload:
    if not isinstance(entry, dict):
        raise WorkloadError(f"workload {number} is no mapping")
    name = entry.get("name", f"number {number}")
    place = f"workload {name!r}"
    _refuse_unknown(entry, _KEYS, place)
    for part, kind in _PARTS.items():
        if part in entry:
            _refuse_unknown(entry[part], [one.name for one in fields(kind)], f"{place}, {part}")
    given = {"region": region, **entry, "profile": parse_profile(entry.get("profile"), place)}
    if isinstance(given.get("job"), dict):
        job = dict(given["job"])
        job["throughput"] = _pairs(job.get("throughput"), f"{place}, job.throughput")
        given["job"] = job
    if "current" in given:
        given["current"] = _pairs(given["current"], f"{place}, current")
    try:
        made = msgspec.convert(given, Workload, strict=True)
    except msgspec.ValidationError as error:
        raise WorkloadError(f"{place}: {error}", hint="`costopt plan --help` names an example.") from None
    problem = _contradiction(made)
    if problem:
        raise WorkloadError(f"{place}: {problem}", hint="Correct the requirement, or drop it.")
    return made


def _pairs(value: Any, place: str) -> list[list[Any]]:
    if not isinstance(value, dict) or not value:
        raise WorkloadError(f"{place} must be a mapping from instance type to a number")
    return [[key, number] for key, number in value.items()]


def _refuse_unknown(content: Any, known: Any, place: str) -> None:
    if not isinstance(content, dict):
        raise WorkloadError(f"{place} is no mapping")
    for key in content:
        if key not in known:
            near = get_close_matches(str(key), list(known), n=1)
            meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
            raise WorkloadError(f"{place}: there is no key {key!r}", hint=meant)


def _contradiction(one: Workload) -> str | None:
    """What cannot be meant, or None."""
    needs = one.requirements
    numbers = [value for value in _numbers(needs, one.spread, one.job, *one.pods) if value is not None]
    checks = (
        (any(not 0 <= value < float("inf") for value in numbers), "a figure is negative or no number"),
        (one.count < 1, "count must be at least 1"),
        (one.kind is WorkloadKind.BATCH and one.job is None, "kind batch needs a job"),
        (one.kind is not WorkloadKind.BATCH and one.job is not None, f"a job needs kind batch, not {one.kind}"),
        (one.kind is WorkloadKind.PODS and not one.pods, "kind pods needs pods"),
        (one.kind in (WorkloadKind.MACHINES, WorkloadKind.FLEET) and not _asks(needs), "asks for nothing"),
        (bool(set(needs.families) & set(needs.excluded_families)), "a family is both allowed and excluded"),
        (not needs.architectures, "may run on no architecture"),
        (not 0 <= one.spread.on_demand_fraction <= 1, "on_demand_fraction is not between 0 and 1"),
        (not 0 < one.spread.largest_pool_fraction <= 1, "largest_pool_fraction is not above 0 and at most 1"),
        (one.spread.minimum_pools > one.spread.maximum_pools, "minimum_pools is above maximum_pools"),
        (one.spread.survive_zone_loss and len(one.spread.zones) == 1, "one zone cannot survive its own loss"),
        (one.job is not None and _impossible(one.job), "the deadline is before the work could be done"),
    )
    return next((words for wrong, words in checks if wrong), None)


def _asks(needs: Requirements) -> bool:
    return any(value is not None for value in (needs.vcpu, needs.memory_gib, needs.gpus))


def _impossible(job: Job) -> bool:
    fastest = max((speed for _, speed in job.throughput), default=0.0)
    return fastest <= 0 or job.work_hours / fastest > job.deadline_hours


def _numbers(*parts: Requirements | Spread | Job | PodGroup | Pools | None) -> list[float | None]:
    return [
        float(value)
        for part in parts
        if part is not None
        for value in asdict(part).values()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
