"""Any question to the bill by its name, and shared cost divided among those who share it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from costopt.billing.allocation import allocate_by_cost, allocate_evenly, allocate_fixed
from costopt.billing.dimensions import parse_condition, parse_grouping, parse_tag
from costopt.billing.query import Query, load, names
from costopt.config.settings import Settings
from costopt.errors import UsageError
from costopt.model.period import Period
from costopt.pipeline.costs import ALL_TIME, CostRequest, Costs, chosen_period, costs
from costopt.pipeline.engines import columns_of, open_engine

_INTERNAL = ("costs_derived",)
"""A form of another question."""
USUAL_COUNT = 50
"""Rows of a ranking where nothing else is asked for."""
COSTS = "costs"
"""The question that takes dimensions of any kind and is converted; see `costopt.pipeline.costs`."""
Method = Literal["even", "proportional", "fixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, beyond time and filters."""

    name: str
    """Name of the question: a file of `costopt/billing/queries`."""
    tag: str | None = None
    """Key of the tag that it is about."""
    count: int | None = None
    """How many rows of a ranking; None is `USUAL_COUNT`."""


def question_names() -> tuple[str, ...]:
    """What can be asked, sorted."""
    return tuple(name for name in names() if name not in _INTERNAL)


def ask(
    settings: Settings,
    question: Question,
    request: CostRequest,
    *,
    store: Path | None = None,
    now: datetime | None = None,
) -> Costs:
    """Answer a question by its name.

    Only `costs` is converted to `billing.currency`; amounts of all others stand in the currencies of the bill, and
    `notes` says so where that is another.

    Args:
        settings: the user's settings.
        question: which one.
        request: dimensions, filters and time.
        store: directory of the store; the settings' otherwise.
        now: the time that no window of last days goes beyond; the clock's otherwise.

    Raises:
        StoreError: no store there, or a damaged one.
        EngineError: the engine failed.
        UsageError: no such question, one that needs something that is not given, or does not take what is given.
    """
    query = _known(question.name)
    _refuse_unused(query, question, request)
    if question.name == COSTS:
        return costs(settings, request, store=store, now=now)
    with open_engine(settings, store) as engine:
        catalog = engine.catalog
        known = columns_of(catalog)
        period = chosen_period(request, catalog, now)
        grouping = parse_grouping(request.by, known)
        given = {
            "start": period.start,
            "end": period.end,
            "by": grouping.fragment,
            "where": parse_condition(request.where, known),
            "count": USUAL_COUNT if question.count is None else question.count,
        }
        if "tag" in query.parameters:
            given["tag"] = parse_tag(_needed_tag(question))
        if "previous_start" in query.parameters:
            given |= {"previous_start": _before(period, question.name), "previous_end": period.start, "billed": False}
        table = engine.query(query.bind(**{name: given[name] for name in query.parameters}))
    headings = grouping.headings(table.column_names) if "by" in query.parameters else table.column_names
    notes = _unconverted(table, settings.billing.currency)
    return Costs(table=table, headings=tuple(headings), period=period, engine=engine.name, notes=notes)


def _known(name: str) -> Query:
    if name not in question_names():
        near = get_close_matches(name, question_names(), n=2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(question_names())}."
        raise UsageError(f"there is no question {name!r}", hint=hint)
    return load(name)


def _refuse_unused(query: Query, question: Question, request: CostRequest) -> None:
    """An answer that left out what was asked for would be taken for another one."""
    given = {
        "by": ("--by", bool(request.by)),
        "where": ("--where", bool(request.where)),
        "start": ("--last, --from or --to", request.period is not None or request.last_days is not None),
        "tag": ("--tag", question.tag is not None),
        "count": ("--top", question.count is not None),
    }
    unused = [option for name, (option, is_given) in given.items() if is_given and name not in query.parameters]
    if unused:
        raise UsageError(
            f"the question {query.name} does not take {', nor '.join(unused)}",
            hint="Leave it out, or ask another: `costopt costs --show help` lists them.",
        )


def _unconverted(table: pa.Table, wanted: str | None) -> tuple[str, ...]:
    """That amounts are in other currencies than the one that the user wants totals in."""
    if wanted is None or "BillingCurrency" not in table.column_names:
        return ()
    found = sorted({str(one) for one in table.column("BillingCurrency").unique().to_pylist()} - {wanted})
    if not found:
        return ()
    return (f"amounts are in {' and '.join(found)}, as billed: only plain costs are converted to {wanted}",)


def _needed_tag(question: Question) -> str:
    if question.tag is None:
        raise UsageError(f"{question.name} is about a tag", hint="Name it: --tag team.")
    return question.tag


def _before(period: Period, name: str) -> datetime:
    """Start of the period of the same length before."""
    if period == ALL_TIME:
        raise UsageError(
            f"{name} compares a time with the one before it", hint="Name it: --last 30d, or --from and --to."
        )
    return (period.start - period.duration).astimezone(UTC)


def allocate_shared(
    settings: Settings,
    tag: str,
    method: Method,
    request: CostRequest,
    *,
    fractions: Mapping[str, Decimal] | None = None,
    store: Path | None = None,
    now: datetime | None = None,
) -> Costs:
    """The bill by a tag, with what carries no value of it divided among those who do.

    Args:
        settings: the user's settings.
        tag: key of the tag that names whose cost it is.
        method: `even`, `proportional` (to EffectiveCost) or `fixed`.
        request: filters and time.
        fractions: of each owner, for `fixed` only; they sum to 1.
        store: directory of the store; the settings' otherwise.
        now: the time that no window of last days goes beyond; the clock's otherwise.

    Returns:
        A row for each owner and currency: `tag_value`, `BillingCurrency`, `own_cost`, `shared_cost`, `total_cost`. The
        totals sum to the bill, to the last digit.

    Raises:
        BillError: nobody to bear it, or fractions that do not sum to 1.
        UsageError: dimensions, or fractions with another method; else as `ask`.
        StoreError, EngineError: as `ask`.
    """
    if request.by:
        raise UsageError("--allocate does not take --by: it answers by the tag", hint="Leave --by out.")
    if fractions and method != "fixed":
        raise UsageError(f"--share beside --allocate {method}", hint="Shares are of --allocate fixed.")
    if not all(fraction.is_finite() for fraction in (fractions or {}).values()):
        raise UsageError("a share is no number", hint="Give fractions from 0 to 1.")
    basis = ask(settings, Question(name="shared_cost_basis", tag=tag), request, store=store, now=now)
    rows: list[dict[str, Any]] = []
    found = basis.table.to_pylist()
    for currency in sorted({row["BillingCurrency"] for row in found}):
        own = {row["tag_value"]: row["effective_cost"] for row in found if row["BillingCurrency"] == currency}
        shared = own.pop(None, Decimal(0))
        parts = _divide(shared, own, method, fractions or {})
        for owner in sorted(own | parts):
            cost, part = own.get(owner, Decimal(0)), parts.get(owner, Decimal(0))
            rows.append(
                {
                    "tag_value": owner,
                    "BillingCurrency": currency,
                    "own_cost": cost,
                    "shared_cost": part,
                    "total_cost": cost + part,
                }
            )
    table = pa.Table.from_pylist(rows, schema=_ALLOCATED)
    return replace(basis, table=table, headings=(f"tag:{tag}", *_ALLOCATED.names[1:]))


_MONEY = pa.decimal128(38, 10)
_ALLOCATED = pa.schema(
    [
        ("tag_value", pa.string()),
        ("BillingCurrency", pa.string()),
        ("own_cost", _MONEY),
        ("shared_cost", _MONEY),
        ("total_cost", _MONEY),
    ]
)


def _divide(
    shared: Decimal, own: Mapping[str, Decimal], method: Method, fractions: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    if not shared:
        return {}
    if method == "even":
        return allocate_evenly(shared, own)
    return allocate_by_cost(shared, own) if method == "proportional" else allocate_fixed(shared, fractions)
