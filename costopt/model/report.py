"""The report: the one thing that renderers see."""

from dataclasses import dataclass
from datetime import date, datetime

from costopt.model.coverage import ScopeResult
from costopt.model.finding import Category, Finding
from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.price import Quality

REPORT_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the saving: one lever, one owner, one account."""

    name: str
    """Of the lever, owner or account; hostile until escaped."""
    findings: int
    """How many findings."""
    saving: Money
    """What they add to the total, a month."""
    quality: Quality = Quality.LIST
    """As good as the worst price in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTally:
    """How one check ended over all resources that it concerns."""

    check_id: str
    """The check."""
    title: str
    """Its title."""
    category: Category
    """Waste or optimisation."""
    flagged: int
    """Resources flagged (silenced ones included)."""
    clear: int
    """Resources found in order."""
    no_data: int
    """Resources that could not be judged."""
    not_applicable: int
    """Resources that it does not concern."""
    error: int
    """Resources on which the check itself failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """Resources that one check could not judge, for one reason."""

    check_id: str
    """The check."""
    reason: str
    """Why."""
    resources: tuple[str, ...]
    """Ids of the resources, sorted; hostile until escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the report was made from."""

    snapshot_id: str
    """Fingerprint of the snapshot."""
    collected_at: datetime
    """When the snapshot was taken, UTC."""
    metrics_period: Period | None
    """The longest look-back for which metrics were read, UTC."""
    accounts: tuple[str, ...]
    """Accounts and projects in it."""
    regions: tuple[str, ...]
    """Regions in it."""
    resources: int
    """How many resources."""
    catalog_version: str
    """Which prices were used."""
    catalog_as_of: date
    """Day of the oldest price source that was used."""
    tool_version: str
    """Version of costopt."""
    collection_cost: Money
    """What the provider charges for the collection's own API calls."""
    made: bool = False
    """True where the data is a made example and not an account of anyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The money on the first line, and how it comes from the single findings."""

    saving: Money
    """A month, after overlaps and commitments; the sum of `counted` of all findings."""
    sum_of_findings: Money
    """A month, each finding taken alone (silenced ones left out)."""
    overlaps: Money
    """What is taken off because findings concern the same resource or the same commitment: sum - saving."""
    silenced: Money
    """A month, of findings that a tag or a mute silences."""
    waste: Money
    """The part of `saving` that is waste."""
    unpriced: int
    """Findings without a price; the saving is at least what is said."""
    at_least: bool
    """True where scopes were not read or prices are missing, so that the truth can only be more."""
    quality: Quality
    """As good as the worst price in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a reader is shown; the same snapshot, settings and time give the same report to the byte."""

    schema_version: int
    """Version of this structure, published in reports/schema."""
    now: datetime
    """The time that ages were measured against, UTC."""
    provenance: Provenance
    """What it was made from."""
    totals: Totals
    """The money."""
    by_lever: tuple[Slice, ...]
    """Greatest first; sums to `totals.saving`."""
    by_owner: tuple[Slice, ...]
    """Greatest first; sums to `totals.saving`."""
    by_account: tuple[Slice, ...]
    """Greatest first; sums to `totals.saving`."""
    findings: tuple[Finding, ...]
    """Greatest counted saving first, then by id; silenced ones last."""
    checks: tuple[CheckTally, ...]
    """One per check that ran, by id."""
    unjudged: tuple[Unjudged, ...]
    """Why not judged, by check and reason."""
    coverage: tuple[ScopeResult, ...]
    """Every planned scope, sorted."""
