"""A check of budgets in OpenMetrics text, for a scrape or node_exporter's textfile collector.

What is not known has no sample. Source: https://prometheus.io/docs/specs/om/open_metrics_spec/.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal

from costopt.model.budget_check import BudgetCheck
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers.clean import clean
from costopt.renderers.formats import plain

Labels = Mapping[str, str]
Sample = tuple[Labels, Decimal | float | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    name: str
    words: str
    samples: tuple[Sample, ...]
    kind: str = "gauge"

    def lines(self) -> Iterator[str]:
        yield f"# TYPE {self.name} {self.kind}"
        yield f"# HELP {self.name} {self.words}"
        seen: set[str] = set()
        for labels, value in self.samples:
            pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            if pairs in seen:  # two hostile names that look alike once they are clean: one series cannot be both
                continue
            seen.add(pairs)
            yield f"{self.name}{{{pairs}}} {_number(value)}" if pairs else f"{self.name} {_number(value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetMetricsRenderer:
    """Gauges by budget, anomaly, commitment and source; amounts in the currency that a label names."""

    id: str = "openmetrics"
    """Name of the format."""

    def render(self, check: BudgetCheck) -> str:
        """The check as text that ends in `# EOF`."""
        families = (*_budget_families(check), *_other_families(check))
        lines = [line for family in families if family.samples for line in family.lines()]
        return "\n".join([*lines, "# EOF"]) + "\n"


_GAUGES: Mapping[str, tuple[str, Callable[[BudgetStatus], Decimal | float | None]]] = {
    "amount": ("What may be spent in the period.", lambda one: one.amount),
    "spent": ("What is spent so far.", lambda one: one.spent),
    "forecast": ("What the period is expected to cost.", lambda one: one.forecast.expected if one.forecast else None),
    "forecast_low": ("Lower end of the 80 percent interval.", lambda one: one.forecast.low if one.forecast else None),
    "forecast_high": ("Upper end of the 80 percent interval.", lambda one: one.forecast.high if one.forecast else None),
    "breach_probability_ratio": ("Probability that the amount is exceeded.", lambda one: one.breach_probability),
    "pace_ratio": ("Spent over the usual by now.", lambda one: one.pace_fraction),
}
"""Name to words and value, None where it is not known."""


def _budget_families(check: BudgetCheck) -> Iterator[_Family]:
    for name, (words, read) in _GAUGES.items():
        known = ((_labels(one), read(one)) for one in check.budgets)
        samples = tuple((labels, value) for labels, value in known if value is not None)
        yield _Family(name=f"costopt_budget_{name}", words=words, samples=samples)
    state_name = "costopt_budget_state"
    states = tuple(
        ({"budget": one.budget.name, state_name: state.value}, int(one.state is state))
        for one in check.budgets
        for state in BudgetState
    )
    yield _Family(name=state_name, words="Where the budget stands.", samples=states, kind="stateset")


def _labels(status: BudgetStatus) -> Labels:
    return {"budget": status.budget.name, "currency": status.budget.currency}


def _other_families(check: BudgetCheck) -> Iterator[_Family]:
    yield _Family(
        name="costopt_anomaly_daily_excess",
        words="Money a day that an anomaly is off by.",
        samples=tuple(
            (
                {
                    "dimension": one.dimension,
                    "value": one.value or "",
                    "kind": one.kind.value,
                    "start": f"{one.start:%Y-%m-%d}",
                    "currency": check.currency or "",
                },
                one.severity,
            )
            for one in check.anomalies
        ),
    )
    yield _Family(
        name="costopt_commitment_daily_cost",
        words="Money a day at stake in a commitment, 0 where it only ends.",
        samples=tuple(({"kind": one.kind.value, "subject": one.subject}, one.daily_cost) for one in check.commitments),
    )
    yield _Family(
        name="costopt_bill_complete_until_timestamp_seconds",
        words="Midnight, UTC, before which all days of the source are complete.",
        samples=tuple(
            ({"source": one.name}, int(datetime.combine(one.complete_until, time(), tzinfo=UTC).timestamp()))
            for one in check.sources
            if not one.ended
        ),
    )
    yield _Family(
        name="costopt_budget_check_gaps", words="Things that could not be judged.", samples=(({}, len(check.gaps)),)
    )
    yield _Family(
        name="costopt_budget_check_timestamp_seconds",
        words="Moment of the check.",
        samples=(({}, int(check.now.timestamp())),),
    )


def _escaped(text: str) -> str:
    return clean(text).replace("\\", "\\\\").replace('"', '\\"')


def _number(value: Decimal | float) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) else f"{value:.10g}"
