"""`costopt plan`."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from costopt.cli.options import Moment, config_option, snapshot_or_default, store_option
from costopt.cli.output import STDOUT, OutputCommand, chosen, deliver, outputs_in
from costopt.cli.screen import screen

if TYPE_CHECKING:
    from costopt.config.settings import Settings
    from costopt.model.plan import Plan
    from costopt.pipeline.plan_request import PlanRequest

_FORMATS = ("table", "json", "markdown", "html")
_GOALS = ("cost", "balanced", "safe")


class Dollars(click.ParamType[Decimal]):
    """An amount of money, exact."""

    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The amount."""
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no amount of money, such as 5000", param, ctx)


@click.command("plan", cls=OutputCommand)
@click.option(
    "--snapshot",
    "snapshot_path",
    type=click.Path(path_type=Path),
    help="Directory that `costopt collect` or `costopt demo` wrote. Default: snapshot, where it exists.",
)
@click.option(
    "--workloads",
    "workloads_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Plan what this file describes, for something that does not exist yet.",
)
@click.option("--horizon", type=int, metavar="MONTHS", help="How far to look; by default 12, or as [plan] says.")
@click.option("--growth", type=float, default=0.0, show_default=True, metavar="SHARE", help="Of demand, a year: 0.2.")
@click.option("--max-risk", type=float, metavar="SHARE", help="Most to lose in a scenario, of what is saved: 0.1.")
@click.option(
    "--upfront-budget",
    type=Dollars(),
    metavar="DOLLARS",
    help="Most to pay at purchases; by default nothing is paid upfront.",
)
@click.option(
    "--discount-rate",
    type=float,
    metavar="SHARE",
    help="Your cost of capital a year, for what is paid upfront: 0.08; by default 0, or as [plan] says.",
)
@click.option("--goal", type=click.Choice(_GOALS), help="What to choose for; by default balanced, or as [plan] says.")
@click.option("--what-if", type=click.Path(path_type=Path), metavar="FILE", help="Scenarios of your own.")
@click.option("--time-limit", type=float, metavar="SECONDS", help="End the search then, with an honest gap.")
@outputs_in(_FORMATS)
@store_option
@click.option("--no-bill", is_flag=True, help="Use list prices and metrics, whatever bills there are.")
@click.option("--now", type=Moment(), help="Time to plan from; the snapshot's own otherwise, or that of the clock.")
@click.option("--redact", is_flag=True, help="Mask workloads, resources, accounts and bills.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    snapshot_path: Path | None,
    workloads_path: Path | None,
    horizon: int | None,
    growth: float,
    max_risk: float | None,
    upfront_budget: Decimal | None,
    discount_rate: float | None,
    goal: str | None,
    what_if: Path | None,
    time_limit: float | None,
    formats: tuple[str, ...],
    outputs: tuple[str, ...],
    store: Path | None,
    no_bill: bool,  # noqa: FBT001 - click's signature
    now: datetime | None,
    redact: bool,  # noqa: FBT001
    config_file: Path | None,
) -> int:
    """Choose what to run and what to buy: the cheapest mix that keeps its promises, with proof.

    Shows the estate as it is, a safe, a recommended and the cheapest plan side by side. Nothing is bought or changed.
    Exits 5 where no plan keeps every requirement.
    Example: costopt plan --snapshot snap/ --max-risk 0.1 -f html -o plan.html
    """
    from costopt.config.layers import load
    from costopt.model.plan import Goal
    from costopt.pipeline.plan_request import PlanRequest
    from costopt.pipeline.present_plan import render_plan
    from costopt.renderers.plan_registry import find_plan_renderer
    from costopt.renderers.plan_summary import last_line

    pairs = chosen(ctx)
    for form, _ in pairs:
        find_plan_renderer(form)  # a name of a file may ask for another format: say so before the work
    _refuse_contradiction(snapshot_path, workloads_path, store, no_bill=no_bill)
    settings = load(file=config_file).settings
    usual = settings.plan
    request = PlanRequest(
        horizon_months=usual.horizon_months if horizon is None else horizon,
        growth=growth,
        max_risk=usual.max_risk if max_risk is None else max_risk,
        upfront_budget=upfront_budget,
        discount_rate=usual.discount_rate if discount_rate is None else discount_rate,
        goal=Goal(goal or usual.goal),
        what_if=what_if,
        time_limit=time_limit,
    )
    if workloads_path is None:
        plan = _of_snapshot(snapshot_or_default(snapshot_path), settings, request, store, no_bill=no_bill, now=now)
    else:
        plan = _of_workloads(workloads_path, settings, request, now)
    on_screen = screen()
    deliver(
        [
            (output, render_plan(plan, form, redacted=redact, **on_screen))
            if output == STDOUT
            else (output, render_plan(plan, form, redacted=redact))
            for form, output in pairs
        ]
    )
    click.echo(last_line(plan), err=True)
    return 0


def _refuse_contradiction(snapshot: Path | None, workloads: Path | None, store: Path | None, *, no_bill: bool) -> None:
    """Options that would be left out of the answer."""
    from costopt.errors import UsageError

    if workloads is None:
        return
    beside = "--snapshot" if snapshot else "--store" if store else "--no-bill" if no_bill else None
    if beside:
        raise UsageError(
            f"--workloads does not take {beside}",
            hint=f"A file of workloads is planned at list prices: leave {beside} out, or --workloads.",
        )


def _of_snapshot(
    path: Path, settings: "Settings", request: "PlanRequest", store: Path | None, *, no_bill: bool, now: datetime | None
) -> "Plan":
    from costopt.pipeline.paid.store import chosen_store
    from costopt.pipeline.plan import plan_snapshot

    return plan_snapshot(path, settings, request, now=now, store=chosen_store(settings, store, no_bill=no_bill))


def _of_workloads(path: Path, settings: "Settings", request: "PlanRequest", now: datetime | None) -> "Plan":
    from costopt.pipeline.plan_workloads import plan_workloads

    return plan_workloads(path, settings, request, now=now or datetime.now(UTC))
