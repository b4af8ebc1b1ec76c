"""A real HTTP server on loopback that keeps what it is sent and answers as it is told."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.oracles.loopback import Answering, HttpServer


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


class HttpInbox(HttpServer):
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
        super().__init__(self._handler())
        self._has_tls = certificate is not None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the connection's own thread, where a client that breaks it off harms nobody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self._has_tls else super().url

    def _handler(inbox) -> type[Answering]:  # noqa: N805 - `self` is the handler's
        class Handler(Answering):
            def _handle(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                one = Received(method=self.command, path=self.path, headers=headers, body=self.body())
                inbox.received.append(one)
                if inbox._on_request is not None:
                    inbox._on_request(one)
                answer = inbox._answers.pop(0) if inbox._answers else Answer()
                self.answer(answer.status, answer.body, answer.headers)

            do_POST = do_GET = _handle

        return Handler
