"""An HTTP server on loopback that serves price files and misbehaves on request."""

import gzip
import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


class PriceServer:
    """Files by path, faults by path, and a log of what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.streams: dict[str, Callable[[], Iterator[bytes]]] = {}
        self.headers: dict[str, dict[str, str]] = defaultdict(dict)
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.log: list[tuple[str, int]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

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


def _handler(server: PriceServer) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one small class
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = server.files.get(self.path)
            fault = next((entry for entry in server.faults[self.path] if entry.times > 0), None)
            if fault is not None:
                fault.times -= 1
            if self.path in server.streams:
                self._stream(server.streams[self.path]())
            elif body is None:
                self._answer(404, {}, b"")
            elif fault is not None and fault.status is not None:
                self._answer(fault.status, fault.headers, b"")
            else:
                self._file(body, fault or Fault())

        def _file(self, body: bytes, fault: Fault) -> None:
            tag = f'"{hashlib.md5(body).hexdigest()}"'
            headers = {"ETag": tag, **server.headers[self.path], **fault.headers}
            if self.headers.get("If-None-Match") == tag:
                self._answer(304, {"ETag": tag}, b"")
                return
            self._answer(200, headers, body, keep=fault.keep_bytes)

        def _stream(self, blocks: Iterator[bytes]) -> None:
            server.log.append((self.path, 200))
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for block in blocks:
                self.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def _answer(self, status: int, headers: dict[str, str], body: bytes, keep: int | None = None) -> None:
            server.log.append((self.path, status))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if keep is None else body[:keep])
            if keep is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server has
            pass

    return Handler
