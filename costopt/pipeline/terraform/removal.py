"""What a person should know who removes a resource: nothing that is idle is ever deleted in silence."""

from collections.abc import Iterator
from pathlib import Path

from costopt.pipeline.terraform.changes import HandWork
from costopt.terraform.patch.difference import value_at
from costopt.terraform.patch.patch import relative
from costopt.terraform.trace.tracer import Tracer

_GUARDS = (("deletion_protection",), ("settings", 0, "deletion_protection_enabled"))
_SHOWN = 5
"""References that are named."""


def removal_reason(work: HandWork, tracer: Tracer, root: Path) -> str:
    """Why a resource is not removed, and what its removal has to look at: protection, and what refers to it.

    Args:
        work: the recommendation to remove it.
        tracer: of the configuration.
        root: directory of the configuration.
    """
    return "; ".join((work.reason, *_hints(work, tracer, root)))


def _hints(work: HandWork, tracer: Tracer, root: Path) -> Iterator[str]:
    address = work.match.address
    if work.match.path:
        yield f"it is a block of {address}"
        return
    guards = [".".join(str(step) for step in path if isinstance(step, str)) for path in _GUARDS if _is_on(work, path)]
    if tracer.lifecycle(address, "prevent_destroy") not in (None, "false"):
        guards.append("prevent_destroy")
    yield from (f"{guard} is set: switch it off and apply first" for guard in guards)
    places = [f"{relative(root, path)}:{line}" for path, line in tracer.referrers(address)]
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    yield f"named at {', '.join(places[:_SHOWN])}{more}" if places else "nothing else in its module names it"


def _is_on(work: HandWork, path: tuple[str | int, ...]) -> bool:
    return value_at(work.match.resource.values, path) is True
