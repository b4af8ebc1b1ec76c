"""How much can go wrong when a change is applied, and so which wave it belongs to."""

from collections.abc import Mapping, Sequence
from typing import Any

from costopt.model.terraform_patch import ChangeKind, ProposedChange
from costopt.terraform.patch.semantics import ChangeRule, rule_of, ruled_paths

_WAVES = {
    ChangeKind.IN_PLACE: 1,
    ChangeKind.NEW_TEMPLATE_VERSION: 2,
    ChangeKind.MAINTENANCE_WINDOW: 2,
    ChangeKind.STOP_START: 3,
    ChangeKind.REPLACEMENT: 4,
}
_LAST_WAVE = max(_WAVES.values())


def rules_for(change: ProposedChange, values: Mapping[str, Any]) -> list[ChangeRule]:
    """The rows of the table that a change falls under, one for each attribute."""
    found = (rule_of(change.type, path, values) for path in ruled_paths(change))
    return [rule for rule in found if rule]


def kind_of(rules: Sequence[ChangeRule]) -> ChangeKind:
    """The kind with the most risk among the attributes of a change."""
    order = list(ChangeKind)
    return max((rule.kind for rule in rules), key=order.index)


def wave_of(change: ProposedChange, kind: ChangeKind) -> int:
    """1 for what can be applied first; what deletes data comes last."""
    return _LAST_WAVE if change.destructive else _WAVES[kind]
