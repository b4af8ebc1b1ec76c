"""A crontab of the user who runs costopt.

Source: https://man7.org/linux/man-pages/man5/crontab.5.html; CRON_TZ is cronie's, and unknown to the cron of Debian.
"""

import shlex
from pathlib import PurePosixPath

from costopt.errors import UsageError
from costopt.model.schedule import DailyRun, ScheduleFile

LONGEST_LINE = 998
"""Bytes of a command that every cron takes; Debian's refuses more."""


def crontab(run: DailyRun) -> ScheduleFile:
    """The crontab.

    Raises:
        UsageError: a command that is too long for cron, or has a backslash, which crons do not agree on.
    """
    folder = str(PurePosixPath(run.config).parent)
    words = [word for step in run.steps(run.config, folder) for word in step]
    if any("\\" in word for word in (run.executable, run.environment_file or "", *words)):
        raise UsageError("a command for cron holds a backslash", hint="Write it without, or use --systemd.")
    line = f"{run.minute} {run.hour} * * * {_escaped(_command(run, folder))}"
    length = len(line.encode())
    if length > LONGEST_LINE:
        raise UsageError(f"a command of {length} bytes is too long for cron", hint="Give fewer options.")
    lines = [
        f"# {run.name}: install with `crontab {run.name}.cron`, or add it to yours with `crontab -e`.",
        "# A run writes only when it fails or a gate is met (exit 3), and cron mails that. flock leaves a run out",
        "# while the one before still works; a heartbeat address in the settings tells of runs that did not happen.",
        "SHELL=/bin/sh",
        f"MAILTO={run.mail_to}",
    ]
    if run.time_zone is None:
        lines.append("# The time is that of the machine's own zone.")
    else:
        lines += [
            "# Known to cronie (Fedora, RHEL, Arch); the cron of Debian and Ubuntu reads times in the machine's zone.",
            f"CRON_TZ={run.time_zone}",
        ]
    return ScheduleFile(path=f"{run.name}.cron", text="\n".join([*lines, line, ""]))


def _command(run: DailyRun, folder: str) -> str:
    """Silent where all is well; what was said where it is not."""
    first, *others = run.shell_lines(run.executable, run.config, f"{folder}/snapshot")
    locked = ("flock", "-n", "-E", "0", folder)
    script = "; ".join((first, *others))
    work = f"{shlex.join(locked)} {others[0]}" if len(others) == 1 else shlex.join((*locked, "sh", "-c", script))
    secrets = f"set -a; . {shlex.quote(run.environment_file)}; set +a; " if run.environment_file else ""
    return f"{secrets}said=$({work} 2>&1) || printf '%s\\n' \"$said\""


def _escaped(command: str) -> str:
    """A percent sign is a line break to cron."""
    return command.replace("%", "\\%")
