"""Tables of BigQuery that nobody has changed for long and that never expire.

Signal: a table of at least 10 GiB was last changed more than 90 days ago, its size has been the same on each of those
days, and neither it nor its partitions have a date of expiration.

Asset Inventory tells the time of the last change, and may lag behind where only data changes; so the daily size of
Cloud Monitoring must bear it out, and where that was not read the evidence says so. Without a time the answer is `no
data`: the time of the making says nothing of later changes.

Whether it is read is not known without a query that costs money, and a table that is read every day need not change. So
the finding asks its owner, with low confidence and without a saving: after 90 days BigQuery halves the price of storage
by itself, of each partition alone, and reading does not raise it again. The size is that of logical bytes, which is not
what a dataset of physical billing pays; the evidence says so. A size that could not be read is not zero: it gives `no
data`. So do clones and snapshots, which pay only for what differs from their base. Views and external tables hold
nothing and are not concerned.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.evidence import measured, usable
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.google_storage import BigQueryDataset, BigQueryTable
from costopt.model.utilization import Facts, Utilization

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
    if spec.expires_at is not None or spec.partition_expiration_days is not None:
        return CLEAR
    changed, size = spec.modified_at, facts.get("table_bytes")
    if changed is None:
        return no_data("time of the last change unknown")
    if size is not None and size.maximum != size.minimum:
        return CLEAR
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
            _steady(size, params),
        ),
        action=Action(
            kind=ActionKind.REVIEW,
            summary="Ask who reads the table; set a date of expiration, or move its data to a bucket and delete it",
        ),
        confidence=Confidence.LOW,
    )


def _steady(size: Utilization | None, params: Params) -> Evidence:
    """What its daily size says of the time without a change."""
    if size is None or not usable(size):
        return Evidence(statement="its size in that time was not read")
    return measured(size, f"the same size on each of {params.days} days")


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
    needs=(Need(metric="table_bytes", required=False),),
)
