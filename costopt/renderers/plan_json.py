"""The whole plan as one JSON document; its schema is reports/schema/plan.schema.json."""

from dataclasses import dataclass

import msgspec

from costopt.model.plan import Plan
from costopt.renderers.document import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanJsonRenderer:
    """One document, indented, keys in the order of the schema; decimals are strings."""

    id: str = "json"
    """Name of the format."""

    def render(self, plan: Plan) -> str:
        """The plan as a JSON document."""
        return msgspec.json.format(encode(plan), indent=2) + "\n"
