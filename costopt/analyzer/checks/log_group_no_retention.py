"""Log groups that keep everything for ever.

Signal: no retention is set and at least 1 GiB is stored. What a retention would save depends on the age of what is
stored, which CloudWatch does not tell. So no saving is stated; the evidence says what all of it costs a month now,
which is the most that can be saved and grows with every day. No metric is read. The delivery class is not concerned:
CloudWatch deletes its logs by itself.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.storage_cost import log_group_terms
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.storage import LogGroup
from costopt.model.utilization import Facts

_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `log_group_no_retention`."""

    min_stored_gib: float = 1.0
    """Smaller groups are clear."""
    retention_days: int = 90
    """Retention that is proposed."""


def _excludes(group: Resource, spec: LogGroup) -> str | None:
    return "deleted by the service" if spec.log_class == "DELIVERY" else None


def _run(group: Resource, spec: LogGroup, facts: Facts, context: Context, params: Params) -> Verdict:
    stored_gib = spec.stored_bytes / _GIB
    if spec.retention_days is not None or stored_gib < params.min_stored_gib:
        return CLEAR
    cost, _ = priced(lambda: log_group_terms(group, spec, context.prices))
    costs = "" if cost is None else f", which costs {cost.monthly.amount:,.2f} {cost.monthly.currency} a month"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"no retention; {stored_gib:,.1f} GiB stored{costs}",
                observed=stored_gib,
                threshold=params.min_stored_gib,
            ),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary=f"Set a retention, such as {params.retention_days} days, or export to S3 what must be kept longer",
            target=f"{params.retention_days} days",
        ),
        confidence=Confidence.HIGH,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="log_group_no_retention",
    title="Log group keeps everything for ever",
    category=Category.OPTIMISATION,
    lever="Storage tiers",
    applies_to=LogGroup,
    params=Params,
    source="CloudBurn: aws-cloudwatch-log-group-without-retention; thrifty mods: log groups without retention;"
    " https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    run=_run,
    excludes=_excludes,
)
