"""Downloads over HTTP from one host: conditional, complete or not at all, and bounded in size.

The body goes to a file first. So a slow parser does not hold the connection, a cut connection can be tried again, and
nothing is parsed that did not arrive whole.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from costopt.errors import CatalogError

TRANSIENT: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Answers worth another try. Source: https://docs.aws.amazon.com/general/latest/gr/api-retries.html."""

MAX_BODY_BYTES: Final = 4 * 2**30
"""Largest body taken. The largest EC2 region file has been below 1 GB; more is not a price file."""

_BLOCK: Final = 256 * 1024


class FetchError(CatalogError):
    """A price file that could not be had: refused, cut short, too large, or not from the configured host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask later whether a file changed."""

    etag: str | None = None
    """`ETag` of the answer."""
    last_modified: str | None = None
    """`Last-Modified` of the answer, as it was sent."""

    def headers(self) -> dict[str, str]:
        """Request headers that make the request conditional."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A body that arrived whole."""

    path: Path
    """File with the body as it was sent, perhaps compressed. The caller deletes it."""
    url: str
    """Where it came from."""
    gzipped: bool
    """The body is gzip."""
    validators: Validators
    """To ask for changes next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait and how often to try."""

    attempts: int = 4
    """Requests per file, the first included."""
    connect_seconds: float = 10.0
    """Until a connection stands."""
    read_seconds: float = 60.0
    """Without a byte."""
    total_seconds: float = 1800.0
    """For one body; a host that drips does not hold a cron job for ever."""
    first_pause_seconds: float = 0.5
    """Before the second request; doubles each time."""
    longest_pause_seconds: float = 30.0
    """Cap of a pause, also of one that the server asks for."""


class _Transient(Exception):  # noqa: N818 - a signal inside this module
    """The request may work if repeated."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Fetcher:
    """Gets files of one host. Follows no redirect, so that a price never comes from elsewhere."""

    def __init__(
        self,
        base_url: str,
        *,
        folder: Path,
        patience: Patience | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare a connection pool; nothing is sent yet.

        Args:
            base_url: scheme and host, such as `https://pricing.us-east-1.amazonaws.com`.
            folder: existing directory for bodies.
            patience: waits and retries.
            max_body_bytes: longer bodies are refused.
            pause: waits between tries.

        Raises:
            FetchError: `base_url` is not http or https with a host.
        """
        self.base_url = base_url.rstrip("/")
        self._origin = _origin(base_url)
        self._folder = folder
        self._patience = patience or Patience()
        self._max_body_bytes = max_body_bytes
        self._pause = pause
        self._pool = _pool(self._origin[0], self._origin[1])
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def get(self, path: str, *, known: Validators | None = None) -> Download | None:
        """Fetch one file.

        Args:
            path: relative to the base, or an address on the same host.
            known: validators of the copy at hand; sends a conditional request.

        Returns:
            The body, or None where the copy at hand is still current.

        Raises:
            FetchError: refused, gone, cut short after every try, too large, or on another host.
        """
        url = self._address(path)
        reason: _Transient | None = None
        for attempt in range(self._patience.attempts):
            if reason is not None:
                self._pause(self._wait(attempt, reason))
            try:
                return self._once(url, known)
            except _Transient as error:
                reason = error
            except urllib3.exceptions.HTTPError as error:
                reason = _Transient(f"{type(error).__name__}: {error}")
        raise FetchError(
            f"{url} failed {self._patience.attempts} times, last with: {reason}",
            hint="Check the network and run the refresh again; the catalog in use was not touched.",
        )

    def _address(self, path: str) -> str:
        url = urljoin(self.base_url + "/", path)
        if _origin(url) != self._origin:
            raise FetchError(f"{url} is not on {self.base_url}, so it is not read")
        return url

    def _wait(self, attempt: int, reason: _Transient) -> float:
        backoff = self._patience.first_pause_seconds * 2.0 ** (attempt - 1)
        return min(max(backoff, reason.retry_after or 0.0), self._patience.longest_pause_seconds)

    def _once(self, url: str, known: Validators | None) -> Download | None:
        headers = {"Accept-Encoding": "gzip", "User-Agent": "costopt", **(known.headers() if known else {})}
        answer = self._pool.request(
            "GET",
            url,
            headers=headers,
            preload_content=False,
            decode_content=False,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=self._patience.connect_seconds, read=self._patience.read_seconds),
        )
        try:
            if answer.status == HTTPStatus.NOT_MODIFIED and known is not None:
                return None
            _require_ok(url, answer)
            return self._saved(url, answer)
        finally:
            answer.release_conn()
            answer.close()

    def _saved(self, url: str, answer: urllib3.BaseHTTPResponse) -> Download:
        encoding = answer.headers.get("Content-Encoding", "identity").lower()
        if encoding not in {"gzip", "identity", ""}:
            raise FetchError(f"{url} came in the encoding {encoding!r}, which was not asked for")
        self._count += 1
        path = self._folder / f"body-{self._count}"
        try:
            self._write(path, url, answer)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        validators = Validators(etag=answer.headers.get("ETag"), last_modified=answer.headers.get("Last-Modified"))
        return Download(path=path, url=url, gzipped=encoding == "gzip", validators=validators)

    def _write(self, path: Path, url: str, answer: urllib3.BaseHTTPResponse) -> None:
        declared = answer.headers.get("Content-Length")
        size = 0
        deadline = time.monotonic() + self._patience.total_seconds
        with path.open("wb") as file:
            for block in answer.stream(_BLOCK, decode_content=False):
                size += len(block)
                if size > self._max_body_bytes:
                    raise FetchError(f"{url} is larger than {self._max_body_bytes:,} bytes, so it is not a price file")
                if time.monotonic() > deadline:
                    raise FetchError(f"{url} did not arrive within {self._patience.total_seconds:,.0f} seconds")
                file.write(block)
        if declared is not None and declared.isdecimal() and size != int(declared):
            raise _Transient(f"{size:,} of {declared} bytes arrived")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(f"{url!r} is not an http or https address", hint="Give one such as https://host.")
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _pool(scheme: str, host: str) -> urllib3.PoolManager:
    """Connections that honour the proxy of the environment and the certificates that AWS's own tools are given."""
    certificates = os.environ.get("AWS_CA_BUNDLE")
    proxy = getproxies().get(scheme)
    if proxy and not proxy_bypass(host):
        return urllib3.ProxyManager(proxy, ca_certs=certificates)
    return urllib3.PoolManager(ca_certs=certificates)


def _require_ok(url: str, answer: urllib3.BaseHTTPResponse) -> None:
    if answer.status in TRANSIENT:
        after = answer.headers.get("Retry-After", "")
        raise _Transient(f"HTTP {answer.status}", retry_after=float(after) if after.isdecimal() else None)
    if 300 <= answer.status < 400:
        raise FetchError(f"{url} redirects to {answer.headers.get('Location')!r}; redirects are not followed")
    if answer.status != HTTPStatus.OK:
        raise FetchError(
            f"{url} answered HTTP {answer.status}",
            hint="Check the base address and whether the provider still publishes this file.",
        )
