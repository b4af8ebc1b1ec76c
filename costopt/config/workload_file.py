"""The file of workloads that a user writes: YAML, every key known, every contradiction refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from costopt.config.load_profile import parse_profile
from costopt.config.plain_yaml import read_yaml
from costopt.config.workload_sense import MOST, find_nonsense
from costopt.errors import WorkloadError
from costopt.model.workload import Job, Requirements, Spread, Workload

_PARTS: Mapping[str, Any] = {"requirements": Requirements, "spread": Spread, "job": Job}
_KEYS = ("name", "kind", "provider", "region", "count", "profile", "pods", "current", "reserved", *_PARTS)
_SHARED = ("provider", "region")
"""Keys of workloads that may stand at the top for all of them."""
_TOP_KEYS = (*_SHARED, "performance", "spot_prices", "workloads")
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
    shared = {key: content[key] for key in _SHARED if key in content}
    found = tuple(_workload(entry, shared, number) for number, entry in enumerate(entries, start=1))
    twice = sorted(name for name, count in Counter(one.name for one in found).items() if count > 1)
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
        if not number or not 0 < figure <= MOST:
            raise WorkloadError(f"{path}: {key} of {name!r} must be a number above 0, at most {MOST:,}")
    return dict(given)


def _workload(entry: Any, shared: Mapping[str, Any], number: int) -> Workload:
    if not isinstance(entry, dict):
        raise WorkloadError(f"workload {number} is no mapping")
    name = entry.get("name", f"number {number}")
    place = f"workload {name!r}"
    _refuse_unknown(entry, _KEYS, place)
    for part, kind in _PARTS.items():
        if part in entry:
            _refuse_unknown(entry[part], [one.name for one in fields(kind)], f"{place}, {part}")
    given = {"region": None, **shared, **entry, "profile": parse_profile(entry.get("profile"), place)}
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
    problem = find_nonsense(made)
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
