"""Changes to the user's own configuration file that keep its comments and its order."""

import stat
from contextlib import suppress
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from costopt.config.settings import Mute
from costopt.errors import ConfigError

STARTER = """\
# costopt.toml - every key has a default; `costopt config show --origin` lists them all.

[aws]
# profile = "finops-readonly"          # profile of ~/.aws/config; default chain otherwise
# profiles = ["finops-govcloud"]        # more of them, of other partitions or organisations
# regions = ["us-east-1", "eu-west-1"] # all enabled regions otherwise
# organization_role = "CostoptReadOnly" # read every account of the organisation through this role
# max_api_cost_usd = 1.00              # CloudWatch charges $0.01 per 1,000 metrics

[audit]
# owner_tags = ["team", "owner"]
# ignore_tags = ["costopt:ignore", "env=sandbox", "/lifecycle=.*ephemeral.*/"]

[prices]
# discounts = { ec2 = 0.07 }           # negotiated discount off list prices, as a fraction

# [checks.ec2_idle]                    # `costopt checks ec2_idle` lists its parameters
# days = 14
"""


def add_mute(path: Path, mute: Mute) -> None:
    """Add a mute to a configuration file, or replace the one of the same finding; the rest stays as it is.

    Args:
        path: the file; it is made where there is none.
        mute: what to silence.

    Raises:
        ConfigError: the file cannot be read or written, or is not TOML.
    """
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except (OSError, ValueError, RecursionError, TOMLKitError) as error:
        raise ConfigError(f"cannot edit {path}: {error}", hint="Correct the file first.") from error
    mutes = document.get("mute")
    if not isinstance(mutes, AoT):
        mutes = tomlkit.aot()
        document["mute"] = mutes
    for index in reversed(range(len(mutes))):
        if mutes[index].get("id") == mute.id:
            del mutes[index]
    entry = tomlkit.table()
    entry.update({"id": mute.id, "until": mute.until, "reason": mute.reason})
    mutes.append(entry)
    _write(path, tomlkit.dumps(document))


def write_starter(path: Path) -> None:
    """Write a commented configuration file.

    Raises:
        ConfigError: there is one already, or it cannot be written.
    """
    if path.exists():
        raise ConfigError(f"{path} exists already", hint="Edit it; nothing was changed.")
    _write(path, STARTER)


def _write(path: Path, text: str) -> None:
    """The whole file or what was there before: a full disk must not cost the user's settings."""
    target = path.resolve()
    made = target.with_name(f".{target.name}.costopt-new")
    try:
        made.write_text(text, encoding="utf-8")
        if target.exists():
            made.chmod(stat.S_IMODE(target.stat().st_mode))
        made.replace(target)
    except OSError as error:
        with suppress(OSError):
            made.unlink()
        raise ConfigError(f"cannot write {path}: {error.strerror}", hint="Choose another file.") from error
