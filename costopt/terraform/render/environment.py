"""The Jinja2 environments of Terraform and of YAML: every `{{ }}` is escaped, nothing may be undefined.

No template writes quotes around a value. Text that is Terraform's own goes through the filter `raw_hcl`, which takes
plain references and types only, and which templates use on constants only.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from costopt.errors import TerraformError
from costopt.terraform.render.escape import aligned, hcl_comment, hcl_key, hcl_value
from costopt.terraform.render.expressions import Expression, Written
from costopt.terraform.render.yaml_scalars import yaml_value

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()|~>])")
_INSTALLED = Path(__file__).parent / "_templates"
_CHECKOUT = Path(__file__).parents[3] / "terraform_templates"


def template_folder() -> Path:
    """The folder of templates: inside an installed package, else the checkout's `terraform_templates`.

    Raises:
        TerraformError: neither is there.
    """
    for folder in (_INSTALLED, _CHECKOUT):
        if (folder / "aws").is_dir():
            return folder
    raise TerraformError(
        f"the Terraform templates are missing from {_INSTALLED}",
        hint="Install the package again; its files are damaged.",
    )


def hcl_environment(folder: Path | None = None) -> ImmutableSandboxedEnvironment:
    """An environment that writes every value as Terraform, and fails on what is not defined."""
    environment = _environment(hcl_value, folder)
    environment.filters["raw_hcl"] = Expression
    environment.filters["arguments"] = _arguments
    environment.filters["call_arguments"] = _call_arguments
    environment.filters["markdown"] = _markdown
    return environment


def yaml_environment(folder: Path | None = None) -> ImmutableSandboxedEnvironment:
    """The same for YAML."""
    return _environment(yaml_value, folder)


def _environment(write: Callable[[Any], str], folder: Path | None) -> ImmutableSandboxedEnvironment:
    def finalize(value: Any) -> str:
        if isinstance(value, Undefined):
            return str(value)  # raises, and names what is missing
        return write(value)

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder or template_folder()),
        autoescape=False,  # `finalize` escapes, for this target
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["comment"] = lambda text: Written(hcl_comment(text))
    return environment


def _call_arguments(pairs: dict[str, Any]) -> Written:
    """Arguments of a call of a module: its source stands apart."""
    rest = {name: value for name, value in pairs.items() if name != "source"}
    return Written(_arguments({"source": pairs["source"]}) + ("\n" + _arguments(rest) if rest else ""))


def _markdown(text: str) -> Written:
    """Text in one line of Markdown, as it is read: everything that could mean something is escaped."""
    return Written(_MARKDOWN.sub(r"\\\1", hcl_comment(text)).replace("<", "&lt;").replace("@", "@\u200b"))


def _arguments(pairs: dict[str, Any]) -> Written:
    """Arguments of a block, one step indented."""
    return Written(aligned([(hcl_key(name), hcl_value(value, 1)) for name, value in pairs.items()], 1))
