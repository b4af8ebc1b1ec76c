"""What every collection does with what it reads: into checkpoints, what it cost to the ledger, then the manifest."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from pathlib import Path

from costopt.collectors.interface import Collected
from costopt.errors import CollectError
from costopt.model.coverage import ScopeResult, Status
from costopt.model.money import Money
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.pipeline.version import tool_version
from costopt.store.sink import CheckpointSink, Run, open_sink

_MOST_NAMED = 3


def take_snapshot(
    directory: Path,
    run: Run,
    collect: Callable[[CheckpointSink], Collected],
    *,
    cost_usd: Callable[[], Decimal],
    catalog_version: str,
    resume: bool,
) -> Manifest:
    """Collect into a directory. What a run has cost is kept even of one that fails.

    Args:
        directory: where to write.
        run: when it began, by which version, and what was asked; a resumed one goes on with its first time.
        collect: reads everything into the sink.
        cost_usd: dollars that the provider has charged for the calls so far.
        catalog_version: of the prices at hand.
        resume: go on with a run that did not end.

    Raises:
        CollectError: another process collects there, nothing can be resumed, or nothing at all could be read; the
            snapshot that is there stays.
    """
    with open_sink(directory, run, resume=resume) as sink:
        try:
            collected = collect(sink)
        finally:
            spent = sink.charge(cost_usd())
        _require_something(collected.coverage, directory)
        manifest = Manifest(
            schema_version=SNAPSHOT_SCHEMA_VERSION,
            tool_version=tool_version(),
            collected_at=sink.run.collected_at,
            accounts=collected.accounts,
            regions=collected.regions,
            catalog_version=catalog_version,
            collection_cost=Money(amount=spent),
            files={},
            coverage=collected.coverage,
        )
        return sink.finish(manifest)


def _require_something(coverage: Sequence[ScopeResult], directory: Path) -> None:
    """Refuse a run that read nothing: as a snapshot it would look like an account without waste.

    Raises:
        CollectError: every scope that was asked is a gap.
    """
    gaps = [result for result in coverage if result.status is Status.GAP]
    # The lists of projects and regions tell of no kind of resource: to have only them is to have nothing.
    if not gaps or any(result.kinds and result.status in (Status.OK, Status.EMPTY) for result in coverage):
        return
    places: dict[str, set[str]] = {}
    for result in gaps:
        needs = f" (needs {result.permission})" if result.permission else ""
        places.setdefault(f"{result.reason or 'unknown'}{needs}", set()).add(result.scope.account)
    reasons = "; ".join(f"{reason}: {_some(found)}" for reason, found in sorted(places.items()))
    raise CollectError(
        f"nothing could be read: {reasons}",
        hint=f"No snapshot was written; one that is in {directory} stays. Mend that, then repeat with --resume.",
    )


def _some(names: Collection[str]) -> str:
    """The first of them and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(sorted(names)[:_MOST_NAMED]) + more
