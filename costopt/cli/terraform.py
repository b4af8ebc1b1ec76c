"""The group `costopt terraform`: its commands are imported only when they run."""

import importlib
import signal
import sys
from types import FrameType

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "generate": ("terraform_generate", "Write right-sized modules for a plan or a file of workloads."),
    "patch": ("terraform_patch", "Turn findings into a proven change of your own configuration."),
    "cost": ("terraform_cost", "Price a configuration or a plan, resource by resource."),
    "check": ("terraform_check", "Check a configuration: the gate for CI."),
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


@click.group("terraform", cls=LazyCommands, no_args_is_help=True)
def command() -> None:
    """Read, price, check, write and change Terraform. Never applies, never refreshes."""
    _clean_up_when_ended()


def _clean_up_when_ended() -> None:
    """Make a signal that ends the process an exit, so that private copies, which may hold a state, are removed first.

    Commands of terraform that run then are killed too. A signal that is ignored or handled already stays so.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
            click.get_current_context().call_on_close(lambda number=number: signal.signal(number, signal.SIG_DFL))


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
