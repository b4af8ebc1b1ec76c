"""Layers of settings, later ones winning, and which layer each value came from."""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from platformdirs import user_config_path

from costopt.config.budget_settings import budgets_of, check_budget_settings
from costopt.config.notify_settings import check_notify
from costopt.config.plan_settings import check_plan_settings
from costopt.config.settings import DISCOUNTED_SERVICES, Settings
from costopt.errors import ConfigError

FILE = "costopt.toml"
MAX_BYTES = 2**20
"""Of a file; a thousand mutes take a tenth of it."""
_PATHS = ("store", "files")
"""Keys of `[billing]` that hold paths."""
_FINDING_ID = re.compile(r"F-[0-9a-f]{12}")
_SECTIONS = {name: hint for name, hint in get_type_hints(Settings).items() if is_dataclass(hint)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings, with the origin of every value that is not a default."""

    settings: Settings
    """The values."""
    origins: Mapping[str, str]
    """Dotted key to where its value was read: a file, `environment`, or `flag`."""
    file: Path | None
    """Project file that was read, if any."""


def load(
    *, file: Path | None = None, directory: Path | None = None, environ: Mapping[str, str] | None = None
) -> Loaded:
    """Settings of the user's file, the nearest project file and the environment, in rising order.

    Args:
        file: project file to use instead of the nearest one.
        directory: where the search for it begins; the current one by default. It ends at a repository's root.
        environ: environment, `os.environ` by default.

    Raises:
        ConfigError: a file that cannot be read, a key that does not exist, a value of the wrong type.
    """
    environ = os.environ if environ is None else environ
    project = file or nearest(directory or Path.cwd())
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    user = user_config_path("costopt") / FILE
    for path in (user if user.is_file() else None, project):
        if path is not None:
            _lay(merged, origins, _placed(read(path), path.parent), str(path))
    _lay(merged, origins, from_environment(environ), "environment")
    try:
        settings = msgspec.convert(merged, type=Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"configuration: {error}", hint=_where(str(error), origins)) from None
    _validate(settings)
    return Loaded(settings=settings, origins=origins, file=project)


def nearest(directory: Path) -> Path | None:
    """`costopt.toml` in `directory` or above it, up to the root of the repository."""
    for folder in (directory, *directory.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / ".git").exists():
            return None
    return None


def read(path: Path) -> dict[str, Any]:
    """Content of one file, its keys checked.

    Raises:
        ConfigError: unreadable, not TOML, or with a key that does not exist.
    """
    try:
        content = tomllib.loads(_text_of(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot read {path}: {reason}", hint="Name another file with --config.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {error}", hint="Correct the line that is named.") from error
    _refuse_unknown(content, Settings, "", str(path))
    return content


def _placed(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Content whose paths to bills are relative to the file that names them, not to where the command runs."""
    billing = content.get("billing")
    if not isinstance(billing, dict) or folder.absolute() == Path.cwd():
        return content
    paths = {key: billing[key] for key in _PATHS if key in billing}
    placed = {
        key: [str(folder / one) for one in value] if isinstance(value, list) else str(folder / value)
        for key, value in paths.items()
        if all(isinstance(one, str) for one in (value if isinstance(value, list) else [value]))
    }
    return content | {"billing": billing | placed}


def _text_of(path: Path) -> str:
    """Text of a file; a pipe or a device would never end.

    Raises:
        ConfigError: no file, or one that nobody wrote by hand.
        OSError: it cannot be read.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
        raise ConfigError(
            f"{path} is no configuration file: not an ordinary file of at most {MAX_BYTES:,} bytes",
            hint="Name another file with --config.",
        )
    return path.read_text(encoding="utf-8")


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Values of `COSTOPT_<SECTION>_<KEY>`; lists are separated by commas."""
    content: dict[str, Any] = {}
    for section, hint in _SECTIONS.items():
        kinds = get_type_hints(hint)
        for one in fields(hint):
            value = environ.get(f"COSTOPT_{section}_{one.name}".upper())
            if value is not None:
                listed = str(kinds[one.name]).startswith("tuple")
                parts = [part.strip() for part in value.split(",") if part.strip()]
                content.setdefault(section, {})[one.name] = parts if listed else value
    return content


def _lay(merged: dict[str, Any], origins: dict[str, str], layer: Mapping[str, Any], origin: str) -> None:
    for key, value in layer.items():
        if isinstance(value, dict):
            inner: dict[str, str] = {}
            if not isinstance(merged.get(key), dict):
                merged[key] = {}
            _lay(merged[key], inner, value, origin)
            origins.update({f"{key}.{name}": source for name, source in inner.items()})
        elif key == "mute" and isinstance(value, list):
            merged[key] = [*merged.get(key, []), *value]
            origins[key] = origin
        else:
            merged[key] = value
            origins[key] = origin


def _refuse_unknown(content: Mapping[str, Any], shape: Any, place: str, path: str) -> None:
    known = get_type_hints(shape)
    for key, value in content.items():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"Did you mean {place}{near[0]}?" if near else f"Known here: {', '.join(sorted(known))}."
            raise ConfigError(f"{path}: there is no setting {place}{key}", hint=hint)
        # A section, or each table of a list of them: `[[notify.channels]]` is tuple[ChannelSettings, ...].
        parts = value if isinstance(value, list) else [value]
        for part_shape in (known[key], *get_args(known[key])):
            for part in parts if is_dataclass(part_shape) else ():
                if isinstance(part, dict):
                    _refuse_unknown(part, part_shape, f"{place}{key}.", path)


def _validate(settings: Settings) -> None:
    check_notify(settings.notify)
    check_budget_settings(settings.budget)
    check_plan_settings(settings.plan)
    _require_channels(settings)
    for service, fraction in settings.prices.discounts.items():
        _require_discount(service, fraction)
    for cloud, cost in (("aws", settings.aws.max_api_cost_usd), ("gcp", settings.gcp.max_api_cost_usd)):
        if cost is not None and not 0 <= cost < float("inf"):
            raise ConfigError(f"{cloud}.max_api_cost_usd is {cost}", hint="Dollars, such as 1.00.")
    if "\0" in (settings.prices.directory or ""):
        raise ConfigError("prices.directory holds a zero byte", hint="Name a directory.")
    for pattern in settings.audit.ignore_tags:
        if pattern.startswith("/") and pattern.endswith("/"):
            _require_expression(pattern)
    _require_finding_ids(settings)


def _require_finding_ids(settings: Settings) -> None:
    for mute in settings.mute:
        if not _FINDING_ID.fullmatch(mute.id):
            raise ConfigError(
                f"mute.id is {mute.id!r}", hint="Ids look like F-0123456789ab; `costopt audit` prints them."
            )


def _require_channels(settings: Settings) -> None:
    """Refuse budgets that make no sense, and those that would tell a channel that is not there."""
    known = [channel.name for channel in settings.notify.channels]
    for budget in budgets_of(settings.budgets):
        unknown = next((name for name in budget.channels if name not in known), None)
        if unknown is not None:
            near = get_close_matches(unknown, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Write a [[notify.channels]] of that name."
            raise ConfigError(f"budget {budget.name!r}: there is no channel {unknown!r}", hint=hint)


def _require_discount(service: str, fraction: float) -> None:
    if service not in DISCOUNTED_SERVICES:
        near = get_close_matches(service, DISCOUNTED_SERVICES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(DISCOUNTED_SERVICES)}."
        raise ConfigError(f"prices.discounts: there is no service {service!r}", hint=hint)
    if not 0 <= fraction < 1:
        raise ConfigError(f"prices.discounts.{service} is {fraction}", hint="A discount is a fraction: 0.07 for 7 %.")


def _require_expression(pattern: str) -> None:
    """Refuse what RE2 does not take: it matches in linear time, so that no tag of a stranger can hang an audit."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern=pattern[1:-1])
    except pa.ArrowInvalid as error:
        raise ConfigError(
            f"audit.ignore_tags: {pattern} is no regular expression: {error}",
            hint="RE2 syntax, without look-around and back-references: https://github.com/google/re2/wiki/Syntax",
        ) from None


def _where(message: str, origins: Mapping[str, str]) -> str:
    """Which file the offending key of a validation message is in."""
    key = message.rpartition("`$.")[2].removesuffix("`")
    origin = origins.get(key)
    if origin:
        return f"See {key} in {origin}."
    root = re.split(r"[.\[]", key)[0]
    near = sorted({origin for name, origin in origins.items() if name.split(".")[0] == root})
    return f"See {root} in {', '.join(near)}." if near else "costopt config show --origin lists every value."


def rows(loaded: Loaded) -> Iterator[tuple[str, str, str]]:
    """Dotted key, value as text, and origin of every setting, sorted by key."""
    for section in fields(Settings):
        value = getattr(loaded.settings, section.name)
        if is_dataclass(value):
            entries = {f"{section.name}.{one.name}": getattr(value, one.name) for one in fields(value)}
        elif isinstance(value, Mapping):
            entries = {
                f"{section.name}.{id_}.{name}": inner for id_, part in value.items() for name, inner in part.items()
            }
        else:
            entries = {section.name: value}
        for key, entry in sorted(entries.items()):
            yield key, msgspec.json.encode(entry).decode(), _origin(key, loaded.origins)


def _origin(key: str, origins: Mapping[str, str]) -> str:
    nested = sorted({origin for name, origin in origins.items() if name == key or name.startswith(f"{key}.")})
    return ", ".join(nested) or "default"
