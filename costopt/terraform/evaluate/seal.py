"""Seals a private copy before terraform sees it: what would run a program or call the network is overridden.

Two parts of terraform itself do that whatever the providers are. A backend is asked already by `init`, and the data
source `terraform_remote_state` asks the backend that it names while a plan is made; backends call their services, read
files that the configuration names, and may run programs for their credentials (`exec` of kubernetes,
`credential_process` of s3).

Sources: https://developer.hashicorp.com/terraform/language/files/override,
https://developer.hashicorp.com/terraform/language/backend/kubernetes and
https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from costopt.model.terraform import Unevaluated
from costopt.terraform.configuration.blocks import Block, Module
from costopt.terraform.configuration.directory import Configuration
from costopt.terraform.evaluate.hidden_blocks import check_nothing_hides
from costopt.terraform.evaluate.request import EngineUnfit

REMOTE_STATE = "terraform_remote_state"
_OVERRIDE = "costopt_override.tf"
_LONGEST_NAME = 255
"""Bytes of a file's name on the usual file systems."""
_LOCAL_BACKEND = 'terraform {\n  backend "local" {}\n}\n'
_DEFERRED = 'data "terraform_remote_state" "%s" {\n  backend = "local"\n  config  = { path = timestamp() }\n}\n'
"""A data source whose arguments are unknown is read when a plan is applied, which is never."""
_NAME = re.compile(r"[^\W\d][\w-]*")


def seal(configuration: Configuration, copied_root: Path) -> tuple[Unevaluated, ...]:
    """Override backends and remote states in a private copy; returns what is not read therefore.

    Raises:
        EngineUnfit: something cannot be overridden.
    """
    notes = []
    for folder, module in configuration.modules.items():
        where = os.path.relpath(folder, configuration.root.folder)
        copied = copied_root / where
        states = list(_remote_states(module))
        check_nothing_hides(module, frozenset({REMOTE_STATE}))
        override = "".join(_DEFERRED % _plain_name(block) for block in states)
        if module is configuration.root:
            override = _LOCAL_BACKEND + override
        if override:
            _write_last(copied, override)
        prefix = "" if module is configuration.root else f"{where}: "
        notes += [_not_read(block, prefix) for block in states]
    return tuple(notes)


def data_types(configuration: Configuration) -> Iterator[tuple[str, Block]]:
    """Types of all data sources, those within `check` blocks among them, each with the block that holds it."""
    for block in configuration.blocks("data", "check"):
        if block.type == "data":
            yield from ((label, block) for label in block.labels[:1])
            continue
        yield from ((nested.labels[0], block) for nested in block.nested("data") if nested.labels)
        in_json = block.argument("data")
        for one in _objects(in_json.value if in_json else None):
            yield from ((type_name, block) for type_name in one)


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _remote_states(module: Module) -> Iterator[Block]:
    alone = Configuration(root=module, modules={module.folder: module}, calls=())
    for type_name, block in data_types(alone):
        if type_name == REMOTE_STATE and block.type == "check":
            place = f"{block.file.name}:{block.line}"
            raise EngineUnfit(f"{place}: a {REMOTE_STATE} within a check would be read, which calls out")
        if type_name == REMOTE_STATE:
            yield block


def _plain_name(block: Block) -> str:
    if len(block.labels) != 2 or not _NAME.fullmatch(block.labels[1]):
        raise EngineUnfit(f"{block.file.name}:{block.line}: this {REMOTE_STATE} has no name that terraform takes")
    return block.labels[1]


def _write_last(folder: Path, text: str) -> None:
    """Write an override file that has the last word: terraform merges them in the order of their names."""
    try:
        last = max((os.fsencode(entry.name) for entry in folder.iterdir()), default=b"")
        name = max(last, b"zzzz") + b"_" + _OVERRIDE.encode()
        if len(name) > _LONGEST_NAME:
            raise EngineUnfit(f"a file in {folder.name} has too long a name to be overridden")
        (folder / os.fsdecode(name)).write_text(text)
    except OSError as error:
        raise EngineUnfit(f"nothing can be overridden in {folder.name}: {error.strerror}") from error


def _not_read(block: Block, prefix: str) -> Unevaluated:
    return Unevaluated(
        where=f"{prefix}data.{REMOTE_STATE}.{block.labels[1]} ({block.file.name}:{block.line})",
        reason="states of others are not read: its outputs are unknown",
    )
