"""`costopt terraform check`."""

from pathlib import Path

import rich_click as click

from costopt.cli.output import STDOUT, OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen
from costopt.cli.terraform_options import values_of, variable_options


@click.command("check", cls=OutputCommand)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@variable_options
@click.option("--without-terraform", is_flag=True, help="Leave terraform alone: against the schemas only.")
@outputs_in(("table", "json", "sarif", "github"))
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    show_default=True,
    help="Exit 3 where there is something as bad.",
)
@click.option("--redact", is_flag=True, help="Mask addresses and files; a problem says only what its rule says.")
@click.option("--strict", is_flag=True, help="Exit 4 where a step could not be done.")
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    without_terraform: bool,  # noqa: FBT001 - click's signature
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    fail_on: str,
    redact: bool,  # noqa: FBT001
    strict: bool,  # noqa: FBT001
) -> int:
    """Check a configuration: the gate for CI.

    Always against the schemas of its providers; where terraform is there also its format, its validation and a plan,
    on a private copy, with stand-ins for the providers. No registry, no credentials, no cloud.

    Example: costopt terraform check infra/ -f table -f sarif -o check.sarif
    """
    from costopt.cli.exit import GATE_MET, INCOMPLETE
    from costopt.pipeline.terraform.check import check_configuration, gate_met
    from costopt.pipeline.version import tool_version
    from costopt.renderers.terraform_check import headline, render_check
    from costopt.renderers.terraform_redact import redact_check
    from costopt.terraform.check.check import CheckOptions

    pairs = chosen(ctx)
    options = CheckOptions(
        variables=values_of(variables), variable_files=variable_files, without_terraform=without_terraform
    )
    report = check_configuration(folder, options)
    if redact:
        report = redact_check(report)
    version, width, prefix = tool_version(), screen()["width"], "" if redact else _from_here(folder)
    deliver(
        [
            (
                output,
                render_check(report, form, version=version, prefix=prefix, width=width if output == STDOUT else 100),
            )
            for form, output in pairs
        ]
    )
    click.echo(headline(report), err=True)
    if gate_met(report, fail_on):
        return GATE_MET
    return INCOMPLETE if strict and not report.complete else 0


def _from_here(folder: Path) -> str:
    """The directory from where the command runs, which in CI is the repository; "" where it lies elsewhere."""
    here = Path.cwd().resolve()
    there = folder.resolve()
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else ""
