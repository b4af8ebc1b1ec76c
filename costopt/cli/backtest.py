"""`costopt backtest`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click
from click.core import ParameterSource

from costopt.cli.options import config_option, store_option
from costopt.cli.output import OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen
from costopt.errors import UsageError

DEFAULT_SEEDS = (0, 1, 2)


@click.command("backtest", cls=OutputCommand)
@click.option(
    "--demand",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV file of hourly demand, .gz or not: a row an hour and group, or a column a group.",
)
@click.option(
    "--snapshot",
    "snapshot_path",
    type=click.Path(path_type=Path, file_okay=False),
    help="Snapshot whose accounts' bill is replayed instead.",
)
@store_option
@config_option
@outputs_in(("table", "json", "markdown", "csv"))
@click.option("--time", "time_column", metavar="COLUMN", help="Column of the hour, UTC; found out otherwise.")
@click.option("--value", "value_column", metavar="COLUMN", help="Column of the demand; found out otherwise.")
@click.option("--group", "groups", multiple=True, metavar="COLUMN", help="Column that tells items apart; may repeat.")
@click.option("--apart", metavar="COLUMN", help="Column of customers that buy for themselves; a region otherwise.")
@click.option("--together", is_flag=True, help="All is one customer's.")
@click.option(
    "--unit",
    type=click.Choice(["units", "dollars"]),
    default="units",
    show_default=True,
    help="What demand is counted in; dollars are at on-demand prices.",
)
@click.option(
    "--fill",
    type=click.Choice(["refuse", "forward", "zero"]),
    default="refuse",
    show_default=True,
    help="What to do about missing hours.",
)
@click.option("--months", type=click.IntRange(2, 120), help="Only the last months of history; all otherwise.")
@click.option(
    "--month",
    "rhythm",
    type=click.Choice(["calendar", "average"]),
    default="calendar",
    show_default=True,
    help="Calendar months, or 730 hours each.",
)
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="ID",
    help="Only this policy and the default; may repeat. Ids are in -f csv.",
)
@click.option(
    "--seed", "seeds", multiple=True, type=click.IntRange(0), help="Draw of prices; may repeat. Default: 0, 1, 2."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    demand: Path | None,
    snapshot_path: Path | None,
    store: Path | None,
    config_file: Path | None,
    rhythm: str,
    policies: tuple[str, ...],
    seeds: tuple[int, ...],
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    **of_file: Any,
) -> int:
    """Replay policies of buying commitments on past demand.

    Each month is decided with what was known then, and settled with what happened, in the provider's order.
    Example: costopt backtest --demand hourly.csv.gz -f markdown -o backtest.md
    """
    from costopt.optimizer.backtest.calendar import Rhythm
    from costopt.renderers.backtest import render_backtest

    pairs = chosen(ctx)
    if (demand is None) == (snapshot_path is None):
        raise UsageError("give either --demand or --snapshot", hint="--demand takes a CSV file of hourly demand.")
    drawn = tuple(dict.fromkeys(seeds)) or DEFAULT_SEEDS
    shared: dict[str, Any] = {"policies": policies, "seeds": drawn, "rhythm": Rhythm(rhythm)}
    if snapshot_path is None:
        _refuse_options_without_effect(store, config_file, of_file)
        report = _replay_file(demand, shared, of_file)
    else:
        _refuse_options_of_files(ctx, of_file)
        report = _replay_bill(snapshot_path, shared, store, config_file)
    width = screen()["width"]
    deliver([(output, render_backtest(report, form, width=width)) for form, output in pairs])
    click.echo(f"{len(report.policies)} policies replayed; chosen: {report.chosen_policy}", err=True)
    return 0


def _replay_file(demand: Path | None, shared: Mapping[str, Any], of_file: Mapping[str, Any]) -> Any:
    from costopt.pipeline.backtest import BacktestRequest, Unit, run_backtest
    from costopt.pipeline.demand_file import Columns
    from costopt.pipeline.demand_holes import Fill

    assert demand is not None  # noqa: S101 - the caller has looked
    request = BacktestRequest(
        demand=demand,
        columns=Columns(time=of_file["time_column"], value=of_file["value_column"], groups=of_file["groups"] or None),
        fill=Fill(of_file["fill"]),
        unit=Unit(of_file["unit"]),
        apart=of_file["apart"],
        together=of_file["together"],
        months=of_file["months"],
        **shared,
    )
    return run_backtest(request, progress=_say)


def _replay_bill(snapshot: Path, shared: Mapping[str, Any], store: Path | None, config_file: Path | None) -> Any:
    from costopt.config.layers import load
    from costopt.pipeline.backtest_snapshot import backtest_snapshot
    from costopt.pipeline.paid.store import chosen_store

    settings = load(file=config_file).settings
    paid = chosen_store(settings, store, no_bill=False)
    return backtest_snapshot(snapshot, settings, store=paid, progress=_say, **shared)


def _refuse_options_of_files(ctx: click.Context, of_file: Mapping[str, Any]) -> None:
    """What only a file can be asked is not silently forgotten."""
    given = [name for name in of_file if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if given:
        option = next(one.opts[0] for one in ctx.command.params if one.name == given[0])
        raise UsageError(f"{option} is about a file of demand, and a snapshot is replayed", hint="Leave it away.")


def _refuse_options_without_effect(store: Path | None, config_file: Path | None, of_file: Mapping[str, Any]) -> None:
    """Nor is what only a snapshot can be asked, or what another option takes back."""
    beside = "--store" if store else "--config" if config_file else None
    if beside:
        raise UsageError(f"{beside} is about a snapshot, and a file of demand is replayed", hint="Leave it away.")
    if of_file["together"] and of_file["apart"]:
        raise UsageError("--together makes one customer, and --apart tells them apart", hint="Give one of them.")


def _say(line: str) -> None:
    """Names of a file are in it, and a terminal obeys what strangers wrote."""
    from costopt.renderers.clean import clean

    click.echo(clean(line), err=True)
