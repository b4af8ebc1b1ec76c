"""A real HTTP server on loopback that keeps what it is sent and answers as it is told."""

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.oracles.loopback import LoopbackServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    """With lower-case names."""
    body: bytes


@dataclass(slots=True, kw_only=True)
class Answer:
    """What to answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"


class HttpInbox(LoopbackServer):
    """The server. `answers` are given in turn, and the usual one after them; `on_request` runs before the answer."""

    def __init__(
        self,
        *answers: Answer,
        on_request: Callable[[Received], Any] | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.received: list[Received] = []
        self._answers = list(answers)
        self._on_request = on_request
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), self._handler()))
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the connection's own thread, where a client that breaks it off harms nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._scheme = "https"

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self._scheme == "http" else "localhost"
        return f"{self._scheme}://{host}:{self.port}"

    def _handler(inbox) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                one = Received(method=self.command, path=self.path, headers=headers, body=body)
                inbox.received.append(one)
                if inbox._on_request is not None:
                    inbox._on_request(one)
                answer = inbox._answers.pop(0) if inbox._answers else Answer()
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client read the head only, or was killed

            def handle(self) -> None:
                with suppress(ssl.SSLError, ConnectionError):  # the client does not trust the certificate
                    super().handle()

            do_POST = do_GET = _handle  # noqa: N815

            def log_message(self, *_: Any) -> None: ...

        return Handler
