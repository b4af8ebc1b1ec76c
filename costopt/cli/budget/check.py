"""`costopt budget check`."""

import time
from typing import TYPE_CHECKING

import rich_click as click

from costopt.cli.budget.look import Look, look_options
from costopt.cli.exit import FAILED, GATE_MET, INCOMPLETE
from costopt.cli.output import OutputCommand

if TYPE_CHECKING:
    from costopt.config.layers import Loaded
    from costopt.model.budget_check import Gate
    from costopt.model.delivery import Delivery
    from costopt.pipeline.budgets.check import CheckRun


@click.command("check", cls=OutputCommand)
@look_options
@click.option(
    "--fail-on",
    type=click.Choice(["breach", "risk", "anomaly", "never"]),
    help="Exit 3 on it.  [default: budget.fail_on, which is breach]",
)
@click.option("--strict", is_flag=True, help="Exit 4 where something could not be judged or told.")
def command(look: Look, fail_on: str | None, strict: bool) -> int:  # noqa: FBT001 - click's signature
    """Hold every budget against the bill, look for anomalies, and tell whom it concerns, once.

    Exit 0 fine, 3 a budget is breached (or --fail-on), 4 incomplete under --strict, 1 no bill or nobody told.
    Example: costopt budget check -f json -o budgets.json --fail-on risk
    """
    from costopt.errors import CostoptError
    from costopt.model.budget_check import Gate

    loaded = look.loaded
    gate = Gate(fail_on) if fail_on else loaded.settings.budget.fail_on
    began = time.monotonic()
    try:
        run = look.check()
        delivery = _told(look, run, began, gate)
    except CostoptError:
        _beat(loaded, succeeded=False)
        raise
    _say(run, delivery)
    _beat(loaded, succeeded=run.check.has_bill and not delivery.failed and not delivery.busy)
    if delivery.untold:  # before the gate: exit 3 is taken for "somebody knows", and a failed run is started again
        return FAILED
    if run.check.meets(gate):
        click.echo(f"gate met: --fail-on {gate}", err=True)
        return GATE_MET
    if not run.check.has_bill or (delivery.failed and not delivery.sent):
        return FAILED
    return INCOMPLETE if strict and (run.check.gaps or delivery.failed) else 0


def _told(look: Look, run: "CheckRun", began: float, gate: "Gate") -> "Delivery":
    """Tell, then show: a reader that closes standard output early keeps nobody from being told.

    `began` is what the monotonic clock said at the moment of the check.
    """
    from costopt.model.alert import AlertMute
    from costopt.pipeline.budgets.tell import PATIENCE, tell

    settings = look.loaded.settings
    mutes = [AlertMute(target=one.target, until=one.until, reason=one.reason) for one in settings.budget.mutes]
    try:
        return tell(
            run.check.conditions,
            settings=settings.notify,
            now=look.now,
            began=began,
            judged=run.judged,
            statuses=run.check.budgets,
            anomalies=run.check.anomalies,
            currency=run.check.currency,
            mutes=mutes,
            folder=look.loaded.file.parent if look.loaded.file else None,
            patience=PATIENCE,
        )
    finally:
        look.show(run.check, gate)


def _say(run: "CheckRun", delivery: "Delivery") -> None:
    """What became of telling, on standard error."""
    from costopt.renderers.clean import clean
    from costopt.renderers.formats import counted

    lines = []
    for one in delivery.failed:
        lines += [f"not told: {one.channel}: {one.error}", *([f"  next: {one.hint}"] if one.hint else [])]
    lines += [f"{one.channel}: {note}" for one in delivery.outcomes for note in one.notes]
    told = [f"{one.channel} ({counted(len(one.alerts), 'alert')})" for one in delivery.sent]
    if delivery.busy:
        lines.append(f"nothing was sent: {delivery.busy}")
    elif told:
        lines.append(f"told: {', '.join(told)}")
    elif not delivery.outcomes:
        lines.append(
            f"{counted(len(run.check.conditions), 'condition')}; nobody is told: there is no [[notify.channels]]"
        )
    elif not delivery.failed:
        lines.append("nothing new to tell")
    for line in lines:
        click.echo(clean(line), err=True)


def _beat(loaded: "Loaded", *, succeeded: bool) -> None:
    from costopt.pipeline.budgets.heartbeat import beat

    problem = beat(loaded.settings.budget.heartbeat_url_env, succeeded=succeeded)
    if problem:
        click.echo(f"heartbeat: {problem}", err=True)
