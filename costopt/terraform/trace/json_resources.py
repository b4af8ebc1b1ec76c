"""Where a new resource goes in a configuration in JSON."""

from typing import TYPE_CHECKING

from costopt.terraform.hcl.source import Source, expression_of, objects
from costopt.terraform.trace.place import Origin, Place, Untraceable

if TYPE_CHECKING:
    from tree_sitter import Node


def json_resource_place(source: Source, type_name: str, name: str) -> Place | Untraceable:
    """The object that gets a new resource: that of its type, where there is one, or else that of all resources.

    Args:
        source: the file, which holds some resource.
        type_name: type of the new one.
        name: its name.
    """
    of_all = _only_object(source, source.root, "resource")
    if of_all is None:
        return Untraceable("the resources of the file stand in a list: add it there", file=source.path, line=1)
    if source.attribute(of_all, type_name) is None:
        return Place(source=source, node=of_all, origin=Origin.ADDED, added=type_name)
    of_type = _only_object(source, of_all, type_name)
    if of_type is None or source.attribute(of_type, name):
        return Untraceable(f"{type_name} stands in a list, or has a {name}", file=source.path, line=1)
    return Place(source=source, node=of_type, origin=Origin.ADDED, added=name)


def _only_object(source: Source, owner: "Node", name: str) -> "Node | None":
    """The object that a member is; None where it is a list."""
    member = source.attribute(owner, name)
    found = list(objects(expression_of(member))) if member else []
    is_plain = len(found) == 1 and found[0].start_byte == expression_of(member).start_byte if member else False
    return found[0] if is_plain else None
