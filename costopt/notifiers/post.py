"""One HTTP request that tells somebody something: bounded, never redirected, and silent about its address."""

import ipaddress
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from costopt.errors import NotifyError
from costopt.notifiers.patience import Refusal, insist
from costopt.notifiers.quiet import silence

_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that say that nothing was taken: sending again repeats nothing."""
_TIMEOUT = urllib3.Timeout(connect=10.0, read=20.0)
_SECONDS = re.compile(r"[0-9]{1,6}")
_OK = range(200, 300)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Sends to one address."""

    url: str = field(repr=False)
    """https, or http on this machine. A secret."""
    pause: Callable[[float], None] = time.sleep
    """Waits, in seconds."""

    def __post_init__(self) -> None:
        """Refuse an address that would carry the message in clear, or nowhere.

        Raises:
            NotifyError: what is wrong with it, without it.
        """
        require_safe(self.url)

    def request(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> None:
        """Send, again where the server asks to. Of the answer only its head is read.

        Raises:
            NotifyError: it was not taken, or it is not known whether it was.
        """
        silence()
        with _pool(self.url) as pool:
            insist(lambda: self._once(pool, method, body, headers), self.pause)

    def _once(
        self, pool: urllib3.PoolManager, method: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Refusal | None:
        """One try; None where it was taken.

        Raises:
            NotifyError: it is not known whether it was, and sending again could repeat it.
        """
        try:
            answer = pool.request(
                method,
                self.url,
                body=body,
                headers={"User-Agent": "costopt", **headers},
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=_TIMEOUT,
            )
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            # The library's own text names the path. So does the chain of exceptions, which is cut.
            raise NotifyError(_why(error), hint=_hint(error)) from None
        if answer.status in _OK:
            return None
        after = seconds_of(answer.headers.get("Retry-After", ""))
        return Refusal(error=_refused(answer.status), again=answer.status in _LATER, after=after)


def seconds_of(retry_after: str) -> float | None:
    """Seconds that a header `Retry-After` asks for; None where it asks for none, or in a way that makes no sense."""
    text = retry_after.strip()
    return float(text) if _SECONDS.fullmatch(text) else None


def require_safe(url: str) -> SplitResult:
    """The parts of an address that may be sent to.

    Raises:
        NotifyError: neither https nor this machine, or no address at all.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise _unusable("it is no address") from None
    if not host or any(ord(one) <= 0x20 or ord(one) >= 0x7F for one in url):
        raise _unusable("it is no address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise _unusable("it is not https")
    return parts


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by what it says and not by what a resolver says."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pool(url: str) -> urllib3.PoolManager:
    """Connections that honour the environment's proxy; its certificates are honoured by OpenSSL itself.

    Raises:
        NotifyError: the environment names a proxy that cannot be one. It may hold a password, and is not shown.
    """
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(parts.hostname or "") or is_loopback(parts.hostname or ""):
        return urllib3.PoolManager()
    # `proxy:3128` is how many write it, and what curl and others take.
    address = proxy if "://" in proxy else f"http://{proxy}"
    try:
        user = urlsplit(address).username
        password = urlsplit(address).password
        login = None if user is None else f"{unquote(user)}:{unquote(password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login) if login else None
        return urllib3.ProxyManager(address, proxy_headers=headers)
    except (urllib3.exceptions.HTTPError, ValueError):
        raise NotifyError(
            f"{parts.scheme}_proxy of the environment is no proxy that can be used",
            hint="Write it as http://user:password@host:port; SOCKS is not spoken.",
        ) from None


def _unusable(why: str) -> NotifyError:
    return NotifyError(
        f"the address cannot be used: {why}",
        hint="Write a whole address with https://; plain http only reaches this machine.",
    )


def _refused(status: int) -> NotifyError:
    if status in _REDIRECTS:
        return NotifyError(
            f"the server redirects elsewhere (HTTP {status}), which is not followed", hint="Give the final address."
        )
    known = {401, 403, 404, 410}
    hint = "Check the address: it may be wrong or revoked." if status in known else "It is told at the next run."
    return NotifyError(f"the server answered HTTP {status}", hint=hint)


def _why(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.ProxyError):
        return "the proxy of the environment cannot be reached"
    if isinstance(error, urllib3.exceptions.SSLError):
        return "the server's certificate cannot be verified, or TLS fails"
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.NewConnectionError):
        return "no connection to the server"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "the server did not answer in time; it may have taken the message"
    return "the connection broke; the server may have taken the message"


def _hint(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.SSLError):
        return "Behind an own authority set SSL_CERT_FILE; verification cannot be switched off."
    return "Check the network and the address. It is told again at the next run, with the same id."
