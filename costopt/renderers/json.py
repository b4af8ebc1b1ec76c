"""The whole report as one JSON document; its schema is reports/schema/report.schema.json."""

from dataclasses import dataclass

import msgspec

from costopt.model.report import Report
from costopt.renderers.document import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonRenderer:
    """One document, indented, keys in the order of the schema."""

    id: str = "json"
    """Name of the format."""
    suffix: str = ".json"
    """Suffix of its files."""

    def render(self, report: Report) -> str:
        """The report as a JSON document."""
        return msgspec.json.format(encode(report), indent=2) + "\n"
