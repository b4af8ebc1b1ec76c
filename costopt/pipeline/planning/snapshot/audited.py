"""What the audit's findings take off the usage of an estate before anything is planned."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costopt.analyzer.overlap import claimed_terms, claims
from costopt.analyzer.shares import usage_of_term
from costopt.economics.slot_usage import SERVICE as BIGQUERY
from costopt.economics.usage_items import Place, Zones, without_zone
from costopt.model.finding import ActionKind, Finding
from costopt.model.money import HOURS_PER_MONTH, Money, total
from costopt.model.resource import ResourceKey
from costopt.model.specs.ec2 import AutoScalingGroup, Ec2Instance
from costopt.model.specs.gce import GceInstance

_GONE = (ActionKind.DELETE, ActionKind.STOP)
_SIZES = (ActionKind.RESIZE, ActionKind.MIGRATE)
_BOUGHT = (ActionKind.BUY,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFindings:
    """The findings that a plan takes for carried out."""

    units: Mapping[Place, Decimal]
    """Instances, or other units, that run less in the mean (negative: more)."""
    gone: frozenset[ResourceKey]
    """Resources that are taken away."""
    applied: int
    """How many findings."""
    elsewhere: Money
    """What counted findings save a month on what is planned by nothing here, storage for one, or slots of BigQuery."""


def apply_findings(findings: Sequence[Finding], zonal: Zones) -> AppliedFindings:
    """The effect on usage of all findings that count, but for sizes of machines, which the plan decides itself.

    Args:
        findings: settled findings of the audit.
        zonal: where zones matter.
    """
    won = claims(findings)
    units: dict[Place, Decimal] = defaultdict(Decimal)
    gone: set[ResourceKey] = set()
    elsewhere = []
    applied = 0
    for finding in findings:
        if finding.counted.amount <= 0 or finding.silence is not None:
            continue
        terms = claimed_terms(finding, won)
        used = [(term, usage) for term in terms if (usage := usage_of_term(term)) and usage[1].service != BIGQUERY]
        if not used:
            elsewhere.append(finding.counted)
            continue
        if finding.action.kind in _BOUGHT or _decided_here(finding):
            continue
        applied += 1
        for term, usage in used:
            units[without_zone((finding.resource.account, usage), zonal)] += term.quantity / HOURS_PER_MONTH
        if finding.action.kind in _GONE:
            gone |= {finding.resource, *(term.subject for term, _ in used)}
    return AppliedFindings(units=dict(units), gone=frozenset(gone), applied=applied, elsewhere=total(elsewhere))


def _decided_here(finding: Finding) -> bool:
    """Whether the plan itself decides on the size that the finding is about."""
    machine = finding.resource.kind in (Ec2Instance.KIND, AutoScalingGroup.KIND, GceInstance.KIND)
    return machine and finding.action.kind in _SIZES


def taken_off(running: Mapping[Place, Decimal], units: Mapping[Place, Decimal]) -> Mapping[Place, Decimal]:
    """What runs after findings; never less than nothing.

    Args:
        running: units that run now, or ran in the mean of a bill.
        units: units that run less.
    """
    left = {place: max(count - units.get(place, Decimal(0)), Decimal(0)) for place, count in running.items()}
    new = {place: -count for place, count in units.items() if place not in running and count < 0}
    return left | new
