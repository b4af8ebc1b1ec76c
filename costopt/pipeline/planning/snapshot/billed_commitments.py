"""What owned commitments cost an hour, as the bill says."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path

from costopt.billing.dimensions import parse_condition
from costopt.billing.duckdb_engine import open_duckdb
from costopt.billing.lake import Lake
from costopt.billing.query import load
from costopt.economics.commitments import Owned
from costopt.model.focus import TYPES
from costopt.model.money import USD
from costopt.model.period import Period

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_AT_ONCE = 90
_LAST_PART = re.compile(r"[^/:]+$")


def read_commitment_costs(
    store: Path, windows: Mapping[str, Period], accounts: Sequence[str], owned: Sequence[Owned]
) -> Mapping[str, Decimal]:
    """Effective dollars an hour of owned commitments, used or not, upfront fees spread.

    A commitment is left out where the bill states a part of it by the month only, or in another currency than the
    prices.

    Args:
        store: directory of the store.
        windows: source to the window of it that is whole.
        accounts: accounts that are planned for.
        owned: the commitments.

    Returns:
        By id, of those that the bill tells of.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: its files cannot be read.
    """
    lake = Lake(store)
    costs: dict[str, Decimal] = {}
    for source, window in sorted(windows.items()):
        spent: dict[str, Decimal] = defaultdict(Decimal)
        by_month: set[str] = set()
        with open_duckdb(lake, source=source) as engine:
            for at in range(0, len(accounts), _AT_ONCE):
                chosen = [f"SubAccountId={account}" for account in accounts[at : at + _AT_ONCE]]
                where = parse_condition([*chosen, f"BillingCurrency={USD}"], TYPES)
                query = load("commitment_utilisation").bind(start=window.start, end=window.end, where=where)
                for row in engine.query(query).to_pylist():
                    name = _id_of(row["CommitmentDiscountId"])
                    spent[name] += (row["used_cost"] or 0) + (row["unused_cost"] or 0)
                    if row["charge_period_end"] - row["charge_period_start"] > _DAY:
                        by_month.add(name)
        for one in owned:
            hours = _hours(one, window)
            if hours > 0 and one.id not in by_month and spent.get(one.id, 0) > 0:
                costs[one.id] = spent[one.id] / hours
    return costs


def _id_of(name: str | None) -> str:
    """Id at the end of a name such as `arn:aws:rds:us-east-1:1:ri:id`."""
    found = _LAST_PART.search(name or "")
    return found[0] if found else ""


def _hours(one: Owned, window: Period) -> int:
    """Whole hours of the window in which a commitment is active."""
    start, end = max(one.spec.start.astimezone(UTC), window.start), min(one.spec.end.astimezone(UTC), window.end)
    return max((end - start) // _HOUR, 0)
