"""Tables of BigQuery that nobody has changed for long and that never expire.

Signal: a table of at least 10 GiB was last changed more than 90 days ago, and no date of expiration is set.

Whether it is read is not known without a query, so the finding asks its owner to look, with low confidence and
without a saving: after 90 days BigQuery halves the price of logical storage by itself. A size that could not be read
is not zero: it gives `no data`. Views and external tables hold nothing and are not concerned.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryTable
from costopt.model.utilization import Facts

_GIB = 1024**3
_STORING = ("TABLE", "SNAPSHOT", "CLONE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `bigquery_stale`."""

    days: int = 90
    """Days since the last change from which on a table is flagged."""
    min_gib: float = 10.0
    """Smaller tables are clear."""


def _excludes(_: Resource, spec: BigQueryTable) -> str | None:
    return None if spec.table_type in _STORING else "holds no data of its own"


def _run(table: Resource, spec: BigQueryTable, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    if spec.expires_at is not None:
        return CLEAR
    changed = spec.modified_at or table.created_at
    if changed is None:
        return no_data("time of the last change unknown")
    untouched = context.now - changed
    if untouched < timedelta(days=params.days):
        return CLEAR
    if spec.stored_bytes is None:
        return no_data("size not read")
    gib = spec.stored_bytes / _GIB
    if gib < params.min_gib:
        return CLEAR
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"not changed for {untouched.days} days, since {changed:%Y-%m-%d}; it never expires",
                observed=untouched / timedelta(days=1),
                threshold=params.days,
            ),
            Evidence(statement=f"holds {gib:,.1f} GiB", observed=gib, threshold=params.min_gib),
        ),
        action=Action(
            kind=ActionKind.REVIEW,
            summary="Ask who reads the table; set a date of expiration, or move its data to a bucket and delete it",
        ),
        confidence=Confidence.LOW,
    )


CHECK = Check(
    id="bigquery_stale",
    title="BigQuery table is stale",
    category=Category.OPTIMISATION,
    lever="Unused storage",
    applies_to=BigQueryTable,
    params=Params,
    source="https://cloud.google.com/bigquery/docs/best-practices-storage; thrifty mods: stale tables, 90 days",
    run=_run,
    excludes=_excludes,
)
