"""Tables of BigQuery that nobody has changed for long and that never expire.

Signal: a table of at least 10 GiB was last changed more than 90 days ago, and neither it nor its partitions have a date
of expiration.

Whether it is read is not known without a query that costs money, and a table that is read every day need not change. So
the finding asks its owner, with low confidence and without a saving: after 90 days BigQuery halves the price of storage
by itself, of each partition alone, and reading does not raise it again. The size is that of logical bytes, which is not
what a dataset of physical billing pays; the evidence says so. A size that could not be read is not zero: it gives `no
data`. So do clones and snapshots, which pay only for what differs from their base. Views and external tables hold
nothing and are not concerned.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryDataset, BigQueryTable
from costopt.model.utilization import Facts

_GIB = 1024**3
_LONG_TERM = timedelta(days=90)
"""Source: https://cloud.google.com/bigquery/pricing#storage."""
_DERIVED = ("SNAPSHOT", "CLONE")
_STORING = ("TABLE", *_DERIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `bigquery_stale`."""

    days: int = 90
    """Days since the last change from which on a table is flagged."""
    min_gib: float = 10.0
    """Smaller tables are clear."""


def _excludes(_: Resource, spec: BigQueryTable) -> str | None:
    return None if spec.table_type in _STORING else "a view or external data"


def _run(table: Resource, spec: BigQueryTable, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    if spec.expires_at is not None or spec.partition_expiration_days is not None:
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
    if spec.table_type in _DERIVED:
        return no_data("billed for what differs from its base table, which is not read")
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"not changed for {untouched.days} days, since {changed:%Y-%m-%d}; it never expires,"
                " and whether anybody reads it is not known",
                observed=untouched / timedelta(days=1),
                threshold=params.days,
            ),
            Evidence(
                statement=f"holds {gib:,.1f} GiB of logical bytes, {_billing(table, spec, untouched, context)}",
                observed=gib,
                threshold=params.min_gib,
            ),
        ),
        action=Action(
            kind=ActionKind.REVIEW,
            summary="Ask who reads the table; set a date of expiration, or move its data to a bucket and delete it",
        ),
        confidence=Confidence.LOW,
    )


def _billing(table: Resource, spec: BigQueryTable, untouched: timedelta, context: Context) -> str:
    """At which price, as far as its dataset says."""
    price = "at the long-term price" if untouched >= _LONG_TERM else "at the full price"
    found = context.find(table, BigQueryDataset, spec.dataset_id)
    physical = found is not None and found[1].storage_billing_model == "PHYSICAL"
    return f"of which its dataset pays the physical ones {price}" if physical else price


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
