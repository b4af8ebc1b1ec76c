"""The command `costopt`: a group whose commands are imported only when they run."""

import importlib
import sys
from typing import Any

import rich_click as click

from costopt.cli.exit import guarded

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Audit a made company: no account, no credentials, no network."),
    "init": ("init", "Write a commented costopt.toml."),
    "doctor": ("doctor", "Check configuration, credentials, prices and data."),
    "collect": ("collect", "Read a cloud account into a snapshot. Read-only."),
    "prices": ("prices", "Refresh, search and compare prices."),
    "audit": ("audit", "Find waste in a snapshot and report it."),
    "explain": ("explain", "Print the arithmetic behind one finding."),
    "checks": ("checks", "List the checks, or show one with its parameters."),
    "mute": ("mute", "Silence a finding until a date."),
    "config": ("config", "Show the settings and where each came from."),
    "permissions": ("permissions", "Print the least-privilege policy of the collectors."),
}
"""Command to module of `costopt.cli` and short help; each module has a `command`."""

GROUPS = {
    "Start": ["demo", "init", "doctor", "permissions"],
    "Data": ["collect", "prices"],
    "Decide": ["audit", "explain", "checks", "mute"],
    "Settings": ["config"],
}


class LazyGroup(click.RichGroup):
    """A group that knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported unless only the help page asks for it."""
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        if ctx.resilient_parsing or getattr(ctx, "costopt_listing", False):
            return click.RichCommand(name=cmd_name, help=summary)
        found: click.Command = importlib.import_module(f"costopt.cli.{module}").command
        return found

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help page, written without importing any command."""
        ctx.costopt_listing = True
        super().format_help(ctx, formatter)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted and not ctx.resilient_parsing:
        from costopt.pipeline.version import tool_version

        click.echo(f"costopt {tool_version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "COSTOPT"},
    no_args_is_help=True,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
)
@click.option("-v", "--verbose", count=True, help="Log more, on standard error.")
def costopt(verbose: int) -> None:
    """From a cloud bill to a reviewed change: find, price and explain waste.

    Read-only, offline on a saved snapshot. Results go to standard output, everything else to standard error.
    """
    if verbose:
        from costopt.cli.logs import set_up

        set_up(verbose)


costopt.command_groups = {"costopt": [{"name": name, "commands": names} for name, names in GROUPS.items()]}  # type: ignore[attr-defined]


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(guarded(costopt))
