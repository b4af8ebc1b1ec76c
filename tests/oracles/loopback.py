"""A real server on loopback that serves while a test is in it, in a thread of its own."""

import socketserver
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class LoopbackServer:
    """Starts, serves and ends; what is answered is a matter of the server that it is given."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])


class HttpServer(LoopbackServer):
    """The same for HTTP; each request is its handler's."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(_ThreadingServer(("127.0.0.1", 0), handler))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Answering(BaseHTTPRequestHandler):
    """A handler that gives whole answers, and says nothing of them on stderr."""

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send an answer; a length among its headers goes before the true one."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server has
        """Keep quiet."""


class _ThreadingServer(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up or distrust a certificate are part of the tests; mistakes of a handler are told."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
