"""Cloud Storage on loopback, as far as objects of one bucket need it: listing in pages, metadata, media of a generation
with its checksum, and multipart uploads with the condition of a generation, which is what keeps two writers apart.

Source: https://cloud.google.com/storage/docs/json_api/v1/objects/insert (ifGenerationMatch).
"""

import base64
import json
import threading
from collections.abc import Callable
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import google_crc32c

from tests.oracles.loopback import Answering, HttpServer

OK = 200
PAGE = 2
"""Objects of one page of a listing."""


class GcsServer(HttpServer):
    """One bucket; `objects` are content and generation by name."""

    def __init__(self, bucket: str) -> None:
        super().__init__(self._handler())
        self.bucket = bucket
        self.objects: dict[str, tuple[bytes, int]] = {}
        self.denies = False
        self.fails = False
        """Whether it says that it is busy."""
        self.damages = False
        """Whether content arrives with another byte than was stored."""
        self.after_metadata: Callable[[], None] = lambda: None
        """Runs when metadata was read and before anything else is, as another writer might."""
        self._lock = threading.Lock()

    def get(self, path: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        """Metadata, or with `alt=media` the content."""
        bucket, _, name = path.partition("/o/")
        found = self.objects.get(unquote(name))
        if self.denies:
            return 403, b"{}"
        if self.fails:
            return 503, b"{}"
        if path == f"{self.bucket}/o":
            return 200, self._page(query)
        if "generation" in query and found is not None and int(query["generation"][0]) != found[1]:
            return 404, b"{}"
        if bucket != self.bucket or found is None:
            return 404, b"{}"
        if "ifGenerationMatch" in query and int(query["ifGenerationMatch"][0]) != found[1]:
            return 412, b"{}"
        return 200, found[0] if query.get("alt") == ["media"] else self._metadata(unquote(name))

    def put(self, bucket: str, query: dict[str, list[str]], name: str, content: bytes) -> tuple[int, bytes]:
        """Put an object, where its generation is the one that the query names; 0 is none."""
        if self.denies:
            return 403, b"{}"
        if bucket != self.bucket:
            return 404, b"{}"
        with self._lock:
            generation = self.objects.get(name, (b"", 0))[1]
            if int(query["ifGenerationMatch"][0]) != generation:
                return 412, b"{}"
            self.objects[name] = (content, generation + 1)
        return 200, self._metadata(name)

    def _page(self, query: dict[str, list[str]]) -> bytes:
        """Objects below a prefix, from where the page token says."""
        prefix, start = query.get("prefix", [""])[0], int(query.get("pageToken", ["0"])[0])
        names = sorted(name for name in self.objects if name.startswith(prefix))
        page: dict[str, Any] = {"items": [self._facts(name) for name in names[start : start + PAGE]]}
        if start + PAGE < len(names):
            page["nextPageToken"] = str(start + PAGE)
        return json.dumps(page).encode()

    def _metadata(self, name: str) -> bytes:
        return json.dumps(self._facts(name)).encode()

    def _facts(self, name: str) -> dict[str, str]:
        content, generation = self.objects[name]
        return {
            "kind": "storage#object",
            "bucket": self.bucket,
            "name": name,
            "generation": str(generation),
            "size": str(len(content)),
        }

    def _handler(server) -> type[Answering]:  # noqa: N805 - `self` is the handler's
        class Handler(Answering):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                path = parts.path.removeprefix("/download").removeprefix("/storage/v1/b/")
                status, body = server.get(path, parse_qs(parts.query))
                # The client asks for the bucket as well, in the background and whenever it likes.
                if parts.path.startswith("/storage") and "/o" in path:
                    server.after_metadata()
                self._reply(status, body, is_media=parts.path.startswith("/download"))

            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                bucket = parts.path.removeprefix("/upload/storage/v1/b/").removesuffix("/o")
                head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
                metadata, media = message_from_bytes(head + self.body()).get_payload()
                name = json.loads(metadata.get_payload(decode=True))["name"]
                self._reply(*server.put(bucket, parse_qs(parts.query), name, media.get_payload(decode=True)))

            def _reply(self, status: int, body: bytes, *, is_media: bool = False) -> None:
                headers = {"Content-Type": "application/json"}
                if is_media and status == OK:
                    checksum = base64.b64encode(google_crc32c.Checksum(body).digest()).decode()
                    headers["X-Goog-Hash"] = f"crc32c={checksum}"
                    body = bytes([body[0] ^ 1]) + body[1:] if server.damages else body
                self.answer(status, body, headers)

        return Handler
