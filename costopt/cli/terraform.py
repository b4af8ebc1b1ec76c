"""The group `costopt terraform`: its commands are imported only when they run."""

import signal
import sys
from types import FrameType

import click

from costopt.cli.lazy_group import LazyGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "generate": ("terraform_generate", "Write right-sized modules for a plan or a file of workloads."),
    "patch": ("terraform_patch", "Turn findings into a proven change of your own configuration."),
    "cost": ("terraform_cost", "Price a configuration or a plan, resource by resource."),
    "check": ("terraform_check", "Check a configuration: the gate for CI."),
}
"""Command to module of `costopt.cli` and short help; each module has a `command`."""


@click.group("terraform", cls=LazyGroup, modules=COMMANDS, no_args_is_help=True)
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
