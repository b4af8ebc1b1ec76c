"""A check of budgets as JUnit XML, which build servers show as tests: one case a budget, an anomaly and a source.

Schema: https://github.com/testmoapp/junitxml. A case fails where the gate that the user set is met; what could not be
judged is skipped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from costopt.model.alert import Rule
from costopt.model.budget_check import BudgetCheck, Gate
from costopt.model.budget_status import BudgetState, BudgetStatus
from costopt.renderers import budget_words as words
from costopt.renderers.clean import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    suite: str
    name: str
    failure: str | None = None
    skipped: str | None = None
    output: str = ""

    def xml(self) -> str:
        inside = ""
        if self.failure is not None:
            inside = f"<failure type={_attribute(self.suite)} message={_attribute(self.failure)}/>"
        elif self.skipped is not None:
            inside = f"<skipped message={_attribute(self.skipped)}/>"
        output = f"<system-out>{escape(clean(self.output))}</system-out>" if self.output else ""
        head = f"classname={_attribute(f'costopt.{self.suite}')} name={_attribute(self.name)}"
        return f"    <testcase {head}>{inside}{output}</testcase>"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetJunitRenderer:
    """One suite a sort of case."""

    id: str = "junit"
    """Name of the format."""
    gate: Gate = Gate.BREACH
    """What fails."""

    def render(self, check: BudgetCheck) -> str:
        """The check as an XML document."""
        suites = {
            "budgets": [_budget(one, self.gate) for one in (*check.budgets, *check.closed)],
            "anomalies": list(_anomalies(check, self.gate)),
            "bill": list(_sources(check)),
        }
        cases = [case for found in suites.values() for case in found]
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="costopt budget check" {_counts(cases)}>']
        for name, found in suites.items():
            lines.append(f'  <testsuite name="{name}" timestamp="{check.now:%Y-%m-%dT%H:%M:%S}" {_counts(found)}>')
            lines += [case.xml() for case in found]
            lines.append("  </testsuite>")
        return "\n".join([*lines, "</testsuites>"]) + "\n"


def _budget(status: BudgetStatus, gate: Gate) -> _Case:
    sentence = f"{words.spent(status)}; {words.forecast(status)}"
    fails = gate.fails(status.state)
    unknown = status.state is BudgetState.UNKNOWN
    return _Case(
        suite="budgets",
        name=f"{status.budget.name} {status.label}",
        failure=f"{words.STATES[status.state].lower()}: {sentence}" if fails else None,
        skipped=" ".join(status.notes[:1]) if unknown else None,
        output="" if fails or unknown else f"{words.STATES[status.state].lower()}: {sentence}",
    )


def _anomalies(check: BudgetCheck, gate: Gate) -> Iterator[_Case]:
    for one in check.anomalies:
        sentence = words.anomaly(one, check.currency)
        fails = gate is Gate.ANOMALY
        name = f"{words.thing(one.dimension, one.value)} {one.start:%Y-%m-%d}"
        yield _Case(suite="anomalies", name=name, failure=sentence if fails else None, output="" if fails else sentence)


def _sources(check: BudgetCheck) -> Iterator[_Case]:
    late = {one.subject: one.summary for one in check.conditions if one.rule is Rule.DATA}
    names = [one.name for one in check.sources if not one.ended] or ["the bill"]
    for name in names:
        yield _Case(suite="bill", name=f"{name} is there and current", skipped=late.get(name))


def _counts(cases: Sequence[_Case]) -> str:
    failures = sum(case.failure is not None for case in cases)
    skipped = sum(case.skipped is not None and case.failure is None for case in cases)
    return f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'


def _attribute(text: str) -> str:
    return quoteattr(clean(text))
