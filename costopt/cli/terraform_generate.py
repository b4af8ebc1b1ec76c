"""`costopt terraform generate`."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from costopt.cli.options import Moment, aws_provider_option, config_option

_SHOWN = 20
"""Lines of what was left out."""


class _Tag(click.ParamType[tuple[str, str]]):
    """A tag as KEY=VALUE."""

    name = "key=value"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The tag."""
        if isinstance(value, tuple):
            return value
        key, equals, text = value.partition("=")
        if not equals or not key:
            self.fail(f"{value!r} is no tag, such as Team=payments", param, ctx)
        return key, text


@click.command("generate")
@click.option(
    "--plan", "plan_path", type=click.Path(path_type=Path), metavar="FILE", help="What `costopt plan -f json` wrote."
)
@click.option(
    "--workloads",
    "workloads_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Workloads: planned here, or beside --plan to say how each is cut.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--variant", default="recommended", show_default=True, help="Which plan: safe, recommended, cheapest.")
@click.option(
    "--with",
    "extras",
    multiple=True,
    metavar="MODULE",
    help="Write this module too, such as budget or rds. May repeat.",
)
@click.option("--tag", "tags", type=_Tag(), multiple=True, help="Tag of every resource. May repeat.")
@click.option("--region", metavar="NAME", help="Region of workloads whose region the plan does not tell.")
@click.option("--cluster", metavar="NAME", help="EKS or GKE cluster that pods run on.")
@aws_provider_option
@click.option("--force", is_flag=True, help="Overwrite files that were changed by hand.")
@click.option("--now", type=Moment(), help="Time to plan workloads from; that of the clock otherwise.")
@config_option
def command(
    plan_path: Path | None,
    workloads_path: Path | None,
    out: Path,
    variant: str,
    extras: tuple[str, ...],
    tags: tuple[tuple[str, str], ...],
    region: str | None,
    cluster: str | None,
    aws_major: str,
    force: bool,  # noqa: FBT001 - click's signature
    now: datetime | None,
    config_file: Path | None,
) -> int:
    """Write new Terraform modules for a plan, and a root that calls them. Nothing is applied.

    Example: costopt terraform generate --plan plan.json --with budget --out gen/
    """
    from costopt.config.layers import load
    from costopt.pipeline.terraform.generate import generate
    from costopt.terraform.render.planned.request import GenerateRequest

    request = GenerateRequest(
        variant=variant,
        extras=extras,
        cluster=cluster,
        region=region,
        tags=dict(tags),
        aws_major=int(aws_major),
    )
    found = generate(
        load(file=config_file).settings,
        request,
        out,
        plan_path=plan_path,
        workloads_path=workloads_path,
        now=now or datetime.now(UTC),
        force=force,
    )
    for path in found.placed.written:
        click.echo(str(out / path))
    for one in found.left_out[:_SHOWN]:
        click.echo(f"not written: {one.subject!r}: {one.reason}", err=True)
    if len(found.left_out) > _SHOWN:
        click.echo(f"not written: {len(found.left_out) - _SHOWN} more", err=True)
    click.echo(
        f"{len(found.placed.written)} files written, {len(found.placed.unchanged)} unchanged,"
        f" {len(found.placed.removed)} removed; {found.calls} modules called, {found.adopted} resources imported,"
        f" {len(found.left_out)} left out",
        err=True,
    )
    return 0
