"""Google's pricing export: list prices into the user's cache, and the contract's discounts told and never set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from costopt.config.settings import PriceSettings
from costopt.pipeline.google_clients import google_clients
from costopt.pipeline.pricing import refreshed_catalog
from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.refresh.google.contract import ContractDiscount, contract_discounts
from costopt.prices.refresh.google.pricing_export import EXPORTED_SERVICES, PricingExport
from costopt.prices.refresh.outcome import RefreshReport
from costopt.prices.refresh.reference import reference_of
from costopt.prices.refresh.refresh import refresh_google

with google_clients():
    from costopt.collectors.gcp.bill_access import table_client
    from costopt.collectors.gcp.bill_address import parse_table
    from costopt.collectors.gcp.price_export import PriceEstimate, estimate_prices, fetch_prices


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceExportRequest:
    """Which pricing export, and how to reach it."""

    table: str
    """`project.dataset.cloud_pricing_export`, with or without `bigquery://` before it."""
    billing_account: str | None = None
    """Whose own prices; None for the only account in the table."""
    project: str | None = None
    """Project that pays for the queries; None for the credentials' own."""
    location: str | None = None
    """BigQuery location of the table; None lets BigQuery find it."""
    max_gib_billed: float = 100.0
    """GiB that reading may be billed."""
    endpoint_url: str | None = None
    """Another endpoint, such as an emulator, which gets no credentials; None is Google."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceExportRefresh:
    """What became of a pricing export."""

    report: RefreshReport
    """What became of its list prices."""
    account: str
    """Billing account whose own prices stand in it."""
    as_of: datetime
    """When Google generated the prices, UTC."""
    discounts: tuple[ContractDiscount, ...]
    """What its contract takes off list prices, by service; empty where the account has no contract."""
    notes: tuple[str, ...]
    """What the user should know."""


def refresh_from_export(
    settings: PriceSettings,
    request: PriceExportRequest,
    *,
    regions: Sequence[str] = (),
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
) -> PriceExportRefresh:
    """Read the list prices of a pricing export into the user's cache, and tell the discounts of the contract.

    Args:
        settings: where the cache is.
        request: the table, and how to reach it.
        regions: such as `europe-west4`; none for all.
        now: aware time, the clock's by default.
        progress: is told what was read, a line at a time.

    Raises:
        BillError: no pricing export, no prices there, several billing accounts, above the limit, or half an answer.
        CatalogError: no price is of use, or the cache cannot be written.
        CollectError: the table cannot be read.
        UsageError: no address of a table, or the limit is none.
    """
    moment = now or datetime.now(UTC)
    table = parse_table(request.table)
    with table_client(table, request.project, request.location, request.endpoint_url) as client:
        fetched = fetch_prices(
            client,
            table,
            services=tuple(EXPORTED_SERVICES),
            account=request.billing_account,
            max_gib_billed=request.max_gib_billed,
            now=moment,
        )
    report = refresh_google(
        refreshed_catalog(settings),
        source=PricingExport(table=str(table), as_of=fetched.as_of.date(), prices=fetched.prices),
        regions=regions,
        now=moment,
        progress=progress,
        reference=reference_of(embedded_catalog_path()),
    )
    return PriceExportRefresh(
        report=report,
        account=fetched.account,
        as_of=fetched.as_of,
        discounts=contract_discounts(fetched.prices),
        notes=fetched.notes,
    )


def estimate_price_export(request: PriceExportRequest, *, now: datetime | None = None) -> PriceEstimate:
    """What reading a pricing export would be billed, by dry runs; reads no row.

    Raises:
        BillError: the table is no pricing export.
        CollectError: it cannot be read.
        UsageError: no address of a table.
    """
    table = parse_table(request.table)
    with table_client(table, request.project, request.location, request.endpoint_url) as client:
        return estimate_prices(client, table, services=tuple(EXPORTED_SERVICES), now=now or datetime.now(UTC))
