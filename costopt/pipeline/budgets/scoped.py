"""What the bill says of a budget's scope, day by day of the budget's zone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa

from costopt.budgets.periods import Window, midnight
from costopt.budgets.scoped_costs import ScopedCosts
from costopt.errors import ConfigError, UsageError
from costopt.model.budget import Basis, Budget
from costopt.model.focus import ChargeCategory
from costopt.model.period import Period
from costopt.pipeline.budgets.bill import BudgetBill
from costopt.pipeline.budgets.freshness import estimated_from

DAY = timedelta(days=1)
ONE_TIME = "One-Time"
"""Of ChargeFrequency. Source: https://focus.finops.org/focus-specification/v1-2/#chargefrequency."""
_FEE = ("ChargeCategory", "ChargeFrequency")
_MONEY = {Basis.BILLED: "billed_cost", Basis.EFFECTIVE: "effective_cost"}


def scoped_costs(bill: BudgetBill, budget: Budget) -> ScopedCosts:
    """Costs of a budget's scope in its basis, up to the moment of the check.

    Raises:
        ConfigError: the scope names a column that the bill does not have.
        CurrencyMismatch: amounts are to be converted, and a rate is missing.
    """
    utc = is_utc(bill, budget)
    try:
        table = bill.costs([*(["day"] if utc else ["hour", "ChargePeriodEnd"]), *_fee_columns(bill)], budget.conditions)
    except UsageError as error:
        raise ConfigError(f"budget {budget.name!r}: {error}", hint=error.hint) from None
    costs: dict[date, Decimal] = defaultdict(Decimal)
    fees: dict[date, Decimal] = defaultdict(Decimal)
    zone = ZoneInfo(budget.time_zone)
    for (day, cost), is_fee in zip(
        _days(table, _MONEY[budget.basis], None if utc else zone), _fees(table), strict=True
    ):
        costs[day] += cost
        if is_fee and cost:
            fees[day] += cost
    return ScopedCosts(
        first_day=bill.first_day,
        costs=_from(bill.first_day, costs),
        fees=_from(bill.first_day, fees) if fees else (),
        charges=sum(table.column("line_items").to_pylist()),
        currencies=frozenset(table.column("BillingCurrency").to_pylist()),
        complete_until=_local(bill.complete_in(budget.conditions), utc=utc, zone=zone),
        estimated_from=estimated_from(bill.now),
    )


def _fee_columns(bill: BudgetBill) -> tuple[str, ...]:
    """What tells a fee that is paid once; a table in the user's own engine need not have it, and a store always has."""
    return () if bill.engine.catalog is None else _FEE


def _fees(table: pa.Table) -> Iterator[bool]:
    """Of each row whether it is one."""
    if not set(_FEE) <= set(table.column_names):
        yield from [False] * table.num_rows
        return
    for kind, frequency in zip(*(table.column(name).to_pylist() for name in _FEE), strict=True):
        yield kind == ChargeCategory.PURCHASE and frequency == ONE_TIME


def is_utc(bill: BudgetBill, budget: Budget) -> bool:
    """Whether days are those of UTC: the budget wants them, or the bill has no hours to make others of."""
    return budget.time_zone == "UTC" or not bill.hourly


def bounds(bill: BudgetBill, budget: Budget, window: Window) -> Period:
    """First moment of a window and the one after its last, on the same days as `scoped_costs`."""
    return window.bounds(ZoneInfo("UTC" if is_utc(bill, budget) else budget.time_zone))


def _days(table: pa.Table, money: str, zone: ZoneInfo | None) -> Iterator[tuple[date, Decimal]]:
    amounts = table.column(money).to_pylist()
    if zone is None:
        yield from zip(table.column("day").to_pylist(), amounts, strict=True)
        return
    ends = table.column("ChargePeriodEnd").to_pylist()
    for start, end, cost in zip(table.column("hour").to_pylist(), ends, amounts, strict=True):
        yield _local_day(start, end, zone), cost


def _local_day(start: datetime, end: datetime, zone: ZoneInfo) -> date:
    """The day of a charge in a zone; a fee for whole UTC days keeps its date, so that the first stays the first."""
    if end - start >= DAY and start.time() == time():
        return start.date()
    return start.replace(tzinfo=UTC).astimezone(zone).date()


def _local(complete_until: date, *, utc: bool, zone: ZoneInfo) -> date:
    return complete_until if utc else midnight(complete_until, ZoneInfo("UTC")).astimezone(zone).date()


def _from(first: date, costs: Mapping[date, Decimal]) -> tuple[Decimal, ...]:
    last = max(costs, default=first)
    days: Sequence[date] = [first + number * DAY for number in range((last - first).days + 1)]
    return tuple(costs.get(day, Decimal(0)) for day in days)
