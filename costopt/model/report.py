"""The report: the one thing that renderers see."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

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
class UncheckedKind:
    """Resources of a kind that no check that ran looks at."""

    kind: str
    """The kind, such as `instance_template`."""
    reason: str
    """Why."""
    resources: int
    """How many there are."""


class MoneyBasis(StrEnum):
    """What the money in a report rests on."""

    LIST_PRICES = "list_prices"
    BILL = "bill"


class DiscountOrigin(StrEnum):
    """Who says that a service has a discount."""

    BILL = "bill"
    """Found in the bill: one less contracted over list cost of usage at standard prices."""
    SETTING = "setting"
    """The user's `[prices] discounts`, which win."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillUsed:
    """One source of bills that the money comes from."""

    source: str
    """Name under which the store keeps it. Hostile until escaped."""
    period: Period
    """Whole days whose charges were asked for, UTC."""
    currencies: tuple[str, ...]
    """Currencies of its charges, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedDiscount:
    """A negotiated discount that the prices of one service hold."""

    service: str
    """Service, by the names in `[prices] discounts`."""
    fraction: Decimal
    """Part taken off list prices, 0 to below 1."""
    origin: DiscountOrigin
    """Who says so."""
    note: str | None = None
    """What to know about it, such as the range over its SKUs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillNote:
    """What a reader must know of one source of bills."""

    source: str
    """Name under which the store keeps it; of one that is in no store the billing account. Hostile until escaped."""
    words: str
    """The rest of the sentence `The bill SOURCE ...`: that it was not used, or only in part, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySource:
    """Where the money in a report comes from."""

    basis: MoneyBasis = MoneyBasis.LIST_PRICES
    """`bill` where charges of the snapshot's accounts were found, else `list_prices`."""
    bills: tuple[BillUsed, ...] = ()
    """The bills, by source; empty where list prices are used."""
    unbilled: tuple[str, ...] = ()
    """Accounts and projects with findings that no bill has charges of: there it is list prices, less discounts."""
    discounts: tuple[AppliedDiscount, ...] = ()
    """Discounts in the prices, by service."""
    named: int = 0
    """Findings whose resource the bill names, with an amount that can be compared."""
    held_down: Money = field(default_factory=Money.zero)
    """A month, taken off because the bill shows that less was paid; a part of `totals.overlaps`."""
    notes: tuple[BillNote, ...] = ()
    """Bills that were not used, or only in part, and discounts that stand in lines of their own."""


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
    money: MoneySource = field(default_factory=MoneySource)
    """Where the money comes from: a bill or list prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The money on the first line, and how it comes from the single findings."""

    saving: Money
    """A month, after overlaps and commitments; the sum of `counted` of all findings."""
    sum_of_findings: Money
    """A month, each finding taken alone (silenced ones left out)."""
    overlaps: Money
    """What is taken off because findings concern the same resource or the same commitment, or because the bill shows
    that less was paid: sum - saving."""
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
    unchecked: tuple[UncheckedKind, ...] = ()
    """What no check looks at, by kind. With what was judged it is everything in the snapshot."""
    coverage: tuple[ScopeResult, ...]
    """Every planned scope, sorted."""
