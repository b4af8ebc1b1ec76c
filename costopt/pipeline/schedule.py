"""Files that make something else start costopt once a day."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from costopt.config.notify_settings import NotifySettings
from costopt.config.settings import Settings
from costopt.errors import UsageError
from costopt.model.schedule import BillSource, DailyRun, ScheduleFile, Scheduler
from costopt.pipeline.version import tool_version

LOCAL = frozenset({Scheduler.CRON, Scheduler.SYSTEMD})
"""Schedulers whose runs find the store of the run before."""


def schedule_files(scheduler: Scheduler, run: DailyRun) -> tuple[ScheduleFile, ...]:
    """The files of a scheduler, correct as they stand.

    Raises:
        UsageError: what the scheduler cannot be told.
        TerraformError: text that Terraform cannot hold.
    """
    if run.time_zone is not None:
        require_zone(run.time_zone)
    match scheduler:
        case Scheduler.CRON:
            from costopt.renderers.schedule.cron import crontab

            return (crontab(run),)
        case Scheduler.SYSTEMD:
            from costopt.renderers.schedule.systemd import units

            return units(run)
        case Scheduler.KUBERNETES:
            from costopt.renderers.schedule.kubernetes import manifest

            return (manifest(run),)
        case Scheduler.GITHUB:
            from costopt.renderers.schedule.github import workflow

            return (workflow(run, tool_version()),)
        case Scheduler.EVENTBRIDGE:
            from costopt.terraform.render.scheduled_run import render_scheduled_run

            return (render_scheduled_run(run, tool_version()),)


def require_zone(name: str) -> None:
    """Refuse what is no time zone.

    Raises:
        UsageError: it is none.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"there is no time zone {name!r}", hint="Give an IANA name: Europe/Berlin.") from error


def secret_variables(settings: Settings) -> tuple[str, ...]:
    """Environment variables that the settings read addresses and keys from, sorted."""
    notify, engine = settings.notify, settings.engine
    named = {notify.state_env, settings.budget.heartbeat_url_env}
    named |= {"SPARK_REMOTE"} if engine.kind == "spark" and engine.remote is None else set()
    named |= {name for channel in notify.channels for name in (channel.url_env, channel.secret_env)}
    return tuple(sorted(name for name in named if name))


def keeps_state(settings: Settings) -> bool:
    """Whether the state of alerts is a file, which has to survive from run to run."""
    return settings.notify.state_env is None and "://" not in settings.notify.state


def needed_extras(settings: Settings, bills: Sequence[BillSource], clouds: Sequence[str]) -> tuple[str, ...]:
    """Extras of the package that a run needs, sorted.

    Args:
        settings: of the run.
        bills: that are taken in.
        clouds: that are read; none where nothing is.
    """
    notify, engine = settings.notify, settings.engine
    wanted = {
        "notify": any(one.kind == "apprise" for one in notify.channels),
        "gcp": "gcp" in clouds or _needs_google(notify, bills),
        "postgres": notify.state_env is not None,  # the variable may hold the address of a database
        "forecast": settings.budget.forecast == "theta",
        engine.kind: engine.kind != "duckdb",  # the extra of an engine is called as it is
    }
    return tuple(sorted(name for name, is_wanted in wanted.items() if is_wanted))


def _needs_google(notify: NotifySettings, bills: Sequence[BillSource]) -> bool:
    named = (notify.state, *(one.uri for one in bills))
    at_google = any(one.startswith(("gs://", "bigquery://")) for one in named)
    return at_google or any(one.kind == "pubsub" for one in notify.channels)


IN_IMAGE = frozenset({"notify", "postgres"})
"""Extras that the repository's Containerfile installs."""


def unseen_files(scheduler: Scheduler, settings: Settings) -> tuple[str, ...]:
    """A sentence for each file of secrets that the settings name and that a run elsewhere does not see by itself."""
    if scheduler in LOCAL:
        return ()
    named = ((one.name, path) for one in settings.notify.channels for path in (one.url_file, one.secret_file) if path)
    return tuple(
        f"channel {name} reads {path}, which the run does not see: mount it, or use url_env" for name, path in named
    )


def remarks(scheduler: Scheduler, run: DailyRun, default_image: str, *, asks_engine: bool = False) -> tuple[str, ...]:
    """What has to be known beside the files, in sentences.

    Args:
        scheduler: whose files.
        run: what they start.
        default_image: of this version.
        asks_engine: whether the bill lies with an engine, so that none has to be taken in.
    """
    told = []
    if scheduler in {Scheduler.KUBERNETES, Scheduler.EVENTBRIDGE} and run.image == default_image:
        told.append(
            f"{default_image} is what `podman build -t {default_image} .` makes of the repository's Containerfile; "
            "push it to a registry of yours and name it with --image"
        )
        told += [
            f"the settings need cloud-costopt[{one}], which that image does not have: add it to "
            "requirements/container.lock"
            for one in run.extras
            if one not in IN_IMAGE
        ]
    if run.needs_google and scheduler is Scheduler.EVENTBRIDGE:
        told.append(
            "the task has no credentials for Google Cloud: let Workload Identity Federation trust its role, and name "
            "the file of it with GOOGLE_APPLICATION_CREDENTIALS"
        )
    if not run.bills and not asks_engine and scheduler not in LOCAL:
        told.append(
            "nothing takes the bill in: a run finds an empty store. Give --bill s3://bucket/prefix, "
            "gs://bucket/folder or bigquery://project.dataset.table"
        )
    if scheduler is Scheduler.GITHUB and run.keeps_state:
        told.append(
            "what people were told is lost after each run, so that they are told again: set notify.state to "
            "s3://bucket/key or gs://bucket/key"
        )
    return tuple(told)
