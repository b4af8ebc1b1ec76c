"""An HTTP server on loopback that serves price files and misbehaves on request."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracles.loopback import Answering, HttpServer
from tests.prices.refresh.price_files import OfferFile, advisor_file, ec2_file, rds_file, savings_plans_file

ADVISOR_PATH = "/spot-advisor-data.json"
VERSION = "20261101210000"


@dataclass
class Fault:
    """How the next answers of a path differ from a good one."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    keep_bytes: int | None = None
    """Send only that many of the body's bytes, but declare all."""
    times: int = 1


class PriceServer(HttpServer):
    """Files by path, faults by path, and a log of what was asked."""

    def __init__(self) -> None:
        super().__init__(_handler(self))
        self.files: dict[str, bytes] = {}
        self.streams: dict[str, Callable[[], Iterator[bytes]]] = {}
        self.headers: dict[str, dict[str, str]] = defaultdict(dict)
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.log: list[tuple[str, int]] = []

    def put(self, path: str, content: bytes | dict[str, Any] | OfferFile, *, compressed: bool = False) -> None:
        if isinstance(content, OfferFile):
            content = content.body()
        elif isinstance(content, dict):
            content = json.dumps(content).encode()
        self.files[path] = gzip.compress(content) if compressed else content
        self.headers[path] = {"Content-Encoding": "gzip"} if compressed else {}

    def fail(self, path: str, **fault: Any) -> None:
        self.faults[path].append(Fault(**fault))

    def asked(self, path: str) -> list[int]:
        """Statuses that a path was answered with, in order."""
        return [status for asked, status in self.log if asked == path]

    def publish(self, regions: list[str], *, compressed: bool = False) -> None:
        """Every index and file of a small AWS."""
        offers = {}
        for code in ("AmazonEC2", "AmazonRDS"):
            offers[code] = {
                "offerCode": code,
                "currentRegionIndexUrl": f"/offers/v1.0/aws/{code}/current/region_index.json",
            }
            self.put(
                f"/offers/v1.0/aws/{code}/current/region_index.json",
                {"regions": {r: {"regionCode": r, "currentVersionUrl": offer_path(code, r)} for r in regions}},
            )
        plans = "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json"
        offers["AmazonEC2"]["currentSavingsPlanIndexUrl"] = plans
        self.put("/offers/v1.0/aws/index.json", {"offers": offers})
        self.put(plans, {"regions": [{"regionCode": r, "versionUrl": plans_path(r)} for r in regions]})
        for region in regions:
            self.put(offer_path("AmazonEC2", region), ec2_file(region), compressed=compressed)
            self.put(offer_path("AmazonRDS", region), rds_file(region), compressed=compressed)
            self.put(plans_path(region), savings_plans_file(region), compressed=compressed)
        self.put(ADVISOR_PATH, advisor_file(regions))
        self.headers[ADVISOR_PATH] = {"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}


def offer_path(code: str, region: str) -> str:
    return f"/offers/v1.0/aws/{code}/{VERSION}/{region}/index.json"


def plans_path(region: str) -> str:
    return f"/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/{VERSION}/{region}/index.json"


def _handler(server: PriceServer) -> type[Answering]:  # noqa: C901 - one small class
    class Handler(Answering):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = server.files.get(self.path)
            fault = next((entry for entry in server.faults[self.path] if entry.times > 0), None)
            if fault is not None:
                fault.times -= 1
            if self.path in server.streams:
                self._stream(server.streams[self.path]())
            elif body is None:
                self.answer(404, b"")
            elif fault is not None and fault.status is not None:
                self.answer(fault.status, b"", fault.headers)
            else:
                self._file(body, fault or Fault())

        def _file(self, body: bytes, fault: Fault) -> None:
            tag = f'"{hashlib.md5(body).hexdigest()}"'
            headers = {"ETag": tag, **server.headers[self.path], **fault.headers}
            if self.headers.get("If-None-Match") == tag:
                self.answer(304, b"", {"ETag": tag})
                return
            declared = {"Content-Length": str(len(body)), **headers}
            self.answer(200, body[: fault.keep_bytes], declared)
            self.close_connection |= fault.keep_bytes is not None

        def _stream(self, blocks: Iterator[bytes]) -> None:
            server.log.append((self.path, 200))
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for block in blocks:
                self.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            server.log.append((self.path, status))
            super().answer(status, body, headers)

    return Handler
