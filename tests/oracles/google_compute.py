"""Compute Engine's REST API on loopback: what it says of machine types."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class ComputeServer:
    """Answers lists of machine types page by page, and takes note of what was asked."""

    def __init__(self) -> None:
        self.pages: list[Mapping[str, Any]] = [{"items": {}}]
        """Answers in their order; the token of each leads to the next."""
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                server.asked.append(query)
                number = int(query.get("pageToken", ["0"])[0])
                page = dict(server.pages[number])
                if number + 1 < len(server.pages):
                    page["nextPageToken"] = str(number + 1)
                body = json.dumps(page if server.status == 200 else {"error": {"message": "no"}}).encode()
                self.send_response(server.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        """Ends it."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
