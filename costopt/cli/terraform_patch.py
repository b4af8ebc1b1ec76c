"""`costopt terraform patch`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from costopt.cli.options import config_option, store_option
from costopt.cli.terraform_options import values_of, variable_options

if TYPE_CHECKING:
    from costopt.model.terraform_patch import Patch
    from costopt.pipeline.terraform.output import Written


@click.command("patch")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="State of the directory: a terraform.tfstate, or the output of `terraform show -json`.",
)
@click.option("--snapshot", type=click.Path(path_type=Path), help="Audit this snapshot, and carry its findings out.")
@click.option("--report", type=click.Path(path_type=Path), help="Carry out this report of `costopt audit -f json`.")
@click.option("--plan", type=click.Path(path_type=Path), help="Carry out this plan of `costopt plan -f json`.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("pr"),
    show_default=True,
    help="Directory for patch.diff, body.md and patch.json.",
)
@click.option("--write", is_flag=True, help="Edit the files in place as well.")
@click.option("--allow-replace", is_flag=True, help="Also make changes that destroy a resource and make it anew.")
@variable_options
@click.option("--workspace", default="default", show_default=True, help="Workspace of the state.")
@click.option(
    "--installed-providers",
    is_flag=True,
    help="Prove with the provider plugins in .terraform: programs, which then run. Only for directories you trust.",
)
@click.option("--without-terraform", is_flag=True, help="Prove with tfparse where no terraform can plan.")
@store_option
@click.option("--no-bill", is_flag=True, help="Use list prices, whatever bills there are.")
@config_option
def command(
    folder: Path,
    state: Path,
    snapshot: Path | None,
    report: Path | None,
    plan: Path | None,
    out: Path,
    write: bool,  # noqa: FBT001 - click's signature
    allow_replace: bool,  # noqa: FBT001
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    workspace: str,
    installed_providers: bool,  # noqa: FBT001
    without_terraform: bool,  # noqa: FBT001
    store: Path | None,
    no_bill: bool,  # noqa: FBT001
    config_file: Path | None,
) -> int:
    """Turn findings into a change of your own Terraform that plans exactly as promised.

    Finds the place that owns each value, edits nothing but that, plans before and after, and keeps only edits that
    change what was asked and nothing else. Never applies, never refreshes, calls no network.

    Example: costopt terraform patch infra --state terraform.tfstate --snapshot snap/ --out pr/
    """
    from costopt.config.layers import load
    from costopt.pipeline.paid.store import chosen_store
    from costopt.pipeline.terraform.output import write_patch
    from costopt.pipeline.terraform.patch import PatchRequest, patch_configuration

    settings = load(file=config_file).settings
    bills = chosen_store(settings, store, no_bill=no_bill) if snapshot else None
    request = PatchRequest(
        folder=folder,
        state=state,
        snapshot=snapshot,
        report=report,
        plan=plan,
        store=bills,
        variables=values_of(variables),
        variable_files=variable_files,
        workspace=workspace,
        allow_replace=allow_replace,
        installed_providers=installed_providers,
        without_terraform=without_terraform,
    )
    patch = patch_configuration(request, settings)
    written = write_patch(patch, folder, out, in_place=write)
    _say(patch, written, in_place=write)
    return 0


def _say(patch: "Patch", written: "Written", *, in_place: bool) -> None:
    """The outcome: where it is on standard output, what it is on standard error."""
    from costopt.renderers.clean import clean
    from costopt.renderers.terraform_patch import headline

    click.echo(str(written.diff or written.body))
    click.echo(
        f"{headline(patch)}; {len(patch.by_hand):,} by hand, {len(patch.unmatched):,} not in this configuration."
        f" Read {written.body}.",
        err=True,
    )
    if written.diff and patch.secret_lines:
        shown = clean(", ".join(patch.secret_lines[:3]))
        click.echo(f"  {written.diff} shows lines that look like secrets, such as {shown}: mind who reads it", err=True)
    if written.diff and not in_place:
        base, diff = (shlex.quote(str(path)) for path in (written.base, written.diff.resolve()))
        click.echo(clean(f"  next: git -C {base} apply {diff}"), err=True)
