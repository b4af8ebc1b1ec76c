"""One question to Cost Explorer and its answer, page by page."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Literal

from costopt.collectors.aws.interface import Call
from costopt.collectors.faults import printable
from costopt.errors import BillError

GET_COST_AND_USAGE = Call(client="ce", operation="GetCostAndUsage", action="ce:GetCostAndUsage", result="ResultsByTime")
COST_EXPLORER_CALLS = (GET_COST_AND_USAGE,)
"""Everything that the bill of Cost Explorer asks."""

METRICS = ("UnblendedCost", "NetUnblendedCost", "AmortizedCost", "NetAmortizedCost")
"""One request answers all four; the net ones may be missing where an account has no discounts."""
_LARGEST = Decimal(10) ** 15
"""No real bill has such a line; it would not fit the store's DECIMAL(28,10) with room for sums."""
_LONGEST = 1024
"""Characters of a dimension's value. Source: botocore's model, `GenericString`."""
_VERSION = 1
"""Of what is kept of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuery:
    """What is asked."""

    granularity: Literal["DAILY", "MONTHLY"]
    """Length of a step."""
    keys: tuple[str, str]
    """Dimensions to group by."""
    start: date
    """First day, UTC."""
    end: date
    """Day after the last."""
    record_types: tuple[str, ...] = ()
    """Only these kinds of charge; empty for all."""

    def params(self) -> dict[str, Any]:
        """Parameters of GetCostAndUsage."""
        params: dict[str, Any] = {
            "TimePeriod": {"Start": self.start.isoformat(), "End": self.end.isoformat()},
            "Granularity": self.granularity,
            "Metrics": list(METRICS),
            "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in self.keys],
        }
        if self.record_types:
            params["Filter"] = {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(self.record_types)}}
        return params

    def fingerprint(self, account: str) -> str:
        """Tells questions apart, in 64 hexadecimal digits."""
        text = json.dumps([_VERSION, account, self.params()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One group of one step."""

    start: date
    """First day of the step, UTC."""
    keys: tuple[str, str]
    """Values of the dimensions, in the order of the question."""
    unblended: Decimal
    """UnblendedCost: what the invoice says."""
    amortized: Decimal
    """AmortizedCost: fees of commitments spread over what uses them."""
    net_unblended: Decimal | None
    """NetUnblendedCost: discounts taken off where they arise."""
    net_amortized: Decimal | None
    """NetAmortizedCost."""
    currency: str
    """ISO 4217 code."""
    is_estimated: bool
    """Whether AWS may still change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAnswer:
    """A whole answer, all pages of it."""

    rows: tuple[CostRow, ...]
    """Sorted; each step and group once."""
    account_names: Mapping[str, str]
    """Account id to its name, where the answer tells."""
    needs: int | None = None
    """Requests that the run would have taken, where the question was given up as too long; there are no rows then."""


def read_page(page: Mapping[str, Any], query: CostQuery) -> tuple[list[CostRow], dict[str, str]]:
    """Rows and account names of one page.

    Raises:
        BillError: it does not answer the question.
    """
    rows = [
        _row(step, group, query)
        for step in page["ResultsByTime"]
        for group in step.get("Groups", ())
        if not _is_blank(group)
    ]
    names = {
        item["Value"]: str(item.get("Attributes", {}).get("description", ""))[:_LONGEST]
        for item in page.get("DimensionValueAttributes", ())
        if item.get("Value")
    }
    return rows, {value: name for value, name in names.items() if name}


def last_step(page: Mapping[str, Any], query: CostQuery) -> date:
    """First day of the last step that a page shows, with or without costs."""
    return max((_day(step, query) for step in page["ResultsByTime"]), default=query.start)


def whole(rows: Iterable[CostRow], names: Mapping[str, str]) -> CostAnswer:
    """The answer of all pages together.

    Raises:
        BillError: a group comes twice, so that its cost would count twice.
    """
    ordered = tuple(sorted(rows, key=lambda row: (row.start, row.keys)))
    for one, other in pairwise(ordered):
        if (one.start, one.keys) == (other.start, other.keys):
            raise BillError(
                f"Cost Explorer gave {printable(' / '.join(one.keys))} of {one.start} twice", hint="Try again later."
            )
    return CostAnswer(rows=ordered, account_names=dict(names))


def _is_blank(group: Mapping[str, Any]) -> bool:
    """Whether a group has no cost at all; its unit is then `N/A`."""
    metrics = group.get("Metrics", {})
    return bool(metrics) and all(
        item.get("Unit") == "N/A" and _amount(item.get("Amount")) == 0 for item in metrics.values()
    )


def _row(step: Mapping[str, Any], group: Mapping[str, Any], query: CostQuery) -> CostRow:
    keys = tuple(group.get("Keys", ()))
    if len(keys) != len(query.keys) or any(len(key) > _LONGEST for key in keys):
        raise _odd(f"a group with {len(keys)} keys")
    start = _day(step, query)
    metrics = group.get("Metrics", {})
    amounts = {name: _amount(metrics[name].get("Amount")) if name in metrics else None for name in METRICS}
    unblended, amortized = amounts["UnblendedCost"], amounts["AmortizedCost"]
    if unblended is None or amortized is None:
        raise _odd(f"a group of {start} without UnblendedCost or AmortizedCost")
    return CostRow(
        start=start,
        keys=(keys[0], keys[1]),
        unblended=unblended,
        amortized=amortized,
        net_unblended=amounts["NetUnblendedCost"],
        net_amortized=amounts["NetAmortizedCost"],
        currency=_currency(metrics),
        is_estimated=bool(step.get("Estimated")),
    )


def _day(step: Mapping[str, Any], query: CostQuery) -> date:
    text = str(step.get("TimePeriod", {}).get("Start", ""))
    try:
        start = date.fromisoformat(text)
    except ValueError:
        raise _odd(f"the day {text[:30]!r}") from None
    if not query.start <= start < query.end or (query.granularity == "MONTHLY" and start.day != 1):
        raise _odd(f"{start}, which was not asked for")
    return start


def _amount(text: Any) -> Decimal:
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        raise _odd(f"the amount {str(text)[:30]!r}") from None
    if not amount.is_finite() or abs(amount) >= _LARGEST:
        raise _odd(f"the amount {str(text)[:30]!r}")
    return amount


def _currency(metrics: Mapping[str, Any]) -> str:
    units = {str(metrics[name].get("Unit")) for name in METRICS if name in metrics}
    if len(units) != 1:
        raise _odd(f"one group in {', '.join(sorted(units))}")
    (unit,) = units
    if len(unit) != 3 or not (unit.isascii() and unit.isalpha() and unit.isupper()):
        raise _odd(f"the currency {unit[:30]!r}")
    return unit


def _odd(what: str) -> BillError:
    return BillError(f"Cost Explorer answered {printable(what)}", hint="Nothing was taken in. Try again later.")
