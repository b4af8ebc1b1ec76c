"""A run of costopt that something else starts once a day."""

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

from costopt.errors import UsageError

_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}", re.ASCII)
"""References of images, loosely. Source: https://pkg.go.dev/github.com/distribution/reference"""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
LAST_HOUR, LAST_MINUTE = 23, 59


class Scheduler(StrEnum):
    """What starts the run."""

    CRON = "cron"
    SYSTEMD = "systemd"
    KUBERNETES = "k8s"
    GITHUB = "github"
    EVENTBRIDGE = "eventbridge"


class ScheduledCommand(StrEnum):
    """What is run."""

    BUDGET_CHECK = "budget check"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSource:
    """A bill that is taken in before the run."""

    kind: str
    """What `costopt collect` calls it: `focus`, `cur` or `gcp-export`."""
    uri: str
    """Where it is, such as `s3://bucket/prefix`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyRun:
    """Commands of costopt, one after the other, once a day.

    An audit runs only if what comes before it ended well. A budget check runs in any case: that a bill could not be
    taken in is what it has to tell, once the one that is there is late.
    """

    command: ScheduledCommand = ScheduledCommand.BUDGET_CHECK
    """What it is about."""
    options: tuple[str, ...] = ()
    """Further options of that command. Hostile until escaped."""
    hour: int = 7
    """0..23, in the time zone."""
    minute: int = 0
    """0..59."""
    time_zone: str | None = None
    """IANA name; None is UTC, and for cron the zone of the machine, since not every cron can be told another."""
    config: str = "/etc/costopt/costopt.toml"
    """Path of the file of settings where the run happens. Containers mount it at the default."""
    executable: str = "/usr/local/bin/costopt"
    """Absolute path of costopt, where the run is no container."""
    image: str = "localhost/costopt"
    """Reference of the image, where the run is a container."""
    bill: BillSource | None = None
    """Taken into the store first; None where something else keeps the store current."""
    secrets: tuple[str, ...] = ()
    """Environment variables that hold addresses of channels, and the like."""
    keeps_state: bool = True
    """Whether what people were told is kept beside the run; False where the settings name a place for it."""
    extras: tuple[str, ...] = ("notify",)
    """Extras of the package that the settings need, where the run installs it."""
    mail_to: str = "root"
    """Who cron writes to when a run fails."""
    environment_file: str | None = None
    """File of `NAME=value` lines with the secrets, for cron; systemd has its own."""

    def __post_init__(self) -> None:
        """Refuse what no scheduler can be told.

        Raises:
            UsageError: it names the value.
        """
        for text in self._texts():
            if not text.isprintable():
                raise UsageError(f"{text!r} holds a character that no schedule can", hint="Leave it out.")
        if not (0 <= self.hour <= LAST_HOUR and 0 <= self.minute <= LAST_MINUTE):
            raise UsageError(f"{self.hour}:{self.minute} is no time of day", hint="Give --at as 07:00.")
        if not _IMAGE.fullmatch(self.image):
            raise UsageError(f"{self.image!r} is no image", hint="Such as ghcr.io/example/costopt:1.0.0.")
        for name in self.secrets:
            if not _VARIABLE.fullmatch(name):
                raise UsageError(f"{name!r} is no name of an environment variable", hint="Such as SLACK_URL.")

    def _texts(self) -> tuple[str, ...]:
        given = (self.time_zone, self.environment_file, self.bill.uri if self.bill else None)
        paths = (self.config, self.executable, self.mail_to)
        return (*self.options, *paths, *(text for text in given if text is not None))

    @property
    def name(self) -> str:
        """Name of units and jobs: `costopt-budget-check`."""
        return "costopt-" + self.command.replace(" ", "-")

    def steps(self, config: str, snapshot: str) -> tuple[tuple[str, ...], ...]:
        """Arguments of costopt for each command.

        Args:
            config: path of the file of settings.
            snapshot: folder that an audit reads the account into.
        """
        settings = ("--config", config)
        collects = [("collect", self.bill.kind, self.bill.uri, *settings)] if self.bill else []
        if self.command is ScheduledCommand.BUDGET_CHECK:
            return (*collects, ("budget", "check", *settings, *self.options))
        account = ("collect", "aws", "--out", snapshot, *settings)
        return (*collects, account, ("audit", "--snapshot", snapshot, *settings, *self.options))

    @property
    def goes_on(self) -> bool:
        """Whether a command follows even where the bill could not be taken in."""
        return self.bill is not None and self.command is ScheduledCommand.BUDGET_CHECK

    def shell_lines(self, program: str, config: str, snapshot: str) -> tuple[str, ...]:
        """Lines of `sh`, whose status is that of the first command that stops it, or else of the taking in."""
        steps = [shlex.join((program, *step)) for step in self.steps(config, snapshot)]
        if not self.goes_on:
            return ("set -e", *steps)
        taking, *others = steps
        return ("set -e", "taken=0", f"{taking} || taken=$?", *others, "exit $taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """One file that a scheduler reads."""

    path: str
    """Where it belongs."""
    text: str
    """All of it, ending in a newline."""
