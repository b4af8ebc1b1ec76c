"""What a check is. One file in `analyzer/checks` declares one `CHECK`; lists, settings and docs derive from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from costopt.analyzer.context import Context
from costopt.model.finding import Category, Verdict
from costopt.model.resource import Resource
from costopt.model.utilization import Facts

S = TypeVar("S")
"""Specification of the kind of resource that the check concerns."""
P = TypeVar("P")
"""The check's parameters: a frozen dataclass whose every field has a default and a docstring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A metric that a check reads."""

    metric: str
    """Canonical name, a key of `model.metrics.METRICS`."""
    days: str = "days"
    """Name of the parameter that holds the look-back in days."""
    required: bool = True
    """Whether the engine answers NO_DATA by itself where the metric is missing or covers too little."""
    hour_of_week: bool = False
    """Whether the check reads `hour_of_week_maximum`."""
    above: str | None = None
    """Name of the parameter that holds a threshold whose `fraction_above` the check reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[S, P]):
    """A question asked of every resource of one kind."""

    id: str
    """`<resource>_<condition>`; also the file's name and the key in the configuration."""
    title: str
    """What is wrong where it flags, in a few words."""
    category: Category
    """Waste or optimisation."""
    lever: str
    """Group in the report: one of `LEVERS`."""
    applies_to: type[S]
    """Specification of the kind of resource."""
    params: type[P]
    """Thresholds; every number that a user may wish to change."""
    source: str
    """Where the thresholds come from: public URLs or names of documents."""
    run: Callable[[Resource, S, Facts, Context, P], Verdict]
    """Pure: resource, its specification, its aggregates, context, thresholds."""
    excludes: Callable[[Resource, S], str | None] | None = None
    """Why the check does not concern a resource (a short fixed phrase), or None where it does. Asked before the
    engine looks at age and data, so that a stopped machine is `not applicable` and not `no data`."""
    needs: tuple[Need, ...] = ()
    """Metrics that it reads."""
    relies_on: tuple[type[Any], ...] = ()
    """Kinds of other resources whose absence it interprets: where the ledger has a gap for one of them in the
    same account and region, the engine answers NO_DATA."""
    grace_days: int = 7
    """Younger resources are not judged; 0 where age does not matter."""


LEVERS: tuple[str, ...] = (
    "Idle compute",
    "Idle GPU and ML",
    "Idle databases",
    "Idle network",
    "Unused storage",
    "Right-sizing",
    "Schedules",
    "Newer generations",
    "Storage tiers",
    "Commitments",
)
"""Groups of the report, most usual first."""
