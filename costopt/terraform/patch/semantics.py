"""What the provider does when an attribute changes: a table whose every row has a source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from costopt.model.terraform import AttributePath
from costopt.model.terraform_patch import ChangeKind, ProposedChange

_TABLES = ("semantics.toml", "semantics_google.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """One row of the table."""

    type: str
    """Type of the resource."""
    attribute: str
    """Path of the attribute without numbers, such as `root_block_device.iops`; of a block that is added its own."""
    kind: ChangeKind
    """What happens when it is applied."""
    note: str
    """What to know before, in sentences."""
    rollback: str
    """How to go back, in a sentence."""
    source: str
    """URL of the documentation."""
    when: Mapping[str, Any] = field(default_factory=dict)
    """Values of the resource that the row is for; {} for all."""
    needs: Mapping[str, Any] = field(default_factory=dict)
    """Values of the resource without which the provider refuses the change."""
    consequences: tuple[str, ...] = ()
    """Computed attributes of the resource that change with it."""


def rule_of(type_name: str, path: AttributePath, values: Mapping[str, Any]) -> ChangeRule | None:
    """The row for a change of an attribute, None where there is none.

    Args:
        type_name: type of the resource.
        path: of the attribute.
        values: of the resource.
    """
    attribute = ".".join(step for step in path if isinstance(step, str))
    for rule in change_rules().get((type_name, attribute), ()):
        if all(values.get(name) == wanted for name, wanted in rule.when.items()):
            return rule
    return None


def ruled_paths(change: ProposedChange) -> tuple[AttributePath, ...]:
    """What of a change has rows: each attribute, or the block that is added as a whole."""
    return (change.new_block,) if change.new_block else tuple(one.path for one in change.settings)


@cache
def change_rules() -> dict[tuple[str, str], tuple[ChangeRule, ...]]:
    """The table, by type and attribute."""
    found: dict[tuple[str, str], tuple[ChangeRule, ...]] = {}
    for name in _TABLES:
        text = files("costopt.terraform.patch").joinpath(name).read_text(encoding="utf-8")
        for row in tomllib.loads(text)["change"]:
            rule = ChangeRule(
                **{**row, "kind": ChangeKind(row["kind"]), "consequences": tuple(row.get("consequences", ()))}
            )
            key = (rule.type, rule.attribute)
            found[key] = (*found.get(key, ()), rule)
    return found
