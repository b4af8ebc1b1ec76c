"""Machines that were stopped long ago and whose volumes are still paid for.

Signal: the machine has been stopped for more than 30 days and has volumes.

A stopped machine costs nothing itself; the saving is that of its volumes, each counted under the volume so that no
other finding counts it again. A volume that a second machine holds too is not counted. Where the provider does not tell
when it was stopped the answer is `no data`: the last start says nothing of the stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.ebs_cost import volume_terms
from costopt.economics.pricing_gaps import priced
from costopt.errors import PriceNotFound
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Evidence,
    Outcome,
    Risk,
    Term,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `ec2_stopped`."""

    max_stopped_days: int = 30
    """Days after which a stopped machine is flagged."""


def _excludes(_: Resource, spec: Ec2Instance) -> str | None:
    return None if spec.state == "stopped" else "not stopped"


def _run(instance: Resource, spec: Ec2Instance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    if not spec.volume_ids:
        return CLEAR
    if spec.stopped_at is None:
        return no_data("stop time unknown")
    stopped = context.now - spec.stopped_at
    if stopped <= timedelta(days=params.max_stopped_days):
        return CLEAR
    saving, price_gap = priced(lambda: tuple(_volume_costs(instance, spec, context)))
    statement = (
        f"stopped for {stopped.days} days, more than {params.max_stopped_days};"
        f" {len(spec.volume_ids)} attached volume(s) still billed"
    )
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(statement=statement, observed=float(stopped.days), threshold=float(params.max_stopped_days)),
        ),
        action=Action(
            kind=ActionKind.DELETE, summary="Make an image if it may be needed, terminate it and delete its volumes"
        ),
        saving=saving,
        price_gap=price_gap,
        risk=Risk.DESTRUCTIVE,
    )


def _volume_costs(instance: Resource, spec: Ec2Instance, context: Context) -> Iterator[Term]:
    """The cost of the volumes that only this machine holds.

    Raises:
        PriceNotFound: a price is missing, or a volume is not in the snapshot.
    """
    for volume_id in spec.volume_ids:
        found = context.find(instance, EbsVolume, volume_id)
        if found is None:
            raise PriceNotFound(f"volume {volume_id} is not in the snapshot")
        volume, volume_spec = found
        if len(volume_spec.instance_ids) <= 1:
            yield from volume_terms(volume, volume_spec, context.prices)


CHECK = Check(
    id="ec2_stopped",
    title="Instance has been stopped for long",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=Ec2Instance,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Amazon EC2 instances stopped for more than 30 days)",
    run=_run,
    excludes=_excludes,
    relies_on=(EbsVolume,),
)
