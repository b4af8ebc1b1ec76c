"""Pub/Sub over its REST interface: Google's own credentials, TLS and a real server on loopback."""

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.pubsub import PubsubChannel
from tests.oracles.http_inbox import Answer, HttpInbox

TOPIC = "projects/example.com:shop/topics/cost%alerts"
PATH = "/v1/projects/example.com:shop/topics/cost%25alerts:publish"
TOKEN = "ya29.hunter2"
TAKEN = Answer(body=b'{"messageIds": ["19916711285"]}')


def never(_: float) -> None:
    pytest.fail("it waited")


def refusing(status: int, word: str, *details: dict[str, str], text: str = TOKEN) -> Answer:
    error = {"code": status, "message": text, "status": word, "details": list(details)}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A channel whose Google is this machine."""

    certificate: Path
    tokens: HttpInbox

    def tell(self, message: Message, *answers: Answer, pause: Callable[[float], None] = never) -> HttpInbox:
        with HttpInbox(*answers, TAKEN, certificate=self.certificate) as server:
            PubsubChannel(topic=TOPIC, endpoint=server.url, pause=pause).send(message)
            return server

    def refusal(self, message: Message, *answers: Answer, pause: Callable[[float], None] = never) -> NotifyError:
        with pytest.raises(NotifyError) as caught:
            self.tell(message, *answers, pause=pause)
        return caught.value


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(65_537, 2048)
    form = serialization.PrivateFormat.PKCS8
    return made.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture
def google(tmp_path: Path, key: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """Credentials of a service account, whose tokens come from a server on this machine."""
    token = json.dumps({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}).encode()
    with HttpInbox(*[Answer(body=token, headers={"Content-Type": "application/json"})] * 9) as tokens:
        account = {
            "type": "service_account", "project_id": "shop", "private_key_id": "1", "private_key": key,
            "client_email": "costopt@shop.iam.gserviceaccount.com", "token_uri": f"{tokens.url}/token",
        }  # fmt: skip
        (tmp_path / "key.json").write_text(json.dumps(account))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield Publisher(certificate=certificate, tokens=tokens)


def test_the_event_arrives_with_what_a_receiver_recognises_it_by(google: Publisher, message: Message) -> None:
    (received,) = google.tell(message).received
    assert (received.method, received.path) == ("POST", PATH)
    assert received.headers["authorization"] == f"Bearer {TOKEN}"
    (one,) = json.loads(received.body)["messages"]
    assert base64.b64decode(one["data"]).decode() == message.event
    assert one["attributes"] == {"id": message.id, "content_type": "application/json"}
    assert one["orderingKey"] == "costopt"


def test_an_emulator_is_shown_no_credentials_and_whoever_waits_is_told_that_it_was_one(
    google: Publisher, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpInbox(TAKEN) as emulator, HttpInbox(TAKEN) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        (note,) = PubsubChannel(topic=TOPIC, endpoint=emulator.url, pause=never).send(message)
    assert "authorization" not in emulator.received[0].headers
    assert google.tokens.received == proxy.received == []
    assert "PUBSUB_EMULATOR_HOST is set" in note


def test_a_password_for_other_machines_does_not_take_the_place_of_the_token(
    google: Publisher, tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password hunter2")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert google.tell(message).received[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_nothing_is_published_in_clear_to_another_machine() -> None:
    with pytest.raises(NotifyError, match="it is not https"):
        PubsubChannel(topic=TOPIC, endpoint="http://pubsub.example.com:8085")


def test_what_is_busy_or_fails_for_a_moment_is_tried_again_with_the_same_message(
    google: Publisher, message: Message
) -> None:
    waits: list[float] = []
    pace = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7.5s"}
    server = google.tell(
        message, refusing(429, "RESOURCE_EXHAUSTED", pace), Answer(status=502, body=b"<html>"), pause=waits.append
    )
    assert waits == [7.5, 4.0]
    assert len({one.body for one in server.received}) == 1
    assert len(google.tokens.received) == 1  # one token serves all tries


def test_patience_ends_after_three_tries(google: Publisher, message: Message) -> None:
    waits: list[float] = []
    refusal = google.refusal(message, *[refusing(503, "UNAVAILABLE")] * 5, pause=waits.append)
    assert str(refusal) == "Pub/Sub answered UNAVAILABLE"
    assert waits == [2.0, 4.0]


def test_a_wait_that_is_too_long_is_left_to_the_next_run(google: Publisher, message: Message) -> None:
    pace = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "60s"}
    refusal = google.refusal(message, refusing(429, "RESOURCE_EXHAUSTED", pace))
    assert (str(refusal), refusal.hint) == ("Pub/Sub answered RESOURCE_EXHAUSTED", "It is told at the next run.")


DISABLED = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "x"}


@pytest.mark.parametrize(
    ("answer", "said", "next_step"),
    [
        (refusing(403, "PERMISSION_DENIED"), "PERMISSION_DENIED", "pubsub.topics.publish"),
        (refusing(403, "PERMISSION_DENIED", DISABLED), "PERMISSION_DENIED, SERVICE_DISABLED", "gcloud services enable"),
        (refusing(404, "NOT_FOUND"), "NOT_FOUND", "gcloud pubsub topics list"),
        (refusing(400, "INVALID_ARGUMENT"), "INVALID_ARGUMENT", "schema"),
        (refusing(418, "\u202eteapot <b>"), "HTTP 418", "next run"),
        (Answer(status=403, body=b"[" * 9_000), "HTTP 403", "next run"),
        (Answer(status=403, body=b'{"error": {"details": [7, {"reason": ["X"]}]}}'), "HTTP 403", "next run"),
    ],
)
def test_a_refusal_is_told_in_our_own_words_with_what_to_do(
    google: Publisher, message: Message, answer: Answer, said: str, next_step: str
) -> None:
    refusal = google.refusal(message, answer)
    assert str(refusal) == f"Pub/Sub answered {said}"
    assert next_step in refusal.hint
    assert TOKEN not in f"{refusal} {refusal.hint} {refusal.__cause__}"


def test_an_answer_that_gives_no_id_is_none_of_pub_subs(google: Publisher, message: Message) -> None:
    for body in (b"<html>Log in</html>", b'{"messageIds": []}', b"[1]"):
        assert "none of Pub/Sub's" in str(google.refusal(message, Answer(body=body)))


def test_an_answer_that_cannot_be_read_is_no_yes(google: Publisher, message: Message) -> None:
    waits: list[float] = []
    damaged = Answer(headers={"Content-Encoding": "gzip"}, body=b"no gzip")
    refusal = google.refusal(message, *[damaged] * 3, pause=waits.append)
    assert str(refusal) == "the connection to Pub/Sub failed; it may have taken the message"
    assert waits == [2.0, 4.0]


def test_a_redirect_is_not_followed(google: Publisher, message: Message) -> None:
    with HttpInbox() as other:
        refusal = google.refusal(message, Answer(status=307, headers={"Location": other.url}))
    assert "redirects elsewhere (HTTP 307)" in str(refusal)
    assert other.received == []


def test_credentials_that_are_refused_are_renewed_and_then_said(google: Publisher, message: Message) -> None:
    refusal = google.refusal(message, *[refusing(401, "UNAUTHENTICATED")] * 5)
    assert str(refusal) == "Pub/Sub answered UNAUTHENTICATED"
    assert len(google.tokens.received) == 3


def test_a_token_that_is_not_given_is_said_without_the_answer(
    google: Publisher, tmp_path: Path, message: Message
) -> None:
    account = json.loads((tmp_path / "key.json").read_text())
    with HttpInbox(Answer(status=400, body=b'{"error": "invalid_grant hunter2"}')) as refusing_tokens:
        (tmp_path / "key.json").write_text(json.dumps({**account, "token_uri": refusing_tokens.url}))
        refusal = google.refusal(message)
    assert str(refusal) == "the credentials for Google Cloud were refused, or cannot be renewed from here"
    assert "hunter2" not in f"{refusal} {refusal.hint}"


@pytest.mark.parametrize(
    "content",
    [
        None,
        '{"type": "service_account", "private_key": "hunter2"}',
        "\x00hunter2",
        '["hunter2"]',
        '{"type": "impersonated_service_account", "service_account_impersonation_url": "hunter2"}',
        "[" * 100_000,
    ],
    ids=["missing", "no key", "no JSON", "a list", "half", "deep"],
)
def test_credentials_that_are_missing_or_damaged_are_said_without_them(
    google: Publisher, tmp_path: Path, message: Message, content: str | None
) -> None:
    (tmp_path / "key.json").unlink()
    if content is not None:
        (tmp_path / "key.json").write_text(content)
    refusal = google.refusal(message)
    assert "no credentials for Google Cloud that can be used" in str(refusal)
    assert "gcloud auth application-default login" in refusal.hint
    assert "hunter2" not in f"{refusal} {refusal.hint} {refusal.__cause__}"


def test_letters_that_no_header_carries_are_said(
    google: Publisher, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "caf\u00e9\u20ac")
    refusal = google.refusal(message)
    assert "letters that no request can carry" in str(refusal)
    assert "GOOGLE_CLOUD_QUOTA_PROJECT" in refusal.hint


def test_a_server_that_nobody_vouches_for_gets_nothing(
    google: Publisher, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "certificate cannot be verified" in str(google.refusal(message))


def test_nobody_there_is_tried_again_and_then_said(message: Message) -> None:
    waits: list[float] = []
    with HttpInbox() as gone:
        address = gone.url
    with pytest.raises(NotifyError, match="the connection to Pub/Sub failed"):
        PubsubChannel(topic=TOPIC, endpoint=address, pause=waits.append).send(message)
    assert waits == [2.0, 4.0]


def test_more_than_pub_sub_takes_is_refused_whole_and_nothing_is_cut(message: Message) -> None:
    large = replace(message, event=json.dumps("x" * 7_500_000))
    with HttpInbox() as emulator, pytest.raises(NotifyError, match=r"10,000,\d{3} bytes, and Pub/Sub takes 10,000,000"):
        PubsubChannel(topic=TOPIC, endpoint=emulator.url).send(large)
    assert emulator.received == []


def test_names_of_strangers_arrive_as_they_are(message: Message) -> None:
    hostile = json.dumps({"name": '"}],"orderingKey":"x\u202e\x00\ud800<script>'})
    with HttpInbox(TAKEN) as emulator:
        PubsubChannel(topic=TOPIC, endpoint=emulator.url).send(replace(message, event=hostile))
    (one,) = json.loads(emulator.received[0].body)["messages"]
    assert base64.b64decode(one["data"]).decode() == hostile
    assert set(one) == {"data", "attributes", "orderingKey"}


def test_no_library_logs_what_it_sends(google: Publisher, message: Message, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("google", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    google.tell(message)
    assert [one.getMessage() for one in caplog.records] == []
