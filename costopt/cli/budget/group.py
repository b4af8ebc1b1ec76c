"""The group `costopt budget`: its commands are imported only when they run."""

import click

from costopt.cli.lazy_group import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("budget.check", "Hold every budget against the bill, and tell whom it concerns. The job for cron."),
    "status": ("budget.status", "Show where every budget stands; nobody is told."),
    "channels": ("budget.channels", "Show who is told, and whether they can be."),
    "mute": ("budget.mute", "Tell nobody of one thing until a date."),
    "import": ("budget.imported", "Print the budgets that the cloud has as [[budgets]]."),
    "terraform": ("budget.terraform", "Write the same budgets as those of AWS or Google Cloud."),
    "watch": ("budget.watch", "Check every day, in one process that stays."),
}
"""Command to module of `costopt.cli` and short help; each module has a `command`."""


@click.group("budget", cls=LazyGroup, modules=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Watch budgets: what is spent, what will be, what is out of the ordinary, and why."""
