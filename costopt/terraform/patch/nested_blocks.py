"""Nested blocks that a change adds to a resource: one more lifecycle rule of a bucket."""

from collections.abc import Iterator, Mapping
from typing import Any

from costopt.model.terraform import PlannedResource
from costopt.model.terraform_patch import ProposedChange
from costopt.terraform.hcl.source import Syntax, line_of
from costopt.terraform.hcl.spelling import spell
from costopt.terraform.patch.choices import Choice
from costopt.terraform.trace.place import Trace, Untraceable
from costopt.terraform.trace.tracer import Tracer

_Body = dict[str, Any]
"""Names to what is written there: a value, or the body of a nested block."""


def add_within(change: ProposedChange, planned: PlannedResource, tracer: Tracer) -> Choice | Untraceable:
    """The new block that a change is, and where it goes; or why a person has to write it.

    Args:
        change: with `new_block`, all of its settings in that.
        planned: the resource as the configuration has it.
        tracer: finds its block.
    """
    name, number = str(change.new_block[0]), change.new_block[1]
    place = tracer.inside(change.address, name)
    if isinstance(place, Untraceable):
        return place
    held = planned.values.get(name) or []
    if not isinstance(held, list) or len(held) != number:
        reason = f"the configuration has other {name} blocks than what is live: apply or correct it first"
        return Untraceable(reason, file=place.source.path, line=line_of(place.node))
    body = _body(change, place.source.syntax)
    text = "\n".join(_lines(name, body)) if place.source.syntax is Syntax.HCL else _object(body)
    return Choice(change=change, setting=change.settings[0], trace=Trace(places=(place,)), text=text)


def _body(change: ProposedChange, syntax: Syntax) -> _Body:
    """What the block says, by the paths of the settings; each nested block in it stands once."""
    body: _Body = {}
    for one in change.settings:
        *blocks, name = (step for step in one.path[len(change.new_block) :] if isinstance(step, str))
        inner = body
        for step in blocks:
            inner = inner.setdefault(step, {})
        inner[name] = spell(one.after, syntax)
    return body


def _lines(name: str, body: Mapping[str, Any]) -> Iterator[str]:
    """A block in HCL, as `terraform fmt` lays it out."""
    attributes = {key: value for key, value in body.items() if isinstance(value, str)}
    width = max(map(len, attributes), default=0)
    yield f"{name} {{"
    yield from (f"  {key:{width}} = {value}" for key, value in attributes.items())
    for position, (key, inner) in enumerate((key, value) for key, value in body.items() if key not in attributes):
        if attributes or position:
            yield ""
        yield from (f"  {line}" if line else "" for line in _lines(key, inner))
    yield "}"


def _object(body: Mapping[str, Any]) -> str:
    """The same in JSON, where a block that stands once is an object."""
    members = (f'"{key}": {value if isinstance(value, str) else _object(value)}' for key, value in body.items())
    return f"{{{', '.join(members)}}}"
