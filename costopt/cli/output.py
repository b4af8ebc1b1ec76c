"""`-f/--format` and `-o/--output`, which may repeat: each format goes to the output that follows it."""

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from costopt.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = ("table", "json", "jsonl", "csv", "markdown", "html")
"""Of reports."""
BINARY = ("parquet",)
"""Formats that no terminal shows: they need a file."""
STDOUT = "-"
_PAIRS = "costopt.outputs"
_STAGED = ".costopt-"
"""How the names of files begin that are not yet in their place."""

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
    if guessed not in (*FORMATS, *BINARY):
        raise click.UsageError(f"-o {output} has no -f before it, and its name does not tell the format")
    pairs.append((guessed, output))


def output_options(function: F) -> F:
    """`-f` and `-o` of a report."""
    return outputs_in(FORMATS)(function)


def outputs_in(formats: Sequence[str]) -> Callable[[F], F]:
    """`-f` and `-o` for these formats."""

    def options(function: F) -> F:
        function = click.option(
            "-o",
            "--output",
            "outputs",
            multiple=True,
            metavar="FILE",
            help="File for the format before it; - is stdout.",
        )(function)
        return click.option(
            "-f",
            "--format",
            "formats",
            multiple=True,
            type=click.Choice(formats),
            help="Format; may repeat, each with its own -o. Default: table.",
        )(function)

    return options


def chosen(ctx: click.Context) -> Sequence[Pair]:
    """Formats and their outputs, in the order given; a table on standard output where none is."""
    pairs: Sequence[Pair] = ctx.meta.get(_PAIRS) or (("table", STDOUT),)
    outputs = [output for _, output in pairs]
    if outputs.count(STDOUT) > 1:
        raise UsageError("two formats for standard output", hint="Give all but one of them an -o FILE.")
    unseen = next((form for form, output in pairs if output == STDOUT and form in BINARY), None)
    if unseen:
        raise UsageError(f"{unseen} is not for standard output", hint=f"Give it a file: -f {unseen} -o FILE.")
    twice = next((output for output in outputs if outputs.count(output) > 1), None)
    if twice:
        raise UsageError(f"two formats for {twice}", hint="Give each its own -o FILE.")
    return pairs


def deliver(rendered: Sequence[tuple[str, str | bytes]]) -> None:
    """Write finished texts to their outputs: files first, all of them or none, then standard output.

    A link is replaced and what it points to stays. A device or a pipe, such as /dev/stdout, is written to.

    Args:
        rendered: output and text.

    Raises:
        UsageError: a file cannot be written.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for output, text in rendered:
            if output != STDOUT:
                with _named(output):
                    _stage(staged, Path(output), text)
        for made, path in staged:
            with _named(str(path)):
                made.replace(path)
    finally:
        for made, _ in staged:
            made.unlink(missing_ok=True)
    for output, text in rendered:
        if output == STDOUT and isinstance(text, str):
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            sys.stdout.flush()


@contextmanager
def _named(output: str) -> Iterator[None]:
    """An error of the system names the output."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}", hint="Choose another -o.") from error


def _stage(staged: list[tuple[Path, Path]], path: Path, text: str | bytes) -> None:
    """Write the text beside its place, with the permissions of the file that it replaces."""
    mode = _mode(path)
    content = text.encode() if isinstance(text, str) else text
    if not stat.S_ISREG(mode):
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_STAGED)
    staged.append((Path(name), path))
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    _finish(Path(name), mode)


def _finish(made: Path, mode: int) -> None:
    """Put the content of a staged file on disk, and give it its permissions."""
    with made.open("rb") as stream:
        os.fsync(stream.fileno())
    made.chmod(stat.S_IMODE(mode))


@contextmanager
def staged_file(output: str) -> Iterator[Path]:
    """A file for what is too large for memory: it comes to its place, whole, when the block ends without an error.

    As with `deliver`, a link is replaced, and a device or a pipe is written to, here after the block.

    Args:
        output: where it is to be.

    Yields:
        The path to write to; an empty file is there.

    Raises:
        UsageError: the output cannot be written.
    """
    place = Path(output)
    with _named(output):
        mode = _mode(place)
        regular = stat.S_ISREG(mode)
        handle, name = tempfile.mkstemp(dir=place.parent if regular else None, prefix=_STAGED)
        os.close(handle)
    made = Path(name)
    try:
        yield made
        with _named(output):
            if regular:
                _finish(made, mode)
                made.replace(place)
            else:
                _pour(made, place)
    finally:
        made.unlink(missing_ok=True)


def _pour(made: Path, place: Path) -> None:
    """Write a file's content to a device or a pipe."""
    with made.open("rb") as source, place.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _mode(path: Path) -> int:
    """Mode of what is there, else of a new file under the user's umask.

    Raises:
        IsADirectoryError: a folder is there.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mask = os.umask(0o077)
        os.umask(mask)
        return stat.S_IFREG | (0o666 & ~mask)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return mode
