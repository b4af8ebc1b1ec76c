"""A run of costopt that something else starts once a day."""

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

from costopt.errors import UsageError

_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,254}", re.ASCII)
"""References of images, loosely. Source: https://pkg.go.dev/github.com/distribution/reference"""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.ASCII)
_SCHEMES = ("s3", "gs", "bigquery")
LAST_HOUR, LAST_MINUTE = 23, 59
GOOGLE_EXPORT = "gcp-export"
BILL_KINDS = ("focus", "cur", GOOGLE_EXPORT)
"""What `costopt collect` calls bills that lie somewhere."""
CLOUDS = ("aws", "gcp")
"""What `costopt collect` calls the clouds that it reads."""


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
    """What `costopt collect` calls it; of `BILL_KINDS`."""
    uri: str
    """Where it is: `s3://bucket/prefix`, `gs://bucket/folder`, `bigquery://project.dataset.table`, or a path."""

    def __post_init__(self) -> None:
        """Refuse what `costopt collect` would, every day anew.

        Raises:
            UsageError: a place that no bill of the kind is read from.
        """
        found = _SCHEME.match(self.uri)
        if found and found[1] not in _SCHEMES:
            raise UsageError(f"no bill is read from {found[1]}://", hint=f"Known: {', '.join(_SCHEMES)}, or a path.")
        if found and found[1] == "bigquery" and self.kind != GOOGLE_EXPORT:
            raise UsageError(
                f"{self.uri} is no {self.kind}: BigQuery holds Google's own export",
                hint=f"Leave --bill-kind out for it, or give {GOOGLE_EXPORT}.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyRun:
    """Commands of costopt, one after the other, once a day.

    An audit runs only if what comes before it ended well. A budget check runs in any case: that a bill could not be
    taken in is what it has to tell, once the one that is there is late. Of several bills each is taken in.
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
    bills: tuple[BillSource, ...] = ()
    """Taken into the store first; none where something else keeps the store current."""
    clouds: tuple[str, ...] = ("aws",)
    """Whose accounts and projects an audit reads; of `CLOUDS`, at least one."""
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
        given = (self.time_zone, self.environment_file)
        paths = (self.config, self.executable, self.mail_to, *(one.uri for one in self.bills))
        return (*self.options, *paths, *(text for text in given if text is not None))

    @property
    def name(self) -> str:
        """Name of units and jobs: `costopt-budget-check`."""
        return "costopt-" + self.command.replace(" ", "-")

    def takes(self, config: str) -> tuple[tuple[str, ...], ...]:
        """Arguments of costopt for each bill that is taken in.

        Args:
            config: path of the file of settings.
        """
        return tuple(("collect", one.kind, one.uri, "--config", config) for one in self.bills)

    def works(self, config: str, snapshot: str) -> tuple[tuple[str, ...], ...]:
        """Arguments of costopt for what comes after the bills.

        Args:
            config: path of the file of settings.
            snapshot: folder that an audit reads one cloud into; several go to folders in one beside it, since a
                snapshot that an earlier schedule left there would be taken for the whole.
        """
        settings = ("--config", config)
        if self.command is ScheduledCommand.BUDGET_CHECK:
            return (("budget", "check", *settings, *self.options),)
        whole = snapshot if len(self.clouds) == 1 else f"{snapshot}s"
        places = {cloud: whole if len(self.clouds) == 1 else f"{whole}/{cloud}" for cloud in self.clouds}
        reads = (("collect", cloud, "--out", place, *settings) for cloud, place in places.items())
        return (*reads, ("audit", "--snapshot", whole, *settings, *self.options))

    def steps(self, config: str, snapshot: str) -> tuple[tuple[str, ...], ...]:
        """Arguments of costopt for every command; of `takes` and `works`."""
        return (*self.takes(config), *self.works(config, snapshot))

    @property
    def goes_on(self) -> bool:
        """Whether commands follow even where a bill could not be taken in."""
        return bool(self.bills) and self.command is ScheduledCommand.BUDGET_CHECK

    @property
    def needs_google(self) -> bool:
        """Whether it needs credentials for Google Cloud."""
        return not {"gcp", "bigquery"}.isdisjoint(self.extras)

    def shell_lines(self, program: str, config: str, snapshot: str) -> tuple[str, ...]:
        """Lines of `sh`, whose status is that of the first command that stops it, or else of the last failed taking."""
        takes, works = (
            [shlex.join((program, *step)) for step in steps]
            for steps in (self.takes(config), self.works(config, snapshot))
        )
        if not self.goes_on:
            return ("set -e", *takes, *works)
        return ("set -e", "taken=0", *(f"{one} || taken=$?" for one in takes), *works, "exit $taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """One file that a scheduler reads."""

    path: str
    """Where it belongs."""
    text: str
    """All of it, ending in a newline."""
