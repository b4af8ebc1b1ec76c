"""Changes to the user's own configuration file that keep its comments and its order."""

import stat
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from costopt.config.budget_settings import BudgetMute
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

[gcp]
# projects = ["my-project"]            # project of the credentials otherwise
# organizations = ["123456789012"]     # or all projects of an organisation, or of folders = ["..."]
# quota_project = "finops"             # whose quotas the calls count against
# slot_locations = ["europe-west4"]    # where BigQuery's slots may be, beside US, EU and datasets

[audit]
# owner_tags = ["team", "owner"]
# ignore_tags = ["costopt:ignore", "env=sandbox", "/lifecycle=.*ephemeral.*/"]

[plan]
# discount_rate = 0.08                 # your cost of capital a year, for what is paid upfront
# goal = "safe"                        # or cost; balanced otherwise

[prices]
# discounts = { ec2 = 0.07 }           # negotiated discount off list prices, as a fraction

# [[notify.channels]]                  # who is told of budgets; `costopt budget channels --send` tries them out
# name = "finops"
# kind = "slack"                       # or smtp, teams, webhook, sns, pubsub, apprise, console: docs/notifications.md
# url_env = "COSTOPT_SLACK_URL"        # the variable that holds the address; it never stands in this file

# [[budgets]]                          # one for each; docs/budgets.md has every key
# name = "production"
# amount = 25_000
# period = "month"                     # day, week, month, quarter, year, or rolling with rolling_days = 30
# scope = { SubAccountId = "111122223333", "tag:team" = ["web", "search"], not = { ServiceName = "Tax" } }
# thresholds = ["80%", "100%", "forecast 100%", "pace 130%"]
# owner = "web"

[budget]
# fail_on = "risk"                     # exit 3 on: breach, risk, anomaly, never
# group_by = ["ServiceName", "SubAccountId", "tag:team"]

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
    document = _parsed(path)
    _replace(document, "mute", "id", {"id": mute.id, "until": mute.until, "reason": mute.reason})
    _write(path, tomlkit.dumps(document))


def add_budget_mute(path: Path, mute: BudgetMute) -> None:
    """Add a silence of alerts to a configuration file, or replace the one of the same target.

    Args:
        path: the file; it is made where there is none.
        mute: what to silence.

    Raises:
        ConfigError: the file cannot be read or written, or is not TOML.
    """
    document = _parsed(path)
    section = document.get("budget")
    if not isinstance(section, MutableMapping):
        section = tomlkit.table(is_super_table=True)
        document["budget"] = section
    _replace(section, "mutes", "target", {"target": mute.target, "until": mute.until, "reason": mute.reason})
    _write(path, tomlkit.dumps(document))


def _parsed(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except (OSError, ValueError, RecursionError, TOMLKitError) as error:
        raise ConfigError(f"cannot edit {path}: {error}", hint="Correct the file first.") from error


def _replace(section: MutableMapping[str, Any], key: str, name: str, values: Mapping[str, Any]) -> None:
    """Add a table to the list of them under `key`, in place of those with the same `name`."""
    entries = section.get(key)
    if not isinstance(entries, AoT):
        entries = tomlkit.aot()
        section[key] = entries
    for index in reversed(range(len(entries))):
        if entries[index].get(name) == values[name]:
            del entries[index]
    entry = tomlkit.table()
    entry.update(values)
    entries.append(entry)


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
