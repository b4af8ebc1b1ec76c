"""Changes of a Terraform configuration: what is proposed, what was proven, and what a person has to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costopt.model.money import Money
from costopt.model.terraform import AttributePath, Engine, Value, path_text

PATCH_SCHEMA_VERSION = 1

Literal = str | bool | int | Decimal
"""What can be written into a configuration."""


class ChangeKind(StrEnum):
    """What the provider does when a change is applied, from the least to the most that can go wrong."""

    IN_PLACE = "in place"
    """Nothing stops."""
    NEW_TEMPLATE_VERSION = "new launch template version"
    """Nothing happens to what runs; new instances follow it."""
    MAINTENANCE_WINDOW = "next maintenance window"
    """Applied later, with a short outage then."""
    STOP_START = "stop and start"
    """An outage of minutes when it is applied."""
    REPLACEMENT = "replacement"
    """Destroyed and made anew: its data and identity are lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One attribute and what it should be."""

    path: AttributePath
    """From the resource: `("root_block_device", 0, "volume_type")`."""
    before: Value
    """What the live resource has; None where it is not known."""
    after: Literal
    """What it should have."""

    def text(self) -> str:
        """The path as terraform writes it."""
        return path_text(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """Something to change in one resource, all of it or nothing."""

    id: str
    """Where it comes from: the id of a finding, or the name of a workload. Hostile until escaped."""
    title: str
    """What it is about, such as `Instance is larger than its load`. Hostile until escaped."""
    address: str
    """Address of the resource."""
    type: str
    """Its type."""
    live: str
    """What the provider calls it, such as `i-0abc`. Hostile until escaped."""
    settings: tuple[Setting, ...]
    """What to set."""
    evidence: tuple[str, ...] = ()
    """What was observed, in sentences. Hostile until escaped."""
    monthly_before: Money | None = None
    """Cost a month of 730 hours today; None where a price is missing."""
    monthly_after: Money | None = None
    """Cost a month after the change; None where a price is missing."""
    destructive: bool = False
    """Whether applying it deletes data."""
    beside: str = ""
    """Address of the resource that this one, a new one, is added beside; "" where it exists and is changed."""
    new_block: AttributePath = ()
    """Nested block that is added to the resource with all of `settings` in it: `("lifecycle_rule", 1)`; () where
    attributes are set."""

    @property
    def key(self) -> tuple[str, str]:
        """Identity: one recommendation of one resource."""
        return self.address, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPlace:
    """A place in a file that was edited."""

    file: str
    """Relative to the directory of the configuration."""
    line: int
    """Line before the edit, from 1."""
    origin: str
    """What owns the value there: `literal`, `variable default`, `module argument`, ..."""
    via: tuple[str, ...] = ()
    """What led there from the resource: `var.instance_type`."""
    narrowed: tuple[str, ...] = ()
    """References that the edit replaced by a value of this resource's own, because others share what they lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenChange:
    """A proposed change that a plan has shown to do what it says, and no more."""

    change: ProposedChange
    """What was proposed."""
    places: tuple[EditedPlace, ...]
    """Where the files were edited for it."""
    kind: ChangeKind
    """What the provider does when it is applied."""
    notes: tuple[str, ...]
    """What to know before it is applied, in sentences."""
    rollback: str
    """How to go back."""
    sources: tuple[str, ...]
    """Where it is documented what the provider does."""
    wave: int
    """1 for what can be applied first, greater for more risk."""
    consequences: tuple[str, ...] = ()
    """Computed values that change with it, as declared: `aws_autoscaling_group.web.launch_template[0].version`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Something that a person has to change."""

    id: str
    """Where it comes from. Hostile until escaped."""
    title: str
    """What it is about. Hostile until escaped."""
    address: str
    """Address of the resource."""
    live: str
    """What the provider calls it. Hostile until escaped."""
    file: str | None
    """Where to look, relative to the directory of the configuration; None where there is no such place."""
    line: int | None
    """Line, from 1."""
    suggestion: str
    """What to write or do. Hostile until escaped."""
    reason: str
    """Why it was not done. Hostile until escaped."""
    monthly_before: Money | None = None
    """Cost a month today."""
    monthly_after: Money | None = None
    """Cost a month after the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A recommendation that leads to nothing in this configuration."""

    id: str
    """Where it comes from. Hostile until escaped."""
    title: str
    """What it is about. Hostile until escaped."""
    live: str
    """What the provider calls the resource. Hostile until escaped."""
    reason: str
    """Why, in words. Hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What came of a set of recommendations."""

    proven: tuple[ProvenChange, ...]
    """In waves, then by address."""
    by_hand: tuple[ByHand, ...]
    """By address."""
    unmatched: tuple[Unmatched, ...]
    """In the order of the recommendations."""
    files: Mapping[str, tuple[bytes, bytes]]
    """Edited files, by path relative to the directory of the configuration: content before and after."""
    engine: Engine
    """What evaluated the configuration before and after."""
    notes: tuple[str, ...] = ()
    """What else to know, such as a version of a provider that stood in for another."""
    plans: int = 0
    """How often the configuration was evaluated."""
    secret_lines: tuple[str, ...] = ()
    """File and line of what the diff shows around the edits and looks like a secret: `terraform.tfvars:3`."""
