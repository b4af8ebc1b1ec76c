"""Whether the bills of a store keep the rules of FOCUS 1.2: the rules, how each ended, and what the bills hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from costopt.model.bill import PeriodBill
from costopt.model.bill_quality import BillQuality


class Level(StrEnum):
    """How much a broken rule matters."""

    ERROR = "error"
    """Totals would be wrong."""
    WARNING = "warning"
    """Totals stand; another reader of the bill may misread it."""


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    """No row breaks the rule; also where no row is of the kind that the rule is about."""
    BROKEN = "broken"
    """Some rows do."""
    NOT_RUN = "not run"
    """Nobody knows; the reason is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule that rows have to keep."""

    id: str
    """Name that stays, such as `charge-category-known`."""
    title: str
    """What is checked, in a few words."""
    level: Level
    """How much it matters."""
    columns: tuple[str, ...]
    """Columns of FOCUS that it is about; the first is the one whose page states it."""
    words: str
    """The rule, with its tolerance and its exceptions."""
    source: str
    """URL of the section of FOCUS 1.2 that it is taken from, or that it guards."""
    own: bool
    """True where FOCUS does not ask for it: a rule of ours about the sense of a bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Where rows break a rule. It names no resource, account, tag or amount."""

    billing_period: str | None
    """`YYYY-MM`."""
    service: str | None
    """ServiceName."""
    category: str | None
    """ChargeCategory."""
    rows: int
    """How many rows there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check of one source's bills ended."""

    source: str
    """Name of the source in the store; all its billing periods together."""
    rule: Rule
    """What was checked."""
    outcome: Outcome
    """How it ended."""
    broken_rows: int | None
    """Rows that break the rule; None where it was not run."""
    examples: tuple[Example, ...] = ()
    """Up to five places, those with the most rows first."""
    reason: str = ""
    """Why it was not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuality:
    """What one billing period of one source holds, counted now from the store's files."""

    bill: PeriodBill
    """What the catalog says of it."""
    quality: BillQuality
    """Rows, nulls and gaps."""
    totals: Mapping[str, Mapping[str, Decimal | None]]
    """Currency to column of money to its exact sum; None where no row fills it. Currencies are never added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreQuality:
    """Everything that `costopt quality` says."""

    bills: tuple[StoredQuality, ...]
    """By source and billing period."""
    results: tuple[CheckResult, ...]
    """By source, then in the order of the checks."""

    @property
    def errors(self) -> tuple[CheckResult, ...]:
        """Results whose rows make totals wrong."""
        return self._broken(Level.ERROR)

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        """Results whose rows others may misread."""
        return self._broken(Level.WARNING)

    @property
    def not_run(self) -> tuple[CheckResult, ...]:
        """Checks of which nobody knows."""
        return tuple(result for result in self.results if result.outcome is Outcome.NOT_RUN)

    def _broken(self, level: Level) -> tuple[CheckResult, ...]:
        return tuple(one for one in self.results if one.outcome is Outcome.BROKEN and one.rule.level is level)
