"""The command `costopt`: a group whose commands are imported only when they run."""

import sys
from io import TextIOWrapper

import click

from costopt.cli.exit import guarded
from costopt.cli.lazy_group import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Audit a made company: no account, no credentials, no network."),
    "init": ("init", "Write a commented costopt.toml."),
    "doctor": ("doctor", "Check configuration, credentials, prices and data."),
    "collect": ("collect", "Read an account into a snapshot, or bills into the store. Read-only."),
    "costs": ("costs", "Ask the bill: cost by service, account, tag, day or month."),
    "reconcile": ("reconcile", "Hold the store of bills against what was invoiced, to the cent."),
    "quality": ("quality", "Say what every bill holds, and which rules of FOCUS it breaks."),
    "export": ("export", "Write the bill as one clean FOCUS file."),
    "prices": ("prices", "Refresh, search and compare prices."),
    "audit": ("audit", "Find waste in a snapshot and report it."),
    "explain": ("explain", "Print the arithmetic behind one finding."),
    "checks": ("checks", "List the checks, or show one with its parameters."),
    "mute": ("mute", "Silence a finding until a date."),
    "plan": ("plan", "Choose sizes and commitments: the cheapest mix, with proof."),
    "backtest": ("backtest", "Replay policies of buying commitments on past demand."),
    "budget": ("budget.group", "Check budgets, foresee breaches, find anomalies, and tell whom it concerns."),
    "terraform": ("terraform", "Patch, generate, price and check Terraform; nothing is applied."),
    "schedule": ("schedule", "Print what makes cron, systemd or a cloud run it every day."),
    "config": ("config", "Show the settings and where each came from."),
    "permissions": ("permissions", "Print the least-privilege policy of the collectors."),
}
"""Command to module of `costopt.cli` and short help; each module has a `command`."""

GROUPS = {
    "Start": ["demo", "init", "doctor", "permissions"],
    "Data": ["collect", "prices"],
    "Bills": ["costs", "reconcile", "quality", "export"],
    "Decide": ["audit", "explain", "checks", "mute", "plan", "backtest"],
    "Watch": ["budget", "schedule"],
    "Change": ["terraform"],
    "Settings": ["config"],
}


class Costopt(LazyGroup):
    """All commands, by what they are for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return [name for names in GROUPS.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by what they are for, without importing any."""
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<11}", COMMANDS[name][1]) for name in names])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted and not ctx.resilient_parsing:
        from costopt.pipeline.version import tool_version

        click.echo(f"costopt {tool_version()}")
        ctx.exit()


@click.group(
    cls=Costopt,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
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
    from costopt.cli.logs import set_up

    set_up(verbose)


def main() -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A name in another script must never end a report, whatever the machine's encoding is.
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(guarded(costopt))
