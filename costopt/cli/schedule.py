"""`costopt schedule`."""

from pathlib import Path
from typing import Any

import rich_click as click

from costopt.cli.options import TimeOfDay, config_option
from costopt.model.schedule import BILL_KINDS, CLOUDS, GOOGLE_EXPORT, BillSource, DailyRun, ScheduledCommand, Scheduler

_SCHEDULERS = {
    "cron": "A crontab, with flock.",
    "systemd": "A service and a timer.",
    "k8s": "A CronJob with its ServiceAccount and volume.",
    "github": "A workflow of GitHub Actions.",
    "eventbridge": "Terraform for EventBridge Scheduler and ECS with Fargate.",
}
_ON_HOST = {"cron", "systemd"}
_CONFIG = "costopt.toml"
_COMMANDS = ("budget-check", "audit")
_BIGQUERY = "bigquery://"


def _scheduler_options(function: Any) -> Any:
    for name, text in reversed(_SCHEDULERS.items()):
        function = click.option(f"--{name}", "scheduler", flag_value=name, help=text)(function)
    return function


@click.group("schedule")
def command() -> None:
    """Print what makes cron, systemd, Kubernetes, GitHub or AWS run costopt once a day."""


@command.command("print")
@_scheduler_options
@click.option("--command", "job", type=click.Choice(_COMMANDS), default=_COMMANDS[0], show_default=True, help="What.")
@click.option("--at", type=TimeOfDay(), default="07:00", show_default=True, help="When, every day.")
@click.option(
    "--time-zone", metavar="NAME", help="Zone of --at, such as Europe/Berlin; UTC, and for cron the machine's."
)
@click.option("--image", metavar="REF", help="Image that containers run; the repository's Containerfile builds it.")
@click.option(
    "--bill",
    "bills",
    multiple=True,
    metavar="URI",
    help="Take this bill in before each run: s3://bucket/prefix, gs://bucket/folder or "
    "bigquery://project.dataset.table; may repeat.",
)
@click.option(
    "--bill-kind",
    "bill_kinds",
    multiple=True,
    type=click.Choice(BILL_KINDS),
    help="What they are: once for all, or once for each.  [default: focus, and gcp-export for bigquery://]",
)
@click.option(
    "--cloud",
    "clouds",
    multiple=True,
    type=click.Choice(CLOUDS),
    help="Whose accounts or projects an audit reads; may repeat.  [default: aws]",
)
@click.option("--executable", type=click.Path(path_type=Path), help="Path of costopt where cron or systemd runs it.")
@click.option("--mail-to", default="root", show_default=True, metavar="NAME", help="Whom cron writes to.")
@click.option("--environment-file", metavar="PATH", help="For cron: file of NAME=value lines with the secrets.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write files here, and print their paths."
)
@click.argument("options", nargs=-1, metavar="[-- OPTIONS...]")
@config_option
def print_(
    scheduler: str | None,
    job: str,
    at: tuple[int, int],
    time_zone: str | None,
    image: str | None,
    bills: tuple[str, ...],
    bill_kinds: tuple[str, ...],
    clouds: tuple[str, ...],
    executable: Path | None,
    mail_to: str,
    environment_file: str | None,
    out: Path | None,
    options: tuple[str, ...],
    config_file: Path | None,
) -> int:
    """Print files that are correct as they stand; further OPTIONS go to the command that is run.

    Example: costopt schedule print --k8s --image ghcr.io/example/costopt:1 --bill s3://exports/focus -- --fail-on risk
    """
    from costopt.config.layers import load, nearest
    from costopt.pipeline.schedule import (
        keeps_state,
        needed_extras,
        remarks,
        schedule_files,
        secret_variables,
        unseen_files,
    )
    from costopt.pipeline.version import tool_version

    if scheduler is None:
        raise click.UsageError(f"Name what starts it: {', '.join(f'--{name}' for name in _SCHEDULERS)}.")
    found = config_file or nearest(Path.cwd())
    if found is None:
        click.echo(
            f"note: there is no {_CONFIG} here: no secrets are named, and the state is kept by the run", err=True
        )
    settings = load(file=config_file).settings
    own_image = f"localhost/costopt:{tool_version()}"
    what = ScheduledCommand(job.replace("-", " "))
    if clouds and what is not ScheduledCommand.AUDIT:
        raise click.UsageError("--cloud is of an audit: give --command audit, too.")
    sources, read = _sources(bills, bill_kinds), tuple(dict.fromkeys(clouds)) or ("aws",)
    run = DailyRun(
        command=what,
        options=options,
        hour=at[0],
        minute=at[1],
        time_zone=time_zone,
        config=_config_path(scheduler, config_file, found),
        executable=_executable(executable),
        image=image or own_image,
        bills=sources,
        clouds=read,
        extras=needed_extras(settings, sources, read if what is ScheduledCommand.AUDIT else ()),
        secrets=secret_variables(settings),
        keeps_state=keeps_state(settings),
        mail_to=mail_to,
        environment_file=_absolute(environment_file),
    )
    files = schedule_files(Scheduler(scheduler), run)
    _deliver(files, out)
    told = remarks(Scheduler(scheduler), run, own_image, asks_engine=settings.engine.kind != "duckdb")
    for remark in (*told, *unseen_files(Scheduler(scheduler), settings)):
        click.echo(f"note: {remark}", err=True)
    return 0


def _sources(bills: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[BillSource, ...]:
    """Each bill with its kind.

    Raises:
        UsageError: kinds that cannot be told apart, or a kind that is not read from there.
    """
    if kinds and len(kinds) not in {1, len(bills)}:
        raise click.UsageError(f"{len(kinds)} times --bill-kind for {len(bills)} bills: once, or once for each.")
    if len(kinds) == len(bills):
        return tuple(BillSource(kind=kind, uri=uri) for kind, uri in zip(kinds, bills, strict=True))
    (usual,) = kinds or ("focus",)
    return tuple(BillSource(kind=GOOGLE_EXPORT if uri.startswith(_BIGQUERY) else usual, uri=uri) for uri in bills)


def _config_path(scheduler: str, given: Path | None, found: Path | None) -> str:
    """Where a run finds the settings: on this machine, or in the repository."""
    if scheduler not in _ON_HOST:
        return str(given or _CONFIG)
    return str(found.absolute()) if found else f"/etc/costopt/{_CONFIG}"


def _absolute(given: str | None) -> str | None:
    """A shell looks for a file that is named without a folder along its PATH, and cron starts elsewhere."""
    return given and str(Path(given).absolute())


def _executable(given: Path | None) -> str:
    """Absolute path of costopt: cron and systemd know next to no PATH."""
    import shutil

    found = given or Path(shutil.which("costopt") or "/usr/local/bin/costopt")
    return str(found.absolute())


def _deliver(files: Any, out: Path | None) -> None:
    """Print one file as it is, several each under its path, or write them."""
    for file in files:
        if out is not None:
            _write(out / file.path.lstrip("/"), file.text.encode())
        elif len(files) > 1:
            click.echo(f"# {file.path}\n{file.text}")
        else:
            click.echo(file.text, nl=False)


def _write(target: Path, content: bytes) -> None:
    from costopt.disk import replace_file

    if target.exists() and target.read_bytes() != content:
        raise click.UsageError(f"{target} is there and differs: remove it, or choose another folder with --out.")
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, content)
    target.chmod(0o644)
    click.echo(str(target))
