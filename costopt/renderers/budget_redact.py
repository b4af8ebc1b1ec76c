"""A check of budgets that can be shown to strangers: names, accounts, tags and resources become pseudonyms."""

from collections.abc import Iterator
from dataclasses import replace

from costopt.model.alert import Condition
from costopt.model.budget import Budget
from costopt.model.budget_check import BudgetCheck
from costopt.model.budget_status import Anomaly, BudgetStatus, HealthIssue
from costopt.renderers.pseudonyms import Masking, numbered

_PUBLIC = frozenset(("", "ServiceName", "ServiceCategory", "ChargeCategory", "RegionId", "SkuId", "PricingCategory"))
"""Columns whose values are the provider's words and tell nothing of whose bill it is."""


def redact_check(check: BudgetCheck) -> BudgetCheck:
    """The same check with pseudonyms, the same one for the same thing everywhere in it.

    Money, dates, services, regions, SKUs and fingerprints stay; labels and reasons of adjustments are dropped.
    """
    return _Pseudonyms(check).check(check)


class _Pseudonyms:
    """One pseudonym for every name of a check."""

    def __init__(self, check: BudgetCheck) -> None:
        budgets = [status.budget for status in check.budgets]
        self.budgets = numbered("budget", (one.name for one in budgets))
        self.owners = numbered("owner", (one.owner for one in budgets if one.owner))
        self.channels = numbered("channel", (name for one in budgets for name in one.channels))
        self.sources = numbered("bill", (one.name for one in check.sources))
        self.values = numbered("value", _values(check))
        self.commitments = numbered("commitment", (one.subject for one in check.commitments))
        known = {**self.values, **self.commitments, **self.owners, **self.sources, **self.budgets}
        self._masking = Masking.of({text: name for text, name in known.items() if text})

    def check(self, check: BudgetCheck) -> BudgetCheck:
        return replace(
            check,
            sources=tuple(replace(one, name=self.sources[one.name]) for one in check.sources),
            budgets=tuple(map(self._status, check.budgets)),
            closed=tuple(map(self._status, check.closed)),
            anomalies=tuple(map(self._anomaly, check.anomalies)),
            commitments=tuple(map(self._issue, check.commitments)),
            conditions=tuple(map(self._condition, check.conditions)),
            gaps=self._all(check.gaps),
            notes=self._all(check.notes),
        )

    def _status(self, status: BudgetStatus) -> BudgetStatus:
        return replace(
            status,
            budget=self._budget(status.budget),
            movers=tuple(replace(one, value=self._value(one.dimension, one.value)) for one in status.movers),
            notes=self._all(status.notes),
        )

    def _budget(self, budget: Budget) -> Budget:
        scope = tuple(
            replace(one, values=tuple(self._value(one.column, value) or "" for value in one.values))
            for one in budget.scope
        )
        return replace(
            budget,
            name=self.budgets[budget.name],
            owner=self.owners[budget.owner] if budget.owner else budget.owner,
            channels=tuple(self.channels[name] for name in budget.channels),
            scope=scope,
            adjustments=tuple(replace(one, reason="redacted") for one in budget.adjustments),
            labels={},
        )

    def _anomaly(self, one: Anomaly) -> Anomaly:
        causes = tuple(replace(part, value=self._value(part.dimension, part.value)) for part in one.causes)
        return replace(one, value=self._value(one.dimension, one.value), causes=causes)

    def _issue(self, one: HealthIssue) -> HealthIssue:
        return replace(one, subject=self.commitments[one.subject], statement=self._masking.mask(one.statement))

    def _condition(self, one: Condition) -> Condition:
        return replace(
            one,
            subject=self._masking.mask(one.subject),
            summary=self._masking.mask(one.summary),
            channels=tuple(self.channels[name] for name in one.channels),
        )

    def _value(self, dimension: str, value: str | None) -> str | None:
        return value if dimension in _PUBLIC or not value else self.values[value]

    def _all(self, sentences: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._masking.mask, sentences))


def _values(check: BudgetCheck) -> Iterator[str]:
    """Values that name somebody or something of the user's."""
    pairs = [(part.column, value) for one in check.budgets for part in one.budget.scope for value in part.values]
    pairs += [(one.dimension, one.value or "") for status in check.budgets for one in status.movers]
    pairs += [(one.dimension, one.value or "") for one in check.anomalies]
    pairs += [(part.dimension, part.value or "") for one in check.anomalies for part in one.causes]
    yield from (value for dimension, value in pairs if value and dimension not in _PUBLIC)
