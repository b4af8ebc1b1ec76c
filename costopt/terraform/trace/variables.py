"""Where a variable of the root gets its value.

Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from costopt.errors import TerraformError
from costopt.terraform.hcl.source import Source, expression_of, line_of, parse_source
from costopt.terraform.trace.place import Origin, Untraceable
from costopt.terraform.trace.tree import Found, ModuleInstance

_STANDARD = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


class Variables:
    """Files of values, and values that were given with the command."""

    def __init__(self, root: Path, files: tuple[Path, ...] = (), given: Mapping[str, str] | None = None) -> None:
        """Say where values may come from.

        Args:
            root: directory of the root module.
            files: files of values that are named on the command line; later ones outrank.
            given: values that come from the environment (`TF_VAR_`), which every file outranks.
        """
        self._root = root
        self._named = files
        self._given = given or {}

    def owner(self, name: str, module: ModuleInstance, at: Found) -> tuple[Found, Origin]:
        """The expression that gives a variable of the root its value.

        Args:
            name: of the variable.
            module: the root module.
            at: where it is referred to, for messages.

        Raises:
            Untraceable: its value is not in a file that can be edited.
        """
        for path, source in reversed(self._files):
            attribute = source.attribute(source.root, name) if source else None
            if source and attribute:
                return (source, expression_of(attribute)), Origin.VARIABLES_FILE
            if source is None and name in _json_names(path):
                raise Untraceable(f"var.{name} is set in {path.name}, in JSON", file=path, line=_json_line(path, name))
        place, line = at[0].path, line_of(at[1])
        if name in self._given:
            raise Untraceable(f"var.{name} is given with the command or the environment", file=place, line=line)
        for source, block in reversed(module.files.blocks("variable", name)):
            default = source.attribute(block, "default")
            if default:
                return (source, expression_of(default)), Origin.VARIABLE_DEFAULT
        raise Untraceable(f"var.{name} has no value in the files that Terraform reads by itself", file=place, line=line)

    @cached_property
    def _files(self) -> list[tuple[Path, Source | None]]:
        """Files of values, the weakest first, each parsed; None for one in JSON."""
        return [
            (path, None if path.name.endswith(".json") else parse_source(path, path.read_bytes()))
            for path in self._paths()
        ]

    def _paths(self) -> Iterator[Path]:
        standard = (self._root / name for name in _STANDARD)
        automatic = (path for path in self._root.iterdir() if path.name.endswith(_AUTOMATIC))
        for path in (*standard, *sorted(automatic, key=lambda path: path.name), *self._named):
            if path.is_file():
                yield path.resolve()


def _json_names(path: Path) -> set[str]:
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TerraformError(f"{path}: this is not valid JSON: {error}", hint="correct the file") from error
    return set(document) if isinstance(document, dict) else set()


def _json_line(path: Path, name: str) -> int:
    """Line on which a name first stands as a key, 1 where it is written in another way."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.lstrip(" {,").startswith(f'"{name}"')), 1)
