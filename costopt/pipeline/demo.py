"""The demo: a made company as snapshots of two clouds, and its bills."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from costopt.billing.intake.ingest import ingest
from costopt.collectors.files.discover import discover
from costopt.collectors.made import company
from costopt.collectors.made.billing_lines.bill import make_bill
from costopt.collectors.made.estate import MadeEstate
from costopt.collectors.made.google import company as projects
from costopt.collectors.made.google.billing_lines.bill import make_bill as make_google_bill
from costopt.collectors.made.people import COMPANY
from costopt.config.settings import PriceSettings
from costopt.errors import UsageError
from costopt.model.bill import BillKind
from costopt.model.coverage import ScopeResult, Status
from costopt.model.money import Money
from costopt.model.resource import Resource, ResourceKey
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.pipeline.pricing import OnDemand, plan_ratio, price_book
from costopt.pipeline.version import tool_version
from costopt.store.open import open_snapshot
from costopt.store.sink import Run, open_sink
from costopt.store.snapshot import MANIFEST

DEMO_SEED = 7
"""Seed of the company that `costopt demo` shows."""
DEMO_NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
"""When it was `collected`; fixed, so that the demo is the same for everybody."""


GOOGLE_BILL = f"{COMPANY}-google"
"""Name of the bill of its projects, and start of the names of its files."""
_CLOUDS: Mapping[str, Callable[[int, datetime], MadeEstate]] = {"aws": company.make, "gcp": projects.make}
"""The parts of the company, by the folder that each is collected to."""


def write_made_company(
    directory: Path, *, seed: int = DEMO_SEED, now: datetime = DEMO_NOW, clouds: Sequence[str] = tuple(_CLOUDS)
) -> Mapping[str, frozenset[ResourceKey]]:
    """Write the made company of `seed` as a folder of two snapshots, as two collections would: `aws` and `gcp`.

    Args:
        directory: where to write it.
        seed: which company.
        now: when it is as if collected, UTC.
        clouds: parts to write, `aws` and `gcp`.

    Returns:
        The answer key: for every check the resources of these parts that it must flag.

    Raises:
        UsageError: the directory is itself a snapshot, which would hide those in it.
    """
    if (directory / MANIFEST).exists():
        raise UsageError(f"{directory} is a snapshot of one cloud", hint="Choose another --out, or delete it first.")
    answers: dict[str, frozenset[ResourceKey]] = {}
    for name in clouds:
        estate = _CLOUDS[name](seed, now)
        _write(directory / name, estate, seed, now)
        for check_id, keys in estate.answers.items():
            answers[check_id] = answers.get(check_id, frozenset()) | keys
    return answers


def _write(directory: Path, estate: MadeEstate, seed: int, now: datetime) -> None:
    run = Run(collected_at=now, tool_version=tool_version(), request=f"made company {seed}")
    with open_sink(directory, run, resume=False) as sink:
        by_scope = _Places(estate.coverage).group(estate)
        for result in estate.coverage:
            resources, series = by_scope[result]
            sink.save(result, resources=resources, series=series)
        sink.finish(_manifest(estate, now), resumable=False)


def write_made_bill(snapshot_path: Path, directory: Path, settings: PriceSettings) -> tuple[Path, ...]:
    """Write the bills of a made company as the FOCUS files that AWS and Google would send.

    Parquet, one file for each provider and billing period.

    Args:
        snapshot_path: snapshot of the company; its time is that of the bill.
        directory: where to write the files; those of the same months are replaced.
        settings: where the list prices are; discounts in them are the user's, not the company's, and are left out.

    Returns:
        The files, sorted.

    Raises:
        SnapshotError: no snapshot there, or a damaged one.
        CatalogError: the prices cannot be read.
    """
    import pyarrow.parquet as pq

    snapshot = open_snapshot(snapshot_path)
    book, now = price_book(settings, ()), snapshot.manifest.collected_at
    aws, google = (
        sorted((one for one in snapshot.resources if one.provider == provider), key=lambda one: one.key)
        for provider in ("aws", "gcp")
    )
    on_demand = OnDemand(book)
    bills = {}
    if aws:
        bills[COMPANY] = make_bill(aws, now, book, on_demand=on_demand, ratio=plan_ratio(book, on_demand))
    if google:
        bills[GOOGLE_BILL] = make_google_bill(google, now, book)
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for source, bill in bills.items():
        for month, table in bill.items():
            files.append(directory / f"{source}-{month}.parquet")
            pq.write_table(table, files[-1], compression="zstd")
    return tuple(sorted(files))


def take_bill_in(files: Sequence[Path], store: Path, *, now: datetime = DEMO_NOW) -> None:
    """Take the made bills into a store as `costopt collect focus` would; the same bills again change nothing.

    Args:
        files: as `write_made_bill` wrote them.
        store: directory of the store.
        now: time of the ingest; fixed, so that the demo is the same for everybody.

    Raises:
        BillError: there is something else under these names.
        StoreError: the store is damaged, or another process writes to it.
    """
    google = [file for file in files if file.name.startswith(GOOGLE_BILL)]
    for source, of_source in ((COMPANY, [file for file in files if file not in google]), (GOOGLE_BILL, google)):
        for delivery in discover(of_source, BillKind.FOCUS, source=source) if of_source else ():
            ingest(delivery, store, now=now)


def _manifest(estate: MadeEstate, now: datetime) -> Manifest:
    return Manifest(
        schema_version=SNAPSHOT_SCHEMA_VERSION,
        tool_version=tool_version(),
        collected_at=now,
        accounts=estate.accounts,
        regions=estate.regions,
        catalog_version="embedded",
        collection_cost=Money(amount=estate.collection_cost_usd),
        files={},
        coverage=estate.coverage,
        made=True,
    )


class _Places:
    """Which scope read what."""

    def __init__(self, coverage: Iterable[ScopeResult]) -> None:
        self._resources: dict[tuple[str, str, str], ScopeResult] = {}
        self._series: dict[tuple[str, str, str], ScopeResult] = {}
        for result in coverage:
            if result.status is not Status.OK:
                continue
            scope = result.scope
            is_metrics = scope.operation.startswith("metrics:")
            kinds = (scope.operation.removeprefix("metrics:"),) if is_metrics else result.kinds
            index = self._series if is_metrics else self._resources
            for kind in kinds:
                index.setdefault((scope.account, scope.region, kind), result)

    def group(self, estate: MadeEstate) -> Mapping[ScopeResult, tuple[list[Resource], list[Series]]]:
        """Resources and series by the scope that read them."""
        grouped: dict[ScopeResult, tuple[list[Resource], list[Series]]] = defaultdict(lambda: ([], []))
        for resource in estate.resources:
            grouped[_at(self._resources, resource.key)][0].append(resource)
        for one in estate.series:
            grouped[_at(self._series, one.resource)][1].append(one)
        return grouped


def _at(index: Mapping[tuple[str, str, str], ScopeResult], key: ResourceKey) -> ScopeResult:
    regional = index.get((key.account, key.region, key.kind))
    return regional or index[key.account, "global", key.kind]
