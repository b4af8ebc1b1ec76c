"""A check of budgets as one JSON document; its schema is reports/schema/budget.schema.json."""

from dataclasses import dataclass

import msgspec

from costopt.model.budget_check import BudgetCheck
from costopt.renderers.document import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetJsonRenderer:
    """One document, indented, keys in the order of the schema; decimals are strings."""

    id: str = "json"
    """Name of the format."""

    def render(self, check: BudgetCheck) -> str:
        """The check as a JSON document."""
        return msgspec.json.format(encode(check), indent=2) + "\n"
