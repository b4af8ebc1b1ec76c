"""Puts an empty module in the place of each that is not installed, in a private copy, so that the rest can be planned.

Its variables are the arguments of the call; its outputs, which are those that others refer to, are known after apply.
What it would have made is missing from the plan, and the evaluation says so.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from costopt.model.terraform import Unevaluated
from costopt.terraform.configuration.blocks import Argument
from costopt.terraform.configuration.directory import Configuration, ModuleCall, configuration_files
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.evaluate.request import EngineUnfit

_UNKNOWN = "jsondecode(timestamp())"
"""Unknown while a plan is made, of no known type, so that it may stand for a list or an object as well."""
_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
_FOLDER = ".costopt-absent"


def stand_in_for_absent(configuration: Configuration, copied_root: Path) -> tuple[Unevaluated, ...]:
    """Redirect, in the copy, every call of a module that is not installed.

    Raises:
        EngineUnfit: a call cannot be redirected: it is in a JSON file, or hands providers over.
    """
    notes = []
    done: set[tuple[Path, int]] = set()
    for call in configuration.missing:
        if (call.block.file, call.block.line) not in done:
            done.add((call.block.file, call.block.line))
            _redirect(call, configuration, copied_root, f"{_FOLDER}-{len(done)}")
        where = f"{'.'.join(f'module.{name}' for name in call.path)} ({call.block.file.name}:{call.block.line})"
        notes.append(
            Unevaluated(
                where=where,
                reason=f"the module {call.source or 'of a computed source'} is not installed: run `terraform init`; "
                "its resources are missing, its outputs unknown",
            )
        )
    return tuple(notes)


def _redirect(call: ModuleCall, configuration: Configuration, copied_root: Path, folder: str) -> None:
    source = call.block.argument("source")
    if call.block.is_json or source is None or call.block.argument("providers"):
        raise EngineUnfit(f"{call.block.file.name}:{call.block.line}: module {'.'.join(call.path)} is not installed")
    copied = copied_root / os.path.relpath(call.block.file, configuration.root.folder)
    lines = copied.read_text("utf-8").split("\n")
    version = call.block.argument("version")
    _replace(lines, source, f'source = "./{folder}"')
    if version:
        _replace(lines, version, "")
    if not _leads_to(f"./{folder}", "\n".join(lines), call):
        raise EngineUnfit(f"{call.block.file.name}:{call.block.line}: module {'.'.join(call.path)} is not installed")
    copied.write_text("\n".join(lines), "utf-8")
    target = copied.parent / folder
    target.mkdir()
    (target / "main.tf").write_text("\n".join(_empty_module(call)), "utf-8")


def _replace(lines: list[str], argument: Argument, text: str) -> None:
    written = re.compile(rf"\b{argument.name}\s*=\s*{re.escape(argument.text)}")
    lines[argument.line - 1] = written.sub(lambda _: text, lines[argument.line - 1], count=1)


def _leads_to(source: str, rewritten: str, call: ModuleCall) -> bool:
    """Whether a call has this source now. One over several lines has not, and terraform would try to fetch it."""
    blocks = read_hcl(rewritten.encode(), call.block.file)
    block = next((one for one in blocks if (one.type, one.line) == ("module", call.block.line)), None)
    found = block.argument("source") if block else None
    return bool(block and found and found.value == source and block.argument("version") is None)


def _empty_module(call: ModuleCall) -> Iterator[str]:
    for argument in call.block.arguments:
        if argument.name not in _META:
            yield f'variable "{argument.name}" {{\n  type = any\n}}'
    for name in sorted(_referred(call)):
        yield f'output "{name}" {{\n  value = {_UNKNOWN}\n}}'


def _referred(call: ModuleCall) -> set[str]:
    """Outputs of the module that others in its caller's directory refer to."""
    files = configuration_files(call.block.file.parent)
    text = "".join(path.read_text("utf-8", "replace") for path in files)
    return set(re.findall(rf"\bmodule\.{re.escape(call.path[-1])}(?:\[[^\]\n]*\]|\.\*)?\.([A-Za-z_][\w-]*)", text))
