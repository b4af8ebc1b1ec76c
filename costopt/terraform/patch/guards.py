"""Reasons not to make a change, looked at before anything is edited."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from costopt.economics.ebs_limits import GP3_IOPS_PER_GIB, GP3_MOST_GIB, gp3_mibps_allowed
from costopt.model.terraform import UNKNOWN, Masked, PlannedResource, path_text
from costopt.model.terraform_patch import ChangeKind, ProposedChange
from costopt.terraform.hcl.spelling import spell
from costopt.terraform.patch.difference import agrees, value_at
from costopt.terraform.patch.guards_google import (
    bound_to_series,
    cannot_be_stopped,
    disks_do_not_move,
    memory_is_fixed,
    revision_is_named,
    template_in_use,
)
from costopt.terraform.patch.semantics import rule_of, ruled_paths
from costopt.terraform.trace.tracer import Tracer

_VOLUME_FIELDS = {
    "aws_ebs_volume": ((), "type", "size"),
    "aws_instance": (("root_block_device", 0), "volume_type", "volume_size"),
}
"""Type of a resource to the block that is a volume, and its attributes for type and size."""
_BETWEEN = re.compile(r'[\[\],\s"]+')
_GP3_LEAST_IOPS, _GP3_LEAST_MIBPS = 3_000, 125
"""Source: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user allows."""

    allow_replace: bool = False
    """Whether resources may be destroyed and made anew."""


def refusal(change: ProposedChange, planned: PlannedResource, tracer: Tracer, policy: Policy) -> str | None:
    """Why a change is not made, None where nothing speaks against it."""
    checks: tuple[Callable[[], str | None], ...] = (
        lambda: _already(change, planned),
        lambda: _drifted(change, planned),
        lambda: _unruled(change, planned, policy),
        lambda: _protected(change, planned, tracer),
        lambda: _ignored(change, tracer),
        lambda: _set_back(change, tracer),
        lambda: _beyond_gp3(change, planned),
        lambda: cannot_be_stopped(change, planned),
        lambda: disks_do_not_move(change, planned),
        lambda: bound_to_series(change, planned),
        lambda: template_in_use(change, tracer),
        lambda: memory_is_fixed(change, planned),
        lambda: revision_is_named(change, planned),
    )
    return next((reason for check in checks if (reason := check())), None)


def _already(change: ProposedChange, planned: PlannedResource) -> str | None:
    if all(agrees(value_at(planned.values, one.path), one.after) for one in change.settings):
        return "the configuration says so already: apply it"
    return None


def _drifted(change: ProposedChange, planned: PlannedResource) -> str | None:
    for one in change.settings:
        configured = value_at(planned.values, one.path)
        known = configured is not None and configured is not UNKNOWN and not isinstance(configured, Masked)
        if one.before is not None and known and not (agrees(configured, one.before) or agrees(configured, one.after)):
            said = f"the configuration has {one.text()} = {configured}, but {one.before} is live"
            return f"{said}: apply or correct it first"
    return None


def _unruled(change: ProposedChange, planned: PlannedResource, policy: Policy) -> str | None:
    set_to = {one.path: one.after for one in change.settings}
    for path in ruled_paths(change):
        rule = rule_of(change.type, path, planned.values)
        if rule is None:
            return f"it is not known what the provider does when {path_text(path)} of an {change.type} changes"
        if rule.kind is ChangeKind.REPLACEMENT and not policy.allow_replace:
            return f"it would replace the resource ({rule.note}): allow that with --allow-replace"
        for name, wanted in rule.needs.items():
            if set_to.get((name,), planned.values.get(name)) != wanted:
                return f"the provider refuses it without {name} = {str(wanted).lower()}"
    return None


def _protected(change: ProposedChange, planned: PlannedResource, tracer: Tracer) -> str | None:
    rules = [rule_of(change.type, path, planned.values) for path in ruled_paths(change)]
    if any(rule and rule.kind is ChangeKind.REPLACEMENT for rule in rules):
        written = tracer.lifecycle(change.address, "prevent_destroy")
        if written not in (None, "false"):
            return "it would replace the resource, which prevent_destroy forbids"
    return None


def _ignored(change: ProposedChange, tracer: Tracer) -> str | None:
    names = _ignored_names(change.address, tracer)
    for one in change.settings:
        if {"all", str(one.path[0])} & names:
            return f"ignore_changes keeps terraform from changing {one.path[0]}"
    return None


def _ignored_names(address: str, tracer: Tracer) -> set[str]:
    """Attributes in `ignore_changes`, or "all"."""
    written = tracer.lifecycle(address, "ignore_changes") or ""
    return {word.split(".")[0] for word in _BETWEEN.split(written)}


def _set_back(change: ProposedChange, tracer: Tracer) -> str | None:
    """A group whose size is written stays as large as that, whatever its minimum and its policies say."""
    asked = {one.path for one in change.settings}
    if change.type != "aws_autoscaling_group" or ("min_size",) not in asked:
        return None
    written = tracer.argument(change.address, "desired_capacity")
    if written in (None, "null") or {"all", "desired_capacity"} & _ignored_names(change.address, tracer):
        return None
    return f"every apply sets the group back to desired_capacity = {written}: put that into ignore_changes first"


def _beyond_gp3(change: ProposedChange, planned: PlannedResource) -> str | None:
    """What gp3 cannot do; figures that are not known are left to the provider."""
    if change.type not in _VOLUME_FIELDS:
        return None
    prefix, type_name, size_name = _VOLUME_FIELDS[change.type]
    set_to = {one.path: one.after for one in change.settings}

    def figure(name: str) -> Any:
        path = (*prefix, name)
        return set_to.get(path, value_at(planned.values, path))

    if figure(type_name) != "gp3":
        return None
    return _gp3_limit(_whole(figure(size_name)), _whole(figure("iops")), _whole(figure("throughput")))


def _gp3_limit(size: int | None, iops: int | None, mibps: int | None) -> str | None:
    if size is not None and size > GP3_MOST_GIB:
        return f"gp3 volumes have at most {GP3_MOST_GIB:,} GiB in every region, this one has {size:,}"
    if iops is not None and size is not None and iops > max(_GP3_LEAST_IOPS, GP3_IOPS_PER_GIB * size):
        return f"gp3 allows {GP3_IOPS_PER_GIB} IOPS for each GiB: {iops:,} are too many for {size:,} GiB"
    if iops is not None and iops < _GP3_LEAST_IOPS:
        return f"gp3 takes no less than {_GP3_LEAST_IOPS:,} IOPS"
    given = iops or _GP3_LEAST_IOPS
    if mibps is not None and mibps > gp3_mibps_allowed(given):
        return f"gp3 allows a quarter MiB/s for each of its IOPS: {mibps:,} MiB/s are too much for {given:,}"
    if mibps is not None and mibps < _GP3_LEAST_MIBPS:
        return f"gp3 takes no less than {_GP3_LEAST_MIBPS} MiB/s"
    return None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def suggestion(change: ProposedChange) -> str:
    """What to write by hand."""
    written = ", ".join(f"{one.text()} = {spell(one.after)}" for one in change.settings)
    if change.new_block:
        return f"add a {change.new_block[0]} block with {written}"
    return f"add {change.address} with {written}" if change.beside else written
