"""How every command ends: exit codes and what is said on standard error."""

import os
import sys
import traceback
from typing import Any

import click

from costopt.errors import CostoptError

FAILED = 1
GATE_MET = 3
INCOMPLETE = 4
INTERRUPTED = 130

_CONTINUE = "What was read is kept: repeat the command with --resume."
_LONGEST = 1_000
"""Characters of a message; libraries can put a whole query into theirs."""


def guarded(command: Any) -> int:
    """Run `command` on the process's arguments.

    Returns:
        The exit code: 0 done, 1 failed, 2 usage, 3 a gate was met, 4 incomplete under --strict, 130 interrupted. A
        reader that closes standard output early, such as `head`, ends the command quietly with 1.
    """
    try:
        result = command.main(prog_name="costopt", standalone_mode=False)
    except CostoptError as error:
        _say(f"error: {error}", error.hint)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted", _CONTINUE if _command() == "collect" else "")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        _say(f"error: cannot read or write{place}: {error.strerror or error}", "Check the path and its permissions.")
        _trace()
        return FAILED
    except MemoryError:
        _say("error: there is not enough memory", "Audit fewer accounts at once, or use a larger machine.")
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last guard: a bug is reported as one, with its trace on request
        _say(f"error: this is a bug in costopt: {type(error).__name__}: {error}", "Run again with COSTOPT_DEBUG=1.")
        _trace()
        return FAILED
    return result if isinstance(result, int) else 0


def _command() -> str:
    """The first word on the command line that is no option."""
    return next((word for word in sys.argv[1:] if not word.startswith("-")), "")


def _trace() -> None:
    if os.environ.get("COSTOPT_DEBUG"):
        traceback.print_exc()


def _say(message: str, hint: str) -> None:
    """One line each: a message may hold names and texts that strangers wrote."""
    from costopt.renderers.clean import clean, shorten

    click.echo(shorten(clean(message), _LONGEST), err=True)
    if hint:
        click.echo(f"  next: {shorten(clean(hint), _LONGEST)}", err=True)
