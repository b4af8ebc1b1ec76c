"""`-f/--format` and `-o/--output`, which may repeat: each format goes to the output that follows it."""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from costopt.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "jsonl", "csv", "markdown", "html")
STDOUT = "-"
_PAIRS = "costopt.outputs"

Pair = tuple[str, str]
"""Format, and file or `-` for standard output."""


class OutputCommand(click.RichCommand):
    """A command that remembers which output followed which format."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and keep the pairs in the context."""
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        queues = {name: list(values.get(name) or ()) for name in ("formats", "outputs")}
        pairs: list[Pair] = []
        for parameter in order:
            if parameter.name == "formats":
                pairs.append((queues["formats"].pop(0), STDOUT))
            elif parameter.name == "outputs":
                _attach(pairs, queues["outputs"].pop(0))
        ctx.meta[_PAIRS] = tuple(pairs)
        return super().parse_args(ctx, args)


def _attach(pairs: list[Pair], output: str) -> None:
    """Give an output to the format before it, or guess the format from the file's name."""
    if pairs and pairs[-1][1] == STDOUT:
        pairs[-1] = (pairs[-1][0], output)
        return
    suffix = Path(output).suffix.removeprefix(".")
    guessed = {"md": "markdown", "htm": "html", "txt": "table"}.get(suffix, suffix)
    if guessed not in FORMATS:
        raise click.UsageError(f"-o {output} has no -f before it, and its name does not tell the format")
    pairs.append((guessed, output))


def output_options(function: F) -> F:
    """`-f` and `-o`."""
    function = click.option(
        "-o", "--output", "outputs", multiple=True, metavar="FILE", help="File for the format before it; - is stdout."
    )(function)
    return click.option(
        "-f",
        "--format",
        "formats",
        multiple=True,
        type=click.Choice(FORMATS),
        help="Format of the report; may repeat, each with its own -o. Default: table.",
    )(function)


def chosen(ctx: click.Context) -> Sequence[Pair]:
    """Formats and their outputs, in the order given; a table on standard output where none is."""
    pairs: Sequence[Pair] = ctx.meta.get(_PAIRS) or (("table", STDOUT),)
    if sum(output == STDOUT for _, output in pairs) > 1:
        raise UsageError("two formats for standard output", hint="Give all but one of them an -o FILE.")
    return pairs


def deliver(rendered: Sequence[tuple[str, str]]) -> None:
    """Write finished texts to their outputs; files first, each completely or not at all.

    Args:
        rendered: output and text.

    Raises:
        UsageError: a file cannot be written.
    """
    for output, text in rendered:
        if output != STDOUT:
            _write(Path(output), text)
    for output, text in rendered:
        if output == STDOUT:
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            sys.stdout.flush()


def _write(path: Path, text: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", hint="Choose another -o.") from error
