"""Google's pricing export in BigQuery: the newest whole day of list prices and of a billing account's own.

Nothing is read before a dry run has said how many bytes it will be billed, and nothing above the limit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from costopt.collectors.faults import printable
from costopt.collectors.gcp.bill_address import TableAddress
from costopt.collectors.gcp.export_query import LimitedTable, dry_run, limit_of, require_undiminished
from costopt.collectors.gcp.price_lines import sku_prices
from costopt.collectors.gcp.price_query import (
    DAYS,
    PriceDay,
    days_question,
    most_prices_question,
    price_day,
    prices_question,
)
from costopt.collectors.gcp.price_table import PriceTable, describe_prices
from costopt.errors import BillError
from costopt.model.sku_price import SkuPrice

if TYPE_CHECKING:
    from google.cloud import bigquery

WHOLE: Final = Fraction(9, 10)
"""A day with a smaller part of the SKUs of the day before is taken as one that is still being loaded: Google retires
no tenth of its SKUs in a day."""
LATE: Final = timedelta(days=3)
"""Prices that are older are said to be: Google exports them once a day, the first within 48 hours.
Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables."""
_ADVICE: Final = "Raise --max-gib-billed (engine.max_gib_billed)."
_ACCOUNTS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFetch:
    """Prices of one day."""

    prices: tuple[SkuPrice, ...]
    """One a SKU, of the services that were asked for."""
    account: str
    """Billing account whose own prices stand beside list prices."""
    as_of: datetime
    """When Google generated them, UTC."""
    bytes_billed: int
    """What the two queries were billed, by the dry runs' estimate."""
    notes: tuple[str, ...]
    """What the user should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceEstimate:
    """What a fetch would read, by dry runs, which cost nothing."""

    survey_bytes: int
    """Of the question which days there are."""
    prices_bytes: int
    """Of the prices: at most so many, for one day is read of those that the survey looks at."""


def estimate_prices(
    client: "bigquery.Client", address: TableAddress, *, services: Collection[str], now: datetime
) -> PriceEstimate:
    """What `fetch_prices` would be billed. Reads no row.

    Raises:
        BillError: it is no pricing export.
        CollectError: the table cannot be read.
    """
    table = describe_prices(client, address)
    return PriceEstimate(
        survey_bytes=dry_run(client, address, days_question(table, services, now)),
        prices_bytes=dry_run(client, address, most_prices_question(table, services, now)),
    )


def fetch_prices(
    client: "bigquery.Client",
    address: TableAddress,
    *,
    services: Collection[str],
    account: str | None = None,
    max_gib_billed: float,
    now: datetime,
) -> PriceFetch:
    """Reads the prices of some services on the newest day that is there as a whole.

    Args:
        client: of BigQuery.
        address: the export's table, or a view of it.
        services: ids such as `6F81-5844-456A`.
        account: billing account; None for the only one in the table.
        max_gib_billed: GiB that both queries together may be billed; what is more is refused before it runs.
        now: time of the run, aware.

    Raises:
        BillError: no pricing export, no prices, several accounts, above the limit, or an answer that is not whole.
        CollectError: the table cannot be read.
        UsageError: the limit is none.
    """
    table = describe_prices(client, address)
    limited = LimitedTable(
        client=client,
        address=address,
        is_partitioned=table.partition is not None,
        limit=limit_of(max_gib_billed),
        advice=_ADVICE,
    )
    question = days_question(table, services, now)
    billed = limited.admit(question)
    days = _of_account([price_day(row) for row in limited.rows(question)], account, table)
    day = newest_whole(days)
    question = prices_question(table, services, day)
    billed += limited.admit(question, before=billed)
    lines = [row[0] for row in limited.rows(question)]
    require_undiminished(address, counted=day.lines, sent=len(lines))
    return PriceFetch(
        prices=tuple(sku_prices(lines)),
        account=day.account,
        as_of=day.as_of.astimezone(UTC),
        bytes_billed=billed,
        notes=(*_notes(days, day, now), *_of_partitions(table)),
    )


def newest_whole(days: Sequence[PriceDay]) -> PriceDay:
    """The newest day that has at least `WHOLE` of the SKUs of the day before it.

    Args:
        days: of one account, at least one.
    """
    found = sorted(days, key=lambda day: day.as_of, reverse=True)
    return next((day for day, before in pairwise(found) if day.skus >= WHOLE * before.skus), found[-1])


def _of_account(days: Sequence[PriceDay], account: str | None, table: PriceTable) -> list[PriceDay]:
    """Days of the account that is asked for, or of the only one.

    Raises:
        BillError: there are none, or several accounts and none is asked for.
    """
    if not days:
        raise _nothing(table)
    known = sorted({day.account for day in days})
    if account is None and len(known) > 1:
        raise BillError(
            f"{table.address} has prices of {len(known)} billing accounts: {_shown(known)}",
            hint="They pay different prices: name one by --billing-account.",
        )
    chosen = [day for day in days if account in (None, day.account)]
    if not chosen:
        raise BillError(
            f"{table.address} has no prices of billing account {printable(account or '')[:40]!r}",
            hint=f"It has those of {_shown(known)}.",
        )
    return chosen


def _nothing(table: PriceTable) -> BillError:
    changed = f"; it was last changed on {table.modified:%Y-%m-%d}" if table.modified else ""
    return BillError(
        f"{table.address} has no prices of the last {DAYS} days of a service that is of use{changed}",
        hint="A new export gets its first prices within 48 hours, and one that was switched off gets none: see Billing "
        "export in the console of Google Cloud, or read Google's public list without --table.",
    )


def _shown(accounts: Sequence[str]) -> str:
    more = f" and {len(accounts) - _ACCOUNTS_SHOWN} more" if len(accounts) > _ACCOUNTS_SHOWN else ""
    return ", ".join(printable(one)[:40] for one in accounts[:_ACCOUNTS_SHOWN]) + more


def _notes(days: Sequence[PriceDay], day: PriceDay, now: datetime) -> list[str]:
    said = []
    newest = max(days, key=lambda one: one.as_of)
    if newest is not day:
        said.append(
            f"the prices of {newest.as_of:%Y-%m-%d %H:%M} UTC are not whole yet, {newest.skus:,} SKUs; those of "
            f"{day.as_of:%Y-%m-%d %H:%M} are read, {day.skus:,} SKUs"
        )
    age = now - day.as_of
    if age > LATE:
        said.append(f"the prices are {age.days} days old, of {day.as_of:%Y-%m-%d}: the export is late or switched off")
    return said


def _of_partitions(table: PriceTable) -> list[str]:
    if table.partition is None:
        return [f"{table.address} has no partitions: every query reads all of it, whatever the day"]
    return []
