"""What the files say before anything is mapped: lines and costs by billing period, currency and kind of line.

It is the side of a reconciliation that the mapping cannot touch, and it tells what the mapping has to know beforehand:
in which periods the costs net of discounts are filled, and how much is set aside.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from costopt.billing.intake.relation import Relation
from costopt.billing.mapping import SourceMapping, fill
from costopt.billing.sql_text import literal
from costopt.model.bill import Account, FileTotal

PERIOD = "strftime({start} + INTERVAL 14 DAY, '%Y-%m')"
"""Billing period of a row by the middle of its month: in another time zone a month begins on the day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """Lines of one sort."""

    period: str
    """Billing period, `YYYY-MM`."""
    currency: str
    """ISO 4217 code."""
    kind: str
    """The source's own kind of line."""
    lines: int
    """How many."""
    cost: Decimal
    """Their share of the source's own total."""
    net: bool
    """Whether any of them has a cost net of discounts that is not zero."""


def survey(connection: Any, relation: Relation, mapping: SourceMapping) -> list[Surveyed]:
    """Survey a relation; nothing where the source's rows are taken as they are.

    Raises:
        duckdb.Error: a file cannot be read, or holds a value of another type than its column's.
    """
    if mapping.source.kind is None:
        return []
    values = relation.columns
    net = "false" if mapping.source.net is None else f"bool_or(COALESCE({values[mapping.source.net]}, 0) <> 0)"
    total = fill(mapping.expand(mapping.source.total_is), values)
    query = f"""SELECT {period_of(mapping, values)}, COALESCE({values[mapping.source.currency]}, ''),
        COALESCE({values[mapping.source.kind]}, ''), count(*), COALESCE(sum(CAST({total} AS DECIMAL(28, 10))), 0),
        COALESCE({net}, false) FROM {relation.sql} GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - made of escaped parts
    return [
        Surveyed(period=period or "", currency=currency, kind=kind, lines=lines, cost=cost, net=net_)
        for period, currency, kind, lines, cost, net_ in connection.execute(query).fetchall()
    ]


def joined(surveys: Iterable[Sequence[Surveyed]]) -> list[Surveyed]:
    """Several files as one."""
    sums: dict[tuple[str, str, str], Surveyed] = {}
    for one in (line for some in surveys for line in some):
        key = (one.period, one.currency, one.kind)
        other = sums.get(key)
        sums[key] = (
            one
            if other is None
            else replace(one, lines=one.lines + other.lines, cost=one.cost + other.cost, net=one.net or other.net)
        )
    return [sums[key] for key in sorted(sums)]


def period_of(mapping: SourceMapping, values: Mapping[str, str]) -> str:
    """Expression of a row's billing period."""
    return PERIOD.format(start=fill(mapping.expand(mapping.period), values))


def net_periods(found: Iterable[Surveyed]) -> set[str]:
    """Billing periods whose costs net of discounts are filled.

    That is a property of the period, not of the line: a discount line itself may have no net cost.
    """
    return {one.period for one in found if one.net}


def set_aside(connection: Any, found: Iterable[Surveyed], mapping: SourceMapping) -> list[tuple[str, Account]]:
    """Billing period and account of the lines that are not kept, with the reason."""
    if mapping.set_aside is None:
        return []
    net = net_periods(found := list(found))
    aside = []
    for one in found:
        values = {str(mapping.source.kind): literal(one.kind), "is_net": str(one.period in net).lower()}
        (reason,) = connection.execute(f"SELECT {fill(mapping.expand(mapping.set_aside), values)}").fetchone()
        if reason is not None:
            account = Account(
                currency=one.currency,
                category="",
                source_type=one.kind,
                set_aside=reason,
                rows=one.lines,
                source_cost=one.cost,
                billed_cost=Decimal(0),
                effective_cost=Decimal(0),
            )
            aside.append((one.period, account))
    return aside


def file_totals(found: Sequence[Surveyed]) -> dict[str, tuple[FileTotal, ...]]:
    """What the files sum to, by billing period."""
    sums: dict[tuple[str, str], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for one in found:
        lines, cost = sums[one.period, one.currency]
        sums[one.period, one.currency] = lines + one.lines, cost + one.cost
    totals: dict[str, list[FileTotal]] = defaultdict(list)
    for (period, currency), (lines, cost) in sorted(sums.items()):
        totals[period].append(FileTotal(currency=currency, lines=lines, cost=cost))
    return {period: tuple(some) for period, some in totals.items()}
