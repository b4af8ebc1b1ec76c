"""How thresholds and scopes of budgets are written, and what they mean."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from costopt.errors import ConfigError
from costopt.model.budget import Measure, ScopeFilter, Threshold

_THRESHOLD = re.compile(r"\s*(?:(?P<measure>[a-z]+)\s+)?(?P<percent>[0-9]{1,6}(?:\.[0-9]{1,4})?)\s*%\s*", re.ASCII)
_NOT = "not"


def threshold_of(text: str) -> Threshold:
    """A threshold as it is written: `80%`, `actual 80%`, `forecast 100%`, `pace 130%`.

    Raises:
        ConfigError: something else, or 0 %.
    """
    found = _THRESHOLD.fullmatch(text)
    if found is None or (found["measure"] or Measure.ACTUAL) not in set(Measure):
        raise ConfigError(
            f"{text!r} is no threshold", hint="Write '80%' of the amount spent, 'forecast 100%', or 'pace 130%'."
        )
    return Threshold(measure=Measure(found["measure"] or Measure.ACTUAL), fraction=Decimal(found["percent"]) / 100)


def scope_of(budget: str, scope: Mapping[str, Any]) -> tuple[ScopeFilter, ...]:
    """Filters from a table such as `{ SubAccountId = "1", "tag:team" = ["a", "b"], not = { RegionId = "x" } }`.

    Args:
        budget: whose, for errors.
        scope: column or `tag:KEY` to a text or a list of texts; `not` to a table of what is left out.

    Raises:
        ConfigError: anything else.
    """
    inside = {column: values for column, values in scope.items() if column != _NOT}
    outside = scope.get(_NOT, {})
    if not isinstance(outside, Mapping):
        raise ConfigError(
            f"budget {budget!r}: scope.not is {outside!r}", hint='Write not = { RegionId = "us-east-1" }.'
        )
    return (*_filters(budget, inside, exclude=False), *_filters(budget, outside, exclude=True))


def _filters(budget: str, scope: Mapping[str, Any], *, exclude: bool) -> Iterator[ScopeFilter]:
    for column, given in scope.items():
        values = [given] if isinstance(given, str) else given
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise ConfigError(
                f"budget {budget!r}: the scope {column!r} is {given!r}",
                hint='Write a text or a list of texts: SubAccountId = ["111122223333"]; "" is "without any".',
            )
        yield ScopeFilter(column=column, values=tuple(values), exclude=exclude)
