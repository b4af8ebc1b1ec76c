"""`costopt terraform cost`."""

from datetime import UTC, datetime
from pathlib import Path

import rich_click as click

from costopt.cli.options import Moment, config_option, store_option
from costopt.cli.output import STDOUT, OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen
from costopt.cli.terraform_options import values_of, variable_options
from costopt.errors import UsageError


@click.command("cost", cls=OutputCommand)
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--usage",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="How much it is used: a YAML file of version 0.1, as Infracost made known.",
)
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), help="State of the directory, to price the change."
)
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path, file_okay=False),
    help="Snapshot of the state's accounts: shows what the bill says beside the estimate.",
)
@store_option
@click.option("--region", help="Region of resources whose provider does not say one.")
@variable_options
@outputs_in(("table", "json", "csv", "markdown"))
@click.option("--now", type=Moment(), help="Day of the estimate; today otherwise.")
@click.option("--redact", is_flag=True, help="Mask addresses; leave out sentences that hold names.")
@click.option("--strict", is_flag=True, help="Exit 4 where not everything has a price.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    source: Path,
    usage: Path | None,
    state: Path | None,
    snapshot: Path | None,
    store: Path | None,
    region: str | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    now: datetime | None,
    redact: bool,  # noqa: FBT001 - click's signature
    strict: bool,  # noqa: FBT001
    config_file: Path | None,
) -> int:
    """Price a configuration or a plan, resource by resource.

    SOURCE is a directory with .tf files, or a plan as `terraform show -json` prints it. What has no price says why;
    nothing is counted as 0 because it is not known. No cloud is asked.

    Example: costopt terraform cost infra/ --usage usage.yml -f markdown -o cost.md
    """
    from costopt.cli.exit import INCOMPLETE
    from costopt.config.layers import load
    from costopt.pipeline.paid.store import chosen_store
    from costopt.pipeline.terraform.cost import CostRequest, estimate_cost
    from costopt.renderers.terraform_cost import headline, render_cost
    from costopt.renderers.terraform_redact import redact_estimate

    pairs = chosen(ctx)
    if store is not None and snapshot is None:
        raise UsageError("--store without --snapshot", hint="A snapshot leads from the bill to live resources.")
    settings = load(file=config_file).settings
    request = CostRequest(
        source=source,
        snapshot=snapshot,
        store=chosen_store(settings, store, no_bill=False) if snapshot else None,
        day=(now or datetime.now(UTC)).date(),
        usage=usage,
        state=state,
        region=region,
        variables=values_of(variables),
        variable_files=variable_files,
    )
    found = estimate_cost(request, settings)
    if redact:
        found = redact_estimate(found)
    width = screen()["width"]
    deliver([
        (output, render_cost(found, form, width=width if output == STDOUT else 100)) for form, output in pairs
    ])  # fmt: skip
    click.echo(headline(found), err=True)
    return INCOMPLETE if strict and not found.complete else 0
