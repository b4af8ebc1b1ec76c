"""The prices that a run uses: the catalog, refreshed where the user did, less discounts of the user and of the bill."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from platformdirs import user_cache_path

from costopt.analyzer.negotiated import FoundDiscount
from costopt.config.settings import PriceSettings
from costopt.economics.commitments import RateRatio
from costopt.economics.estate import RegionalUsage
from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.lookups import PriceBook
from costopt.economics.slot_usage import SERVICE as BIGQUERY
from costopt.errors import PriceNotFound
from costopt.model.finding import ComputeUsage
from costopt.model.price import Price, Purchase
from costopt.model.report import AppliedDiscount, DiscountOrigin
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.prices.catalog import open_user_catalog
from costopt.prices.discounts import Discounted

_PLAN_PREFIX = {CommitmentKind.EC2_INSTANCE_SP: "ec2_sp", CommitmentKind.COMPUTE_SP: "compute_sp"}
_UNIT_PRICED = ("fargate", "lambda")
"""Services that bill sizes by the hour or second and have no instance types."""
_LONG_TERM_DAYS = 2 * 365


def refreshed_catalog(settings: PriceSettings) -> Path:
    """Where `costopt prices refresh` keeps its catalog."""
    return Path(settings.directory) if settings.directory else user_cache_path("costopt") / "prices"


def price_book(settings: PriceSettings, applied: Sequence[AppliedDiscount] | None = None) -> PriceBook:
    """The catalog with discounts.

    Args:
        settings: where the catalog is, and the user's discounts.
        applied: the discounts to take off instead, as `applied_discounts` gives them; the user's alone by default.

    Raises:
        CatalogError: the catalog cannot be read.
    """
    book = open_user_catalog(refreshed_catalog(settings))
    chosen = applied_discounts(settings, {}) if applied is None else applied
    fractions = {one.service: one.fraction for one in chosen if one.fraction}
    return Discounted(book, fractions) if fractions else book


def applied_discounts(settings: PriceSettings, found: Mapping[str, FoundDiscount]) -> tuple[AppliedDiscount, ...]:
    """The discount of each service, by name: the user's where one is set, else the bill's.

    Args:
        settings: the user's discounts.
        found: what the bill shows, by service.
    """
    applied = []
    for service in sorted({*settings.discounts, *found}):
        shown = found.get(service)
        if service in settings.discounts:
            fraction = Decimal(str(settings.discounts[service]))
            note = None if shown is None else f"the bill shows {shown.fraction * 100:.1f} %"
            applied.append(
                AppliedDiscount(service=service, fraction=fraction, origin=DiscountOrigin.SETTING, note=note)
            )
        elif shown is not None and (shown.fraction or shown.note):
            applied.append(
                AppliedDiscount(service=service, fraction=shown.fraction, origin=DiscountOrigin.BILL, note=shown.note)
            )
    return tuple(applied)


class OnDemand:
    """Dollars an hour on demand of a usage, looked up once each."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._known: dict[RegionalUsage, Decimal | None] = {}

    def __call__(self, usage: RegionalUsage) -> Decimal | None:
        """The price, None where none is known."""
        if usage not in self._known:
            self._known[usage] = _hourly(self._book, usage, Purchase.ON_DEMAND)
        return self._known[usage]


def plan_ratio(book: PriceBook, on_demand: OnDemand) -> RateRatio:
    """A function from plan and usage to plan rate over on-demand rate, None where a rate is not known."""

    def ratio(plan: Commitment, usage: RegionalUsage) -> Decimal | None:
        years = "3y" if (plan.end - plan.start).days > _LONG_TERM_DAYS else "1y"
        prefix = _PLAN_PREFIX.get(plan.commitment_kind)
        full = on_demand(usage)
        if prefix is None or not full:
            return None
        rate = _hourly(book, usage, Purchase(f"{prefix}_{years}_{plan.payment_option}"))
        return None if rate is None else rate / full

    return ratio


def _hourly(book: PriceBook, usage: RegionalUsage, purchase: Purchase) -> Decimal | None:
    region, used = usage
    try:
        if used.service == GCE:
            return _google_hourly(book, used, region).amount if purchase is Purchase.ON_DEMAND else None
        if used.service == BIGQUERY:
            return book.unit(BIGQUERY, used.instance_type, region).amount if purchase is Purchase.ON_DEMAND else None
        if used.service in _UNIT_PRICED:
            on_demand = purchase is Purchase.ON_DEMAND
            return book.unit(used.service, f"{used.instance_type}_{used.variant}", region).amount if on_demand else None
        return book.instance(used.service, used.instance_type, region, variant=used.variant, purchase=purchase).amount
    except PriceNotFound:
        return None


def _google_hourly(book: PriceBook, used: ComputeUsage, region: str) -> Price:
    """Price of a unit, or of a machine that is a unit of its own."""
    try:
        return book.unit(GCE, used.instance_type, region)
    except PriceNotFound:
        if used.variant != "machine":
            raise
        return book.instance(GCE, used.instance_type, region, variant=LICENCE_FREE)
