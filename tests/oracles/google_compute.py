"""Compute Engine's REST API on loopback: what it says of machine types."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.oracles.loopback import Answering, HttpServer


class ComputeServer(HttpServer):
    """Answers lists of machine types page by page, and takes note of what was asked."""

    def __init__(self) -> None:
        super().__init__(self._handler())
        self.pages: list[Mapping[str, Any]] = [{"items": {}}]
        """Answers in their order; the token of each leads to the next."""
        self.status = 200
        self.reason: str | None = None
        """Of a status that is another one, as Compute Engine gives it."""
        self.times: int | None = None
        """How many requests that status is for; None for all."""
        self.asked: list[dict[str, list[str]]] = []

    def _handler(server) -> type[Answering]:  # noqa: N805 - `self` is the handler's
        class Handler(Answering):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                server.asked.append(query)
                number = int(query.get("pageToken", ["0"])[0])
                page = dict(server.pages[number])
                if number + 1 < len(server.pages):
                    page["nextPageToken"] = str(number + 1)
                is_well = server.status == 200 or (server.times is not None and len(server.asked) > server.times)
                refusal = {"message": "no", "errors": [{"reason": server.reason}] if server.reason else []}
                body, status = (page, 200) if is_well else ({"error": refusal}, server.status)
                self.answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

        return Handler
