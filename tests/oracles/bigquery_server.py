"""BigQuery's REST API on loopback, as far as reading an export needs it: it answers like Google where the emulator
cannot, with bytes of a dry run, partitions and refusals.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.oracles.loopback import Answering, HttpServer

Json = dict[str, Any]
SURVEY = [
    ("month", "STRING"), ("account", "STRING"), ("currency", "STRING"), ("line_count", "INTEGER"),
    ("first_usage", "TIMESTAMP"), ("last_export", "TIMESTAMP"),
]  # fmt: skip


@dataclass(kw_only=True)
class Refusal:
    """An error as Google words it."""

    status: int
    reason: str
    message: str


@dataclass(kw_only=True)
class BigQueryServer(HttpServer):
    """One table, what a survey of it finds, and its lines."""

    schema: list[Json]
    partitioning: Json | None = field(default_factory=lambda: {"type": "DAY"})
    partition_type: str = "TIMESTAMP"
    survey: list[tuple[Any, ...]] = field(default_factory=list)
    survey_columns: list[tuple[str, str]] = field(default_factory=lambda: SURVEY)
    """Without those of partitions, which are the last."""
    lines: list[str] = field(default_factory=list)
    """JSON."""
    survey_bytes: int = 10
    lines_bytes: int = 1000
    hidden: int = 0
    """Lines that are announced and never sent."""
    refuse: dict[str, Refusal] = field(default_factory=dict)
    """By what is asked: `table`, `dry`, `survey`, `lines`."""
    jobs: list[Json] = field(default_factory=list)
    """Configurations of the jobs, in their order."""

    answers: dict[str, Json] = field(default_factory=dict)
    """What jobs found, by their id."""

    def __post_init__(self) -> None:
        super().__init__(self._handler())

    @property
    def run(self) -> list[Json]:
        """Jobs that read something."""
        return [job for job in self.jobs if not job.get("dryRun")]

    def insert(self, job: Json) -> Json | Refusal:
        configuration = job["configuration"]
        self.jobs.append(configuration)
        is_survey = "line_count" in configuration["query"]["query"]
        is_dry = bool(configuration.get("dryRun"))
        refusal = self.refuse.get("dry" if is_dry else "survey" if is_survey else "lines")
        if refusal is not None:
            return refusal
        reference = {**job.get("jobReference", {}), "projectId": "payer-1", "location": "EU"}
        reference.setdefault("jobId", "dry")
        self.answers[reference["jobId"]] = self._survey() if is_survey else self._lines()
        size = str(self.survey_bytes if is_survey else self.lines_bytes)
        return {
            "jobReference": reference,
            "configuration": configuration,
            "status": {"state": "DONE"},
            "statistics": {"totalBytesProcessed": size, "query": {"totalBytesProcessed": size}},
        }

    def _survey(self) -> Json:
        columns = [{"name": name, "type": kind} for name, kind in self.survey_columns]
        if self.partitioning is not None:
            columns += [{"name": f"{end}_partition", "type": self.partition_type} for end in ("first", "last")]
        return _answer(columns, self.survey, 0)

    def _lines(self) -> Json:
        return _answer([{"name": "line", "type": "STRING"}], [(line,) for line in self.lines], self.hidden)

    def table(self) -> Json | Refusal:
        if "table" in self.refuse:
            return self.refuse["table"]
        reference = {"projectId": "payer-1", "datasetId": "billing", "tableId": "export"}
        found: Json = {"tableReference": reference, "schema": {"fields": self.schema}}
        return found if self.partitioning is None else {**found, "timePartitioning": self.partitioning}

    def _handler(server) -> type[Answering]:  # noqa: N805 - `self` is the handler's
        class Handler(Answering):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if "/tables/" in path:
                    return self._reply(server.table())
                job = path.rsplit("/", 1)[-1]
                reference = {"projectId": "payer-1", "jobId": job, "location": "EU"}
                return self._reply({"jobReference": reference, "jobComplete": True, **server.answers[job]})

            def do_POST(self) -> None:
                self._reply(server.insert(json.loads(self.body())))

            def _reply(self, answer: Json | Refusal) -> None:
                status = 200
                if isinstance(answer, Refusal):
                    status, told = answer.status, {"reason": answer.reason, "message": answer.message}
                    answer = {"error": {"code": status, "message": answer.message, "errors": [told]}}
                self.answer(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

        return Handler


def _answer(columns: list[Json], rows: list[tuple[Any, ...]], hidden: int) -> Json:
    return {
        "schema": {"fields": columns},
        "totalRows": str(len(rows) + hidden),
        "rows": [{"f": [{"v": _value(value)} for value in row]} for row in rows],
    }


def _value(value: Any) -> str | None:
    """A cell as the wire has it: a TIMESTAMP in microseconds, since the client asks for that."""
    if isinstance(value, datetime):
        return str(int((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000))
    return None if value is None else str(value)
