"""One request: bounded, never redirected, patient where the server asks for it, and silent about its address."""

import logging
import socket
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from costopt.errors import NotifyError
from costopt.notifiers.post import Poster, require_safe
from tests.oracles.http_inbox import Answer, HttpInbox

TOKEN = "/services/T0000/B0000/SECRETTOKEN"


def post(server: HttpInbox, waits: list[float] | None = None) -> None:
    pause = waits.append if waits is not None else lambda _: pytest.fail("it waited")
    Poster(url=server.url + TOKEN, pause=pause).request("POST", b"body", {"Content-Type": "text/plain"})


def test_what_is_sent_arrives(inbox: HttpInbox) -> None:
    post(inbox)
    (received,) = inbox.received
    assert (received.method, received.path, received.body) == ("POST", TOKEN, b"body")
    assert received.headers["content-type"] == "text/plain"


def test_a_server_that_asks_for_patience_gets_it() -> None:
    busy = Answer(status=429, headers={"Retry-After": "7"})
    waits: list[float] = []
    with HttpInbox(busy, Answer(status=503)) as server:
        post(server, waits)
        assert len(server.received) == 3
    assert waits == [7.0, 4.0]


@pytest.mark.parametrize("after", ["31", "86400"])
def test_a_server_that_asks_for_too_much_is_a_failure_at_once(after: str) -> None:
    with HttpInbox(Answer(status=429, headers={"Retry-After": after})) as server:
        with pytest.raises(NotifyError, match="HTTP 429"):
            post(server)
        assert len(server.received) == 1


@pytest.mark.parametrize("after", ["-1", "soon", "9" * 400, "Fri, 20 Nov 2026 12:00:00 GMT"])
def test_a_time_that_makes_no_sense_is_not_waited_for(after: str) -> None:
    waits: list[float] = []
    with HttpInbox(Answer(status=429, headers={"Retry-After": after})) as server:
        post(server, waits)
    assert waits == [2.0]


def test_patience_ends_after_three_tries() -> None:
    waits: list[float] = []
    with HttpInbox(*[Answer(status=503)] * 5) as server:
        with pytest.raises(NotifyError, match="HTTP 503"):
            post(server, waits)
        assert (len(server.received), waits) == (3, [2.0, 4.0])


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502])
def test_any_other_refusal_is_final_and_names_no_address(status: int) -> None:
    with HttpInbox(Answer(status=status, body=TOKEN.encode())) as server:
        with pytest.raises(NotifyError, match=f"HTTP {status}") as caught:
            post(server)
        assert len(server.received) == 1
    assert "SECRET" not in f"{caught.value} {caught.value.hint}"


def test_a_redirect_is_not_followed() -> None:
    with HttpInbox() as other, HttpInbox(Answer(status=307, headers={"Location": other.url})) as server:
        with pytest.raises(NotifyError, match="redirects elsewhere"):
            post(server)
        assert other.received == []


@pytest.mark.parametrize(
    "url",
    ["//localhost/x", "http://example.com/x", "http://10.0.0.1/x", "http://localhost.example.com/", "ftp://localhost/",
     "file:///etc/passwd",
     "https://", "https://[::1", "https://h:99999999/", "https://h/a\nb", "https://h/\u00fc", "hunter2",
     "http://2130706433/", "http://0.0.0.0/", "http://127.0.0.1.nip.io/"],
)  # fmt: skip
def test_only_https_or_this_machine_is_sent_to(url: str) -> None:
    with pytest.raises(NotifyError) as caught:
        Poster(url=url)
    assert url == "https://" or url not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "url", ["https://example.com/x", "http://localhost:8080/", "http://127.0.0.2/", "http://[::1]:1/"]
)
def test_these_may_be_sent_to(url: str) -> None:
    assert require_safe(url).hostname


def test_a_server_that_is_not_there_is_said_without_its_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}{TOKEN}"
    with pytest.raises(NotifyError, match="no connection to the server") as caught:
        Poster(url=url).request("POST", b"", {})
    error = caught.value
    assert "SECRET" not in f"{error} {error.hint}"
    assert error.__suppress_context__


def test_an_address_is_not_shown_by_what_holds_it(inbox: HttpInbox) -> None:
    assert "SECRET" not in repr(Poster(url=inbox.url + TOKEN))


def test_the_token_is_in_no_log_whatever_the_level(inbox: HttpInbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    post(inbox)
    assert inbox.received
    assert "SECRET" not in caplog.text


def test_a_certificate_is_verified_and_an_own_authority_can_be_named(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpInbox(certificate=certificate) as server:
        with pytest.raises(NotifyError, match="certificate cannot be verified") as caught:
            post(server)
        assert "SSL_CERT_FILE" in caught.value.hint
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post(server)
        assert len(server.received) == 1


def test_the_proxy_of_the_environment_is_not_asked_for_this_machine(
    inbox: HttpInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    post(inbox)
    assert len(inbox.received) == 1


@pytest.mark.parametrize("proxy", ["socks5h://hunter2@127.0.0.1:9", "http://[hunter2", "http://hunter2:99999"])
def test_a_proxy_that_makes_no_sense_is_an_error_that_does_not_show_it(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(NotifyError, match="https_proxy") as caught:
        Poster(url="https://hooks.example.com/x").request("POST", b"", {})
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("form", ["finops:p%40ss@127.0.0.1:{port}", "http://finops:p%40ss@127.0.0.1:{port}"])
def test_a_proxy_is_logged_in_to_with_or_without_a_scheme(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        monkeypatch.setenv("https_proxy", form.format(port=listener.getsockname()[1]))

        def head() -> str:
            connection, _ = listener.accept()
            with connection:
                return connection.recv(4096).decode()

        received = threads.submit(head)
        with pytest.raises(NotifyError, match="connection broke"):
            Poster(url="https://hooks.example.com/x").request("POST", b"", {})
        request = received.result()
    assert request.startswith("CONNECT hooks.example.com:443 ")
    assert f"proxy-authorization: Basic {b64encode(b'finops:p@ss').decode()}" in request
