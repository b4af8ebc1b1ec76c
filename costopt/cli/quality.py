"""`costopt quality`."""

from pathlib import Path

import rich_click as click

from costopt.cli.exit import INCOMPLETE
from costopt.cli.options import config_option, store_option
from costopt.cli.output import OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen


@click.command("quality", cls=OutputCommand)
@store_option
@click.option("--strict", is_flag=True, help="Exit 4 where rows break a rule on which totals depend.")
@outputs_in(("table", "json"))
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    store: Path | None,
    strict: bool,  # noqa: FBT001 - click's signature
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    config_file: Path | None,
) -> int:
    """Say what every bill of the store holds, and which rules of FOCUS its rows break.

    Example: costopt quality --store bills/ -f json -o quality.json
    """
    from costopt.config.layers import load
    from costopt.pipeline.quality import assess_store
    from costopt.renderers.quality import render_quality

    pairs = chosen(ctx)
    found = assess_store(load(file=config_file).settings, store=store)
    width = screen()["width"]
    deliver([(output, render_quality(found, form, width=width)) for form, output in pairs])
    errors, warnings, not_run = len(found.errors), len(found.warnings), len(found.not_run)
    bills = f"{len(found.bills):,} bill{'' if len(found.bills) == 1 else 's'}"
    click.echo(
        f"{bills}, {len(found.results)} checks: {errors} broken on which totals depend, "
        f"{warnings} others broken, {not_run} not run",
        err=True,
    )
    return INCOMPLETE if strict and errors else 0
