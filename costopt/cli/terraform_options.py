"""Options of commands that evaluate a Terraform configuration."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from costopt.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


def variable_options(function: F) -> F:
    """`--var` and `--var-file`."""
    function = click.option(
        "--var-file",
        "variable_files",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="File of values that terraform does not read by itself.",
    )(function)
    return click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE", help="Value of a variable of the root."
    )(function)


def values_of(variables: tuple[str, ...]) -> dict[str, str]:
    """Names to values of `--var`.

    Raises:
        UsageError: one is no `NAME=VALUE`.
    """
    found = {}
    for text in variables:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--var {text} is not NAME=VALUE", hint="write --var region=eu-west-1")
        found[name] = value
    return found
