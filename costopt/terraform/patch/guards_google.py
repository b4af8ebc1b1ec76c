"""Reasons not to make a change of a resource of Google Cloud."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.economics.gce.machines import MachineType, machine_type
from costopt.economics.gce.series import takes_hyperdisks_alone
from costopt.errors import PriceNotFound
from costopt.model.terraform import AttributePath, PlannedResource
from costopt.model.terraform_patch import ProposedChange
from costopt.terraform.patch.difference import value_at
from costopt.terraform.trace.tracer import Tracer

_SIZE: AttributePath = ("machine_type",)
_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")
_CORES: AttributePath = ("advanced_machine_features", 0, "visible_core_count")
_TIER: AttributePath = ("network_performance_config", 0, "total_egress_bandwidth_tier")
_OF_A_SERIES: tuple[AttributePath, ...] = (
    ("min_cpu_platform",),
    ("confidential_instance_config", 0, "enable_confidential_compute"),
    ("confidential_instance_config", 0, "confidential_instance_type"),
    ("advanced_machine_features", 0, "enable_nested_virtualization"),
    ("advanced_machine_features", 0, "threads_per_core"),
    ("advanced_machine_features", 0, "performance_monitoring_unit"),
    _TIER,
)
"""What only some series can: another one may refuse it.
Source: https://cloud.google.com/compute/docs/general-purpose-machines and
https://cloud.google.com/compute/docs/instances/specify-min-cpu-platform."""
_TIER_1_VCPUS = 30
"""vCPUs from which on a machine may have the higher network tier.
Source: https://cloud.google.com/compute/docs/networking/configure-vm-with-high-bandwidth-configuration."""
_MACHINES = ("google_compute_instance", "google_compute_instance_from_template")
_TIER_OF_DATABASE: AttributePath = ("settings", 0, "tier")
_SIZED_FLAGS = frozenset(
    {
        "effective_cache_size",
        "innodb_buffer_pool_size",
        "max server memory (mb)",
        "max_connections",
        "shared_buffers",
    }
)
"""Flags that follow the memory of the tier unless they are written, and are refused, or starve it, where they do not.
Source: https://cloud.google.com/sql/docs/mysql/flags, the same page of postgres and of sqlserver."""
_REVISIONS: Mapping[str, AttributePath] = {
    "google_cloud_run_service": ("template", 0, "metadata", 0, "name"),
    "google_cloud_run_v2_service": ("template", 0, "revision"),
}
"""Where a Cloud Run service names the next revision; where it does not, Google does."""


def bound_to_series(change: ProposedChange, planned: PlannedResource) -> str | None:
    """What else a machine asks for that its new type may not have."""
    sizes = _sizes(change, planned)
    lost = next(_lost(planned, *sizes), None) if sizes else None
    return f"{lost}: whether {sizes[1].name} has it is for a person to check" if sizes and lost else None


def disks_do_not_move(change: ProposedChange, planned: PlannedResource) -> str | None:
    """Disks of a machine that its new type does not take."""
    sizes = _sizes(change, planned)
    if sizes is None or sizes[0].series == sizes[1].series:
        return None
    before, after = sizes
    if takes_hyperdisks_alone(after.name) and not takes_hyperdisks_alone(before.name):
        return f"{after.name} takes no Persistent Disk: make hyperdisks of its disks first"
    if any(str(kind).startswith("hyperdisk") for kind in _disk_types(planned)):
        return f"it has a hyperdisk: whether {after.name} takes it is for a person to check"
    return None


def _sizes(change: ProposedChange, planned: PlannedResource) -> tuple[MachineType, MachineType] | None:
    """The type of a machine before and after a change; None where it has none, or one that is not known."""
    new = next((str(one.after) for one in change.settings if one.path == _SIZE), None)
    old = value_at(planned.values, _SIZE)
    if new is None or not isinstance(old, str) or not change.type.startswith("google_compute_"):
        return None
    try:
        return machine_type(old.rpartition("/")[2]), machine_type(new)
    except PriceNotFound:
        return None


def _lost(planned: PlannedResource, before: MachineType, after: MachineType) -> Iterator[str]:
    asked = [(path, value) for path in _OF_A_SERIES if _is_asked(value := value_at(planned.values, path))]
    for path, value in asked if before.series != after.series else ():
        yield f"{path[-1]} = {str(value).lower() if value is True else value} is written for {before.series}"
    if _is_asked(value_at(planned.values, _CORES)):
        yield f"{_CORES[-1]} is written for {before.name}"
    if value_at(planned.values, _TIER) == "TIER_1" and after.vcpu < _TIER_1_VCPUS:
        yield f"{_TIER[-1]} = TIER_1 needs {_TIER_1_VCPUS} vCPUs"
    if any(one.get("count") != 0 for one in _blocks(planned, "guest_accelerator")):
        yield f"guest_accelerator is written for {before.name}"
    if any(one.get("type") == "SCRATCH" for one in _blocks(planned, "disk")):
        yield f"local SSD is written for {before.name}"


def _is_asked(value: Any) -> bool:
    """Whether something is asked for; what is not known before an apply is the provider's own default."""
    return value is True or (isinstance(value, str | int) and value not in (False, "", 0, "DEFAULT", "AUTOMATIC"))


def _disk_types(planned: PlannedResource) -> Iterator[Any]:
    """Types of its disks, as far as it writes them."""
    yield value_at(planned.values, ("boot_disk", 0, "initialize_params", 0, "type"))
    for one in _blocks(planned, "disk"):
        yield one.get("disk_type")


def _blocks(planned: PlannedResource, name: str) -> list[Mapping[str, Any]]:
    held = planned.values.get(name)
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []


def cannot_be_stopped(change: ProposedChange, planned: PlannedResource) -> str | None:
    """A machine with local SSDs is stopped only by who says what becomes of them, which the provider does not.

    Source: https://github.com/hashicorp/terraform-provider-google/issues/26173.
    """
    if change.type not in _MACHINES or all(one.path != _SIZE for one in change.settings):
        return None
    if planned.values.get("desired_status") == "TERMINATED" or not _blocks(planned, "scratch_disk"):
        return None
    return (
        "it has local SSDs, and the provider fails to stop such a machine: stop it by hand with --discard-local-ssd,"
        " which loses what is on them"
    )


def template_in_use(change: ProposedChange, tracer: Tracer) -> str | None:
    """Why a template cannot be exchanged while a group uses it.

    Source: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_instance_template
    (using with instance group manager).
    """
    if change.type not in _TEMPLATES:
        return None
    if tracer.argument(change.address, "name") not in (None, "null"):
        return "the name of the template is fixed, so that a new one cannot stand beside it: give it name_prefix first"
    if tracer.lifecycle(change.address, "create_before_destroy") != "true":
        return "terraform would destroy the template while its group uses it: give it create_before_destroy first"
    return None


def memory_is_fixed(change: ProposedChange, planned: PlannedResource) -> str | None:
    """Flags of a database that were written for the memory of its old tier."""
    if change.type != "google_sql_database_instance" or all(one.path != _TIER_OF_DATABASE for one in change.settings):
        return None
    flags = value_at(planned.values, ("settings", 0, "database_flags"))
    names = {str(one.get("name")) for one in flags if isinstance(one, Mapping)} if isinstance(flags, list) else set()
    fixed = ", ".join(sorted(names & _SIZED_FLAGS))
    return (
        f"database_flags set {fixed}, written for the memory of the old tier: bring them down with it"
        if fixed
        else None
    )


def revision_is_named(change: ProposedChange, planned: PlannedResource) -> str | None:
    """A changed template under the name of a revision that is there already is refused.

    Source: https://cloud.google.com/run/docs/managing/revisions.
    """
    path = _REVISIONS.get(change.type)
    if path is None or all(one.path[0] != "template" for one in change.settings):
        return None
    name = value_at(planned.values, path)
    if isinstance(name, str) and name:
        return f"the revision is named {name} in the configuration, and a changed one needs another name"
    return None
