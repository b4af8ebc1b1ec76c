"""What every collection does with what it reads: into checkpoints, what it cost to the ledger, then the manifest."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from costopt.collectors.interface import Collected
from costopt.model.money import Money
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.pipeline.version import tool_version
from costopt.store.sink import CheckpointSink, Run, open_sink


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
        CollectError: another process collects there, or nothing can be resumed.
    """
    with open_sink(directory, run, resume=resume) as sink:
        try:
            collected = collect(sink)
        finally:
            spent = sink.charge(cost_usd())
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
