"""Options that several commands share."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

from costopt.errors import UsageError

DEFAULT_SNAPSHOT = Path("snapshot")
"""Where `costopt collect` writes unless told otherwise."""


_TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
"""Ages and look-backs are taken off these times; no snapshot is of another century."""


class Moment(click.ParamType[datetime]):
    """A date or time, ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Aware UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no ISO 8601 time, such as 2026-11-20 or 2026-11-20T06:00Z", param, ctx)
        if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
            self.fail(f"{value!r} is not between {_FIRST_YEAR} and {_LAST_YEAR}", param, ctx)
        return moment


class TimeOfDay(click.ParamType[tuple[int, int]]):
    """Hours and minutes, such as 07:00."""

    name = "hh:mm"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Hour and minute."""
        if isinstance(value, tuple):
            return value
        found = _TIME_OF_DAY.fullmatch(value)
        if found is None:
            self.fail(f"{value!r} is no time of day, such as 07:00", param, ctx)
        return int(found[1]), int(found[2])


F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """`--config`."""
    return click.option(
        "-c",
        "--config",
        "config_file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Configuration file; the nearest costopt.toml otherwise.",
    )(function)


def snapshot_option(function: F) -> F:
    """`--snapshot`, by default the directory that `costopt collect` writes."""
    return click.option(
        "--snapshot",
        "snapshot_path",
        type=click.Path(path_type=Path),
        callback=_snapshot,
        help="Directory that `costopt collect` or `costopt demo` wrote, or a folder of several, read as one. "
        f"Default: {DEFAULT_SNAPSHOT}, where it exists.",
    )(function)


def store_option(function: F) -> F:
    """`--store`, by default the setting `billing.store`."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory of the store of bills; the setting billing.store otherwise, which is bills.",
    )(function)


def aws_provider_option(function: F) -> F:
    """`--aws-provider`, a major version of the AWS provider of Terraform."""
    return click.option(
        "--aws-provider",
        "aws_major",
        type=click.Choice(["5", "6"]),
        default="6",
        show_default=True,
        help="Major version to write for.",
    )(function)


def snapshot_or_default(given: Path | None) -> Path:
    """The snapshot that was named, else the one that `costopt collect` writes.

    Raises:
        UsageError: none is named, and there is none.
    """
    if given is not None:
        return given
    if DEFAULT_SNAPSHOT.is_dir():
        return DEFAULT_SNAPSHOT
    made = Path("costopt-demo/snapshot")
    hint = f"There is --snapshot {made}, the made example." if made.is_dir() else "`costopt demo` shows a made example."
    raise UsageError(
        f"no --snapshot is given, and there is no {DEFAULT_SNAPSHOT}/ here",
        hint=f"`costopt collect aws` writes one from your account. {hint}",
    )


def _snapshot(_: click.Context, __: click.Parameter, given: Path | None) -> Path:
    return snapshot_or_default(given)
