"""Where a variable of the root gets its value.

Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from costopt.terraform.hcl.json_tree import JsonNotEdited
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
        for file in reversed(self._files):
            if isinstance(file, JsonNotEdited):
                if f'"{name}"' in file.path.read_text(encoding="utf-8-sig", errors="replace"):
                    words = f"var.{name} is set in {file.path.name}: {file.reason}"
                    raise Untraceable(words, file=file.path, line=1)
                continue
            attribute = file.attribute(file.root, name)
            if attribute:
                return (file, expression_of(attribute)), Origin.VARIABLES_FILE
        place, line = at[0].path, line_of(at[1])
        if name in self._given:
            raise Untraceable(f"var.{name} is given with the command or the environment", file=place, line=line)
        for source, block in reversed(module.files.blocks("variable", name)):
            default = source.attribute(block, "default")
            if default:
                return (source, expression_of(default)), Origin.VARIABLE_DEFAULT
        raise Untraceable(f"var.{name} has no value in the files that Terraform reads by itself", file=place, line=line)

    @cached_property
    def _files(self) -> list[Source | JsonNotEdited]:
        """Files of values, the weakest first; of those that are not edited, why."""
        return [_parsed(path) for path in self._paths()]

    def _paths(self) -> Iterator[Path]:
        standard = (self._root / name for name in _STANDARD)
        automatic = (path for path in self._root.iterdir() if path.name.endswith(_AUTOMATIC))
        for path in (*standard, *sorted(automatic, key=lambda path: path.name), *self._named):
            if path.is_file():
                yield path.resolve()


def _parsed(path: Path) -> Source | JsonNotEdited:
    try:
        return parse_source(path, path.read_bytes())
    except JsonNotEdited as reason:
        return reason
