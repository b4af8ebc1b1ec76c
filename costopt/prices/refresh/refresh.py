"""`costopt prices refresh`: a new catalog from the provider's own files, or the old one untouched."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from costopt.economics.gce.machines import SERVICE as GCE
from costopt.errors import CatalogError, UsageError
from costopt.prices.guards import MAX_QUARANTINED_FRACTION, Reference
from costopt.prices.places import is_region
from costopt.prices.refresh.build import build_catalog
from costopt.prices.refresh.fetch import Fetcher, FetchError, Validators
from costopt.prices.refresh.google.prices import GooglePrices, GoogleSource
from costopt.prices.refresh.outcome import PartOutcome, PartStatus, RefreshReport
from costopt.prices.refresh.parts import Part, carry_part, is_whole, part_names, save_part, validators_of
from costopt.prices.refresh.shelf import current_catalog, free_version, publish, unfinished
from costopt.prices.refresh.sources import (
    ADVISOR,
    ALL_REGIONS,
    BULK_SERVICES,
    SERVICES,
    SPOT,
    PriceFiles,
    Sources,
    part_name,
    read_advisor_part,
    read_spot_part,
)

_PARTS: Final = "parts"
_BODIES: Final = "bodies"


def refresh(
    cache_dir: Path,
    *,
    regions: Sequence[str],
    services: Sequence[str] = SERVICES,
    sources: Sources | None = None,
    now: datetime,
    progress: Callable[[str], None] | None = None,
    reference: Reference | None = None,
) -> RefreshReport:
    """Read fresh prices and put them into use, if they pass the guards.

    A part that cannot be read becomes a gap and its older rows stay; parts that were not asked for are carried over.
    Nothing that readers see changes before the new catalog is complete.

    Args:
        cache_dir: the user's cache of prices; made where it is missing.
        regions: such as `eu-west-1`.
        services: of `SERVICES`.
        sources: where to read; AWS by default.
        now: aware time.
        progress: is told what was read, a line at a time.
        reference: prices of the catalog in use, for the guards that compare regions.

    Raises:
        UsageError: no region, or an unknown service.
        CatalogError: the cache cannot be written.
    """
    unknown = sorted(set(services) - set(SERVICES))
    if unknown or not regions or not services:
        raise UsageError(
            f"cannot refresh {', '.join(unknown) or 'nothing'}: no such service" if unknown else "nothing to refresh",
            hint=f"Name at least one region, and services of: {', '.join(SERVICES)}.",
        )
    try:
        with unfinished(cache_dir) as folder:
            job = _Job(cache_dir, folder, sources or Sources(), now, progress or _silent)
            job.read(job.asked(tuple(dict.fromkeys(regions)), frozenset(services)))
            return job.finish(reference or Reference())
    except OSError as error:
        raise _unusable(cache_dir, error) from error


def refresh_google(
    cache_dir: Path,
    *,
    source: GoogleSource,
    regions: Sequence[str] = (),
    now: datetime,
    progress: Callable[[str], None] | None = None,
    reference: Reference | None = None,
) -> RefreshReport:
    """Read Google's prices and put them into use, if they pass the guards; prices of AWS are carried over.

    Args:
        cache_dir: the user's cache of prices; made where it is missing.
        source: Google's own catalog, or a file.
        regions: such as `europe-west4`; none for all that the source has. Groups of regions, which hold buckets and
            snapshots, always come along.
        now: aware time.
        progress: is told what was read, a line at a time.
        reference: prices of the catalog in use, for the guards that compare regions.

    Raises:
        CatalogError: the source cannot be read at all, or the cache cannot be written.
    """
    tell = progress or _silent
    found = source.read()
    for what, count in sorted(found.passed_over.items()):
        tell(f"{count:,} prices are passed over: {what}")
    try:
        with unfinished(cache_dir) as folder:
            job = _Job(cache_dir, folder, Sources(), now, tell)
            groups = [name for name in found.rows if not is_region(name)]
            job.read(job.given(found, tuple(dict.fromkeys([*regions, *groups])) if regions else tuple(found.rows)))
            return job.finish(reference or Reference())
    except OSError as error:
        raise _unusable(cache_dir, error) from error


def _unusable(cache_dir: Path, error: OSError) -> CatalogError:
    return CatalogError(
        f"{cache_dir}: the price cache cannot be used ({error.strerror or error})",
        hint="Free some space or name another cache folder; the catalog in use was not touched.",
    )


def _silent(line: str) -> None:
    """Tell nobody."""


class _Job:
    """One refresh: reads parts into a folder, then makes a catalog of all parts there."""

    def __init__(
        self, cache_dir: Path, folder: Path, sources: Sources, now: datetime, progress: Callable[[str], None]
    ) -> None:
        self._cache_dir = cache_dir
        self._folder = folder
        self._sources = sources
        self._now = now
        self._progress = progress
        self._outcomes: list[PartOutcome] = []
        self._before = current_catalog(cache_dir)
        self._parts = folder / _PARTS
        self._parts.mkdir()
        (folder / _BODIES).mkdir()

    @property
    def _old_parts(self) -> Path | None:
        return self._before / _PARTS if self._before else None

    def read(self, asked: Iterable[PartOutcome]) -> None:
        """Read every part asked for, and carry over the others."""
        for outcome in asked:
            self._outcomes.append(outcome)
            self._progress(outcome.line())
        done = {part_name(outcome.service, outcome.region) for outcome in self._outcomes}
        for name in part_names(self._old_parts):
            if name not in done:
                self._outcomes.append(self._not_asked(name))

    def finish(self, reference: Reference) -> RefreshReport:
        """Check what was read, and put it into use unless it is worse than what there was."""
        report = RefreshReport(
            catalog=self._before,
            version=self._before.name if self._before else None,
            published=False,
            refusal="",
            parts=tuple(sorted(self._outcomes, key=lambda outcome: (outcome.service, outcome.region))),
            quarantined=(),
            rows=0,
        )
        if not any(outcome.status is PartStatus.NEW for outcome in self._outcomes):
            return report
        version = free_version(self._cache_dir, self._now)
        (self._folder / _BODIES).rmdir()
        built = build_catalog(self._folder, self._parts, reference, version=version, now=self._now)
        report = replace(report, quarantined=built.quarantined, rows=built.rows)
        refusal = _refusal(report)
        if refusal:
            return replace(report, refusal=refusal)
        final = publish(self._cache_dir, self._folder, version, now=self._now)
        return replace(report, catalog=final, version=version, published=True)

    def given(self, found: GooglePrices, regions: Sequence[str]) -> Iterator[PartOutcome]:
        """Keep a part of Google's prices for each region."""
        for region in regions:
            yield self._part(GCE, region, partial(_google_part, found, region))

    def asked(self, regions: Sequence[str], services: frozenset[str]) -> Iterator[PartOutcome]:
        """Read the parts of AWS."""
        bulk = [service for service in BULK_SERVICES if service in services]
        if bulk:
            with self._fetcher(self._sources.base_url) as fetcher:
                files = PriceFiles(fetcher)
                for region in regions:
                    for service in bulk:
                        yield self._part(service, region, partial(files.read, service, region, self._known))
        if SPOT in services:
            for region in regions:
                yield self._part(SPOT, region, partial(read_spot_part, self._sources, region, now=self._now))
        if ADVISOR in services:
            yield self._part(ADVISOR, ALL_REGIONS, self._advisor)

    def _advisor(self) -> Part | None:
        url = self._sources.advisor_url
        with self._fetcher("{0.scheme}://{0.netloc}".format(urlsplit(url))) as fetcher:
            return read_advisor_part(fetcher, url, self._known, now=self._now)

    def _fetcher(self, base_url: str) -> Fetcher:
        return Fetcher(base_url, folder=self._folder / _BODIES, patience=self._sources.patience)

    def _known(self, name: str, url: str) -> Validators | None:
        return validators_of(self._old_parts, name, url) if self._old_parts else None

    def _part(self, service: str, region: str, read: Callable[[], Part | None]) -> PartOutcome:
        """Read one part; what goes wrong with it is a gap, and the older rows stay."""
        self._progress(f"{service} {region}: reading")
        try:
            part = read()
        except FetchError as error:
            status = PartStatus.STALE if self._carried(part_name(service, region)) else PartStatus.MISSING
            return PartOutcome(service=service, region=region, status=status, reason=str(error), hint=error.hint)
        if part is None:
            self._carried(part_name(service, region))
            return PartOutcome(service=service, region=region, status=PartStatus.UNCHANGED)
        save_part(self._parts, part)
        rows = len(part.rows.hourly) + len(part.rows.units) + len(part.rows.advice)
        return PartOutcome(service=service, region=region, status=PartStatus.NEW, rows=rows)

    def _not_asked(self, name: str) -> PartOutcome:
        service, _, region = name.partition("@")
        if self._carried(name):
            return PartOutcome(service=service, region=region, status=PartStatus.CARRIED)
        return PartOutcome(
            service=service,
            region=region,
            status=PartStatus.MISSING,
            reason="the rows at hand are damaged or were read by an older program",
            hint=f"Refresh {service} of {region} too.",
        )

    def _carried(self, name: str) -> bool:
        """Take the older rows of a part; False where there are none."""
        if self._old_parts is None or not is_whole(self._old_parts, name):
            return False
        carry_part(self._old_parts, self._parts, name)
        return True


def _google_part(found: GooglePrices, region: str) -> Part:
    """The prices of a region.

    Raises:
        FetchError: the source has none.
    """
    if region not in found.rows:
        raise FetchError(
            f"{found.url} has no prices of {region}", hint=f"It has those of {', '.join(sorted(found.rows))}."
        )
    return Part(name=part_name(GCE, region), url=found.url, validators=Validators(), rows=found.rows[region])


def _refusal(report: RefreshReport) -> str:
    """Why the new catalog must not be used; empty where it may."""
    if report.quarantined_fraction <= MAX_QUARANTINED_FRACTION:
        return ""
    total = report.rows + len(report.quarantined)
    return (
        f"{len(report.quarantined):,} of {total:,} prices look wrong, more than "
        f"{MAX_QUARANTINED_FRACTION:.0%}; the catalog in use was kept"
    )
