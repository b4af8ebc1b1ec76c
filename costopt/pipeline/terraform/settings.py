"""Which attributes of a Terraform resource a recommendation sets."""

import re
from collections.abc import Mapping

from costopt.economics.ebs_cost import GP3_INCLUDED_IOPS, GP3_INCLUDED_MIBPS
from costopt.model.terraform import AttributePath
from costopt.model.terraform_patch import Literal, Setting
from costopt.pipeline.terraform.advice import Advice
from costopt.pipeline.terraform.settings_google import GOOGLE_MAKERS, Maker, leave_to_stop
from costopt.terraform.live_index import Match
from costopt.terraform.patch.additions import ABORT_DAYS
from costopt.terraform.patch.difference import value_at

_SIZE = {
    "aws_instance": "instance_type",
    "aws_spot_instance_request": "instance_type",
    "aws_db_instance": "instance_class",
    "aws_rds_cluster_instance": "instance_class",
    "aws_elasticache_cluster": "node_type",
    "aws_elasticache_replication_group": "node_type",
    "google_compute_instance": "machine_type",
    "google_compute_instance_from_template": "machine_type",
    "google_compute_instance_template": "machine_type",
    "google_compute_region_instance_template": "machine_type",
}
"""Type of a resource to the attribute that is its size."""
_DAYS = re.compile(r"([0-9]{1,9}) days")
_IOPS = re.compile(r"([0-9]{1,9}) IOPS")
_UNITS = re.compile(r"([0-9]{1,9}) read, ([0-9]{1,9}) write units")
_FLOOR = re.compile(r"Lower the minimum below ([0-9]{1,9}) ")


def settings_for(advice: Advice, match: Match) -> tuple[Setting, ...]:
    """What to set for a recommendation; () where that is for a person to decide.

    Args:
        advice: the recommendation.
        match: the resource that the state holds for it.
    """
    maker = MAKERS.get(advice.source)
    wanted = maker(advice, match) if maker else {}
    return tuple(
        Setting(path=path, before=value_at(match.resource.values, path), after=value) for path, value in wanted.items()
    )


def _size(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    attribute = _SIZE.get(match.resource.type)
    if not attribute or not advice.target:
        return {}
    return {(attribute,): advice.target, **leave_to_stop(match)}


def _gp3(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """The type, and figures only where they are above what every gp3 volume has."""
    type_name = _volume_type(match)
    if advice.target != "gp3" or advice.gp3_extra is None or type_name is None:
        return {}
    iops, mibps = advice.gp3_extra
    wanted: dict[AttributePath, Literal] = {(*match.path, type_name): "gp3"}
    had_iops = value_at(match.resource.values, (*match.path, "iops")) is not None
    if iops or (had_iops and _is_provisioned(match, type_name)):
        wanted[*match.path, "iops"] = GP3_INCLUDED_IOPS + iops
    if mibps:
        wanted[*match.path, "throughput"] = GP3_INCLUDED_MIBPS + mibps
    return wanted


def _volume_type(match: Match) -> str | None:
    if match.path:
        return "volume_type"
    return "type" if match.resource.type == "aws_ebs_volume" else None


def _is_provisioned(match: Match, type_name: str) -> bool:
    """Whether the configuration has to say how many IOPS the volume has, so that the figure stays otherwise."""
    return value_at(match.resource.values, (*match.path, type_name)) in ("io1", "io2")


def _iops(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    found = _IOPS.fullmatch(advice.target or "")
    return {(*match.path, "iops"): int(found[1])} if found and _volume_type(match) else {}


def _retention(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    found = _DAYS.fullmatch(advice.target or "")
    is_group = match.resource.type == "aws_cloudwatch_log_group"
    return {("retention_in_days",): int(found[1])} if found and is_group else {}


def _capacity(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    found = _UNITS.fullmatch(advice.target or "")
    if not found or match.resource.type != "aws_dynamodb_table":
        return {}
    return {("read_capacity",): int(found[1]), ("write_capacity",): int(found[2])}


def _uploads(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """Of a lifecycle configuration that the bucket gets."""
    found = _DAYS.fullmatch(advice.target or "")
    return {ABORT_DAYS: int(found[1])} if found and match.resource.type == "aws_s3_bucket" else {}


def _minimum(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """One less than the minimum that the group never left: the smallest step, after which its policy decides."""
    found = _FLOOR.match(advice.summary)
    floor = match.resource.values.get("min_size")
    if not found or match.resource.type != "aws_autoscaling_group" or floor != int(found[1]):
        return {}
    return {("min_size",): int(found[1]) - 1}


MAKERS: Mapping[str, Maker] = {
    "plan": _size,
    "ec2_rightsize": _size,
    "ec2_previous_generation": _size,
    "ec2_graviton": _size,
    "rds_rightsize": _size,
    "rds_previous_generation": _size,
    "ebs_gp2_to_gp3": _gp3,
    "ebs_io_to_gp3": _gp3,
    "ebs_iops_unused": _iops,
    "log_group_no_retention": _retention,
    "dynamodb_overprovisioned": _capacity,
    "s3_incomplete_uploads": _uploads,
    "asg_oversized_floor": _minimum,
    "gce_rightsize": _size,
    **GOOGLE_MAKERS,
}
"""Id of a check to what its recommendation sets; those of other checks are for a person: what is idle is never
deleted in silence."""
