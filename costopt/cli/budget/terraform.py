"""`costopt budget terraform`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import rich_click as click

from costopt.cli.options import Moment, aws_provider_option, config_option

_SHOWN = 40
"""Lines of what could not be said."""


@click.command("terraform")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option(
    "--cloud", type=click.Choice(["aws", "gcp"]), default="aws", show_default=True, help="Whose budgets are written."
)
@aws_provider_option
@click.option("--force", is_flag=True, help="Overwrite files that were changed by hand.")
@click.option("--now", type=Moment(), help="Time whose period the first limit is of; that of the clock otherwise.")
@config_option
def command(
    out: Path,
    cloud: Literal["aws", "gcp"],
    aws_major: str,
    force: bool,  # noqa: FBT001 - click's signature
    now: datetime | None,
    config_file: Path | None,
) -> int:
    """Write the budgets of the settings as AWS Budgets or those of Google Cloud. Nothing is applied.

    What the provider cannot be told is listed; a budget whose scope it cannot be told is not written at all, rather
    than one that watches something else. Example: costopt budget terraform --out budgets/
    """
    from costopt.config.layers import load
    from costopt.pipeline.budgets.native import write_native_budgets
    from costopt.renderers.clean import clean

    loaded = load(file=config_file)
    found = write_native_budgets(
        loaded.settings,
        cloud,
        out,
        now=now or datetime.now(UTC),
        origin=loaded.file.name if loaded.file else "the settings",
        aws_major=int(aws_major),
        force=force,
    )
    for path in found.placed.written:
        click.echo(str(out / path))
    for one in found.unsaid[:_SHOWN]:
        click.echo(clean(f"{one.budget}: {one.line}"), err=True)
    if len(found.unsaid) > _SHOWN:
        click.echo(f"{len(found.unsaid) - _SHOWN} more", err=True)
    left_out = len({one.budget for one in found.unsaid if one.is_left_out})
    click.echo(f"{found.written} budgets written, {left_out} left out", err=True)
    return 0
