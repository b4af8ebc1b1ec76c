"""Which attributes of a Terraform resource of Google Cloud a recommendation sets."""

import re
from collections.abc import Callable, Mapping

from costopt.model.terraform import AttributePath
from costopt.model.terraform_patch import Literal
from costopt.pipeline.terraform.advice import Advice
from costopt.terraform.live_index import Match
from costopt.terraform.patch.difference import value_at

Maker = Callable[[Advice, Match], Mapping[AttributePath, Literal]]
"""From a recommendation and the resource that it is about to values by attribute; {} where that is for a person."""

LIFECYCLE_RULE = "lifecycle_rule"
"""Nested block of a bucket; one is added to those that are there."""
_COLD_AGE_DAYS = 90
"""Least storage time of Coldline: an object that moves there and stays is billed no longer than it lies.
Source: https://cloud.google.com/storage/docs/storage-classes#coldline."""
_TIER: AttributePath = ("settings", 0, "tier")
_RESERVED: AttributePath = ("specific_reservation", 0, "count")
_RUN = "google_cloud_run_v2_service"
_KEPT_WARM: tuple[AttributePath, ...] = (
    ("scaling", 0, "min_instance_count"),
    ("template", 0, "scaling", 0, "min_instance_count"),
)
"""Where a Cloud Run service says how many instances it keeps: as a whole, and for each revision."""
_KNATIVE_RUN = "google_cloud_run_service"
_KNATIVE_KEPT_WARM: tuple[AttributePath, ...] = (
    ("metadata", 0, "annotations", "run.googleapis.com/minScale"),
    ("template", 0, "metadata", 0, "annotations", "autoscaling.knative.dev/minScale"),
)
"""The same in the older resource, whose annotations are texts.
Source: https://cloud.google.com/run/docs/configuring/min-instances."""
_KNATIVE_THROTTLED: AttributePath = ("template", 0, "metadata", 0, "annotations", "run.googleapis.com/cpu-throttling")
"""Source: https://cloud.google.com/run/docs/configuring/billing-settings."""
_INSTANCES = ("google_compute_instance", "google_compute_instance_from_template")
_SLOTS = re.compile(r"[0-9]{1,9}")
_MACHINES = re.compile(r"Lower the reservation to ([0-9]{1,9}) machine")


def leave_to_stop(match: Match) -> Mapping[AttributePath, Literal]:
    """What Google's provider needs to change the type of a running machine; whoever wrote `false` decided otherwise."""
    values = match.resource.values
    is_needed = match.resource.type in _INSTANCES and values.get("desired_status") != "TERMINATED"
    return (
        {("allow_stopping_for_update",): True} if is_needed and values.get("allow_stopping_for_update") is None else {}
    )


def _tier(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    is_database = match.resource.type == "google_sql_database_instance"
    return {_TIER: advice.target} if advice.target and is_database else {}


def _kept_warm(_: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """None, wherever the state has some."""
    values = match.resource.values
    if match.resource.type == _RUN:
        return {path: 0 for path in _KEPT_WARM if value_at(values, path)}
    if match.resource.type == _KNATIVE_RUN:
        return {path: "0" for path in _KNATIVE_KEPT_WARM if value_at(values, path) not in (None, "", "0")}
    return {}


def _cpu_when_asked(_: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """CPU during requests only, for every container whose state has it always."""
    values = match.resource.values
    if match.resource.type == _KNATIVE_RUN:
        return {_KNATIVE_THROTTLED: "true"} if value_at(values, _KNATIVE_THROTTLED) == "false" else {}
    if match.resource.type != _RUN:
        return {}
    containers = value_at(values, ("template", 0, "containers"))
    paths: list[AttributePath] = [
        ("template", 0, "containers", place, "resources", 0, "cpu_idle")
        for place in range(len(containers) if isinstance(containers, list) else 0)
    ]
    return {path: True for path in paths if value_at(values, path) is False}


def _baseline(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    is_reservation = match.resource.type == "google_bigquery_reservation"
    slots = _SLOTS.fullmatch(advice.target or "")
    return {("slot_capacity",): int(slots[0])} if slots and is_reservation else {}


def _machines(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """As many as were in use at once; a reservation that nobody used is deleted, which is for a person."""
    found = _MACHINES.match(advice.summary)
    held = value_at(match.resource.values, _RESERVED)
    is_fewer = found and isinstance(held, int) and 0 < int(found[1]) < held
    return {_RESERVED: int(found[1])} if found and is_fewer else {}


def _colder(advice: Advice, match: Match) -> Mapping[AttributePath, Literal]:
    """One more lifecycle rule."""
    if match.resource.type != "google_storage_bucket" or not advice.target:
        return {}
    held = match.resource.values.get(LIFECYCLE_RULE)
    rule: AttributePath = (LIFECYCLE_RULE, len(held) if isinstance(held, list) else 0)
    return {
        (*rule, "condition", 0, "age"): _COLD_AGE_DAYS,
        (*rule, "action", 0, "type"): "SetStorageClass",
        (*rule, "action", 0, "storage_class"): advice.target,
    }


GOOGLE_MAKERS: Mapping[str, Maker] = {
    "bigquery_slots": _baseline,
    "cloudrun_cpu_allocation": _cpu_when_asked,
    "cloudrun_min_instances": _kept_warm,
    "gcs_tiering": _colder,
    "reservation_idle": _machines,
    "sql_rightsize": _tier,
}
"""Id of a check to what its recommendation sets."""
