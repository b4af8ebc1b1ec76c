"""Questions about accounts, as many at once as one question takes."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from costopt.billing.dimensions import MAX_FILTERS, parse_condition, parse_grouping
from costopt.billing.engine import Engine
from costopt.billing.query import load, load_costs
from costopt.model.focus import TYPES
from costopt.model.period import Period

AT_ONCE = 90
"""Accounts or resources, below the number of filters that one question takes."""


def ask(
    engine: Engine,
    question: str,
    accounts: Sequence[str],
    period: Period,
    *filters: str,
    by: Sequence[str] | None = None,
) -> Iterator[pa.Table]:
    """Answers for all accounts, some at a time; to `costs` by those dimensions."""
    grouping = None if by is None else parse_grouping(by, TYPES)
    query = load(question) if grouping is None else load_costs(grouping)
    more = {} if grouping is None else {"by": grouping.fragment}
    at_once = AT_ONCE if len(filters) < MAX_FILTERS - AT_ONCE else 1
    for at in range(0, len(accounts), at_once):
        of_accounts = [f"SubAccountId={account}" for account in accounts[at : at + at_once]]
        where = parse_condition([*of_accounts, *filters], TYPES)
        yield engine.query(query.bind(start=period.start, end=period.end, where=where, **more))
