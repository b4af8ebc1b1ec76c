"""`costopt audit`."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import rich_click as click

from costopt.cli.exit import GATE_MET, INCOMPLETE
from costopt.cli.options import Moment, config_option, snapshot_option, store_option
from costopt.cli.output import STDOUT, OutputCommand, chosen, deliver, output_options
from costopt.cli.screen import screen
from costopt.renderers.formats import counted


@click.command("audit", cls=OutputCommand)
@snapshot_option
@output_options
@store_option
@click.option("--no-bill", is_flag=True, help="Use list prices, whatever bills there are.")
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check; may repeat.")
@click.option(
    "--fail-on",
    default="never",
    show_default=True,
    metavar="GATE",
    help="Exit 3 on: any, waste, saving>=N (waste only), total>=N, check:ID.",
)
@click.option("--strict", is_flag=True, help="Exit 4 where something could not be read.")
@click.option("--now", type=Moment(), help="Time that ages are measured against; the snapshot's own otherwise.")
@click.option("--redact", is_flag=True, help="Mask ids, names, owners and accounts.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    snapshot_path: Path,
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    store: Path | None,
    no_bill: bool,  # noqa: FBT001 - click's signature
    checks: tuple[str, ...],
    fail_on: str,
    strict: bool,  # noqa: FBT001
    now: datetime | None,
    redact: bool,  # noqa: FBT001
    config_file: Path | None,
) -> int:
    """Find waste in a snapshot and report it.

    The money comes from the store of bills where there is one, else from list prices; nothing is read from the cloud.
    Example: costopt audit --snapshot snap/ -f html -o report.html --fail-on waste
    """
    from costopt.analyzer.gate import parse_gate
    from costopt.config.layers import load
    from costopt.pipeline.audit import audit
    from costopt.pipeline.paid.store import chosen_store
    from costopt.pipeline.present import render
    from costopt.renderers.summary import money_basis

    gate = parse_gate(fail_on)
    pairs = chosen(ctx)
    settings = load(file=config_file).settings
    if checks:
        settings = replace(settings, audit=replace(settings.audit, checks=checks))
    report = audit(snapshot_path, settings, now=now, store=chosen_store(settings, store, no_bill=no_bill))
    on_screen = screen()
    deliver(
        [
            (output, render(report, name, redacted=redact, snapshot=snapshot_path, store=store, **on_screen))
            if output == STDOUT
            else (output, render(report, name, redacted=redact))
            for name, output in pairs
        ]
    )
    gaps = sum(result.status.value == "gap" for result in report.coverage)
    line = _last_line(len(report.findings), str(report.totals.saving.amount.quantize(1)), gaps)
    click.echo(
        f"{line}; money: {'a bill' if redact and report.provenance.money.bills else money_basis(report)}", err=True
    )
    if not checks:
        _say_idle_mutes([mute.id for mute in settings.mute], {finding.id for finding in report.findings})
    if gate(report):
        click.echo(f"gate met: --fail-on {fail_on}", err=True)
        return GATE_MET
    return INCOMPLETE if strict and gaps else 0


def _say_idle_mutes(muted: list[str], found: set[str]) -> None:
    """Mutes that silence nothing: the finding is gone, or its id was mistyped."""
    idle = [id_ for id_ in muted if id_ not in found]
    if idle:
        more = f" and {len(idle) - 3} more" if len(idle) > 3 else ""
        click.echo(f"muted but not found: {', '.join(idle[:3])}{more}; costopt.toml can forget them", err=True)


def _last_line(findings: int, saving: str, gaps: int) -> str:
    partial = f"at least, {counted(gaps, 'scope')} not read" if gaps else "everything planned was read"
    return f"{counted(findings, 'finding')}, ${saving} a month ({partial})"
