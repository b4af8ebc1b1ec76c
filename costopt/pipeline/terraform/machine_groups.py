"""Managed instance groups of Google Cloud: what is recommended for each of their machines is done in their template."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from costopt.model.resource import ResourceKey
from costopt.model.terraform import flatten
from costopt.pipeline.terraform.advice import Advice
from costopt.terraform.live_index import AddressIndex, Match, plain_name
from costopt.terraform.patch.difference import value_at
from costopt.terraform.state import State, StateResource

_GROUP = re.compile(r"Give (\S+) a template of ")
"""Begins the advice for a machine that a group made, which no state holds by itself."""
_MANAGERS = ("google_compute_instance_group_manager", "google_compute_region_instance_group_manager")
_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")


class MachineGroups:
    """Leads from recommendations for machines of groups to the templates that they are made from."""

    def __init__(self, advice: Iterable[Advice], state: State, index: AddressIndex) -> None:
        """Gather what is recommended for each group.

        Args:
            advice: all recommendations.
            state: what Terraform manages.
            index: of the state.
        """
        self._index = index
        self._users = _users(state)
        self._targets: dict[ResourceKey, dict[str, str | None]] = defaultdict(dict)
        for one in advice:
            group = group_of(one)
            if group and not one.set_aside:
                self._targets[group][one.resource] = one.target

    def find(self, group: ResourceKey) -> tuple[Match, ...]:
        """The places of a group."""
        return self._index.find(group)

    def place(self, advice: Advice, held: Match) -> Match | str:
        """Where to change the type of a machine: in the template that all of its group are made from, or in itself.

        Returns:
            The place, or why a person has to do it.
        """
        group = group_of(advice)
        if group is None or held.resource.type not in _MANAGERS:
            return held
        reason = _why_not_all(self._targets[group], held.resource.values.get("target_size"))
        return reason or self._template(held.resource)

    def _template(self, manager: StateResource) -> Match | str:
        """The one template of a group, which no other has."""
        versions = manager.values.get("version")
        if not isinstance(versions, list) or len(versions) != 1:
            return "its group makes machines from several templates: change that of the version that stays"
        name = str(value_at(versions, (0, "instance_template")))
        found = [one for one in self._index.find_name(name) if one.resource.type in _TEMPLATES]
        if len(found) != 1:
            return "its group makes machines from a template that this state does not hold: give it a new one"
        others = self._users[plain_name(name)] - {manager.address}
        if others:
            return (
                f"the template of its group is that of {', '.join(sorted(others))} too: give the group one of its own"
            )
        return found[0]


def group_of(advice: Advice) -> ResourceKey | None:
    """The group that made the machine that a recommendation is about; None for a machine that stands alone."""
    named = _GROUP.match(advice.summary)
    return advice.key._replace(kind="managed_instance_group", id=named[1]) if named and advice.key else None


def _why_not_all(targets: Mapping[str, str | None], size: object) -> str | None:
    """Why not all machines of a group can get the same type."""
    if not isinstance(size, int) or len(targets) != size:
        whole = size if isinstance(size, int) else "an unknown number"
        return (
            f"its group makes machines from a template, and a smaller type is known to suit {len(targets)} of {whole}:"
            " give it a new one, once all of its members allow it"
        )
    if len(set(targets.values())) > 1:
        sizes = ", ".join(sorted(str(one) for one in set(targets.values())))
        return f"the machines of its group could do with different types ({sizes}), and have one template"
    return None


def _users(state: State) -> Mapping[str, set[str]]:
    """Plain names of templates to the resources that name them, other than templates."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in state.managed():
        if one.type not in _TEMPLATES:
            for _, value in flatten(one.values):
                if isinstance(value, str) and "/instanceTemplates/" in value:
                    found[plain_name(value)].add(one.address)
    return found
