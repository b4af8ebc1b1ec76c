"""The group `costopt budget`: its commands are imported only when they run."""

import importlib

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("budget_check", "Hold every budget against the bill, and tell whom it concerns. The job for cron."),
    "status": ("budget_status", "Show where every budget stands; nobody is told."),
    "channels": ("budget_channels", "Show who is told, and whether they can be."),
    "mute": ("budget_mute", "Tell nobody of one thing until a date."),
    "import": ("budget_import", "Print the budgets that the cloud has as [[budgets]]."),
    "terraform": ("budget_terraform", "Write the same budgets as those of AWS or Google Cloud."),
    "watch": ("budget_watch", "Check every day, in one process that stays."),
}
"""Command to module of `costopt.cli` and short help; each module has a `command`."""


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports only the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = importlib.import_module(f"costopt.cli.{COMMANDS[cmd_name][0]}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands and what they are for, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group("budget", cls=LazyCommands, no_args_is_help=True)
def command() -> None:
    """Watch budgets: what is spent, what will be, what is out of the ordinary, and why."""
