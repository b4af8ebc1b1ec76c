"""BigQuery's REST API on loopback, as far as reading an export needs it: it answers like Google where the emulator
cannot, with bytes of a dry run, partitions and refusals.

Source: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs.
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

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
class BigQueryServer:
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

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

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

    answers: dict[str, Json] = field(default_factory=dict)

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

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if "/tables/" in path:
                    return self._reply(server.table())
                job = path.rsplit("/", 1)[-1]
                reference = {"projectId": "payer-1", "jobId": job, "location": "EU"}
                return self._reply({"jobReference": reference, "jobComplete": True, **server.answers[job]})

            def do_POST(self) -> None:
                self._reply(server.insert(json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

            def _reply(self, answer: Json | Refusal) -> None:
                status = 200
                if isinstance(answer, Refusal):
                    status, told = answer.status, {"reason": answer.reason, "message": answer.message}
                    answer = {"error": {"code": status, "message": answer.message, "errors": [told]}}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

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
