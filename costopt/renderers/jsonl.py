"""The findings as JSON Lines, for pipes: one finding a line, each as in the JSON document."""

from dataclasses import dataclass

from costopt.model.report import Report
from costopt.renderers.document import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLinesRenderer:
    """One finding a line; no line where there is no finding."""

    id: str = "jsonl"
    """Name of the format."""
    suffix: str = ".jsonl"
    """Suffix of its files."""

    def render(self, report: Report) -> str:
        """The findings, silenced ones included."""
        return "".join(encode(finding) + "\n" for finding in report.findings)
