"""The signed webhook, verified as a receiver would: by the words of the specification and not by our own code."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.post import Poster
from costopt.notifiers.webhook import WebhookChannel, sign, signing_key
from tests.oracles.http_inbox import Answer, HttpInbox

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = bytes(range(32))


def channel(server: HttpInbox, now: datetime = NOW) -> WebhookChannel:
    poster = Poster(url=f"{server.url}/hook", pause=lambda _: None)
    return WebhookChannel(poster=poster, key=KEY, clock=lambda: now)


def verified(received: object, key: bytes = KEY) -> bool:
    """As a receiver does it. Source: https://github.com/standard-webhooks/standard-webhooks (spec, verification)."""
    headers, body = received.headers, received.body  # type: ignore[attr-defined]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    version, _, given = headers["webhook-signature"].partition(",")
    return version == "v1" and hmac.compare_digest(given, expected)


def test_a_known_message_has_the_signature_that_the_specification_publishes() -> None:
    """Source: the example of https://github.com/standard-webhooks/standard-webhooks (libraries, test vector)."""
    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_verify_what_arrives(inbox: HttpInbox, message: Message) -> None:
    channel(inbox).send(message)
    (received,) = inbox.received
    assert verified(received)
    assert not verified(received, b"\0" * 32)
    assert json.loads(received.body) == {"type": "costopt.alerts", "name": "\u00fc"}
    assert received.headers["webhook-id"] == message.id
    assert received.headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_the_same_message_later_has_the_same_id_and_another_signature(inbox: HttpInbox, message: Message) -> None:
    channel(inbox).send(message)
    channel(inbox, NOW.replace(hour=13)).send(message)
    first, second = (one.headers for one in inbox.received)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-signature"] != second["webhook-signature"]


def test_a_refusal_is_an_error(message: Message) -> None:
    with HttpInbox(Answer(status=500)) as server, pytest.raises(NotifyError, match="HTTP 500"):
        channel(server).send(message)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "hunter2", "whsec_hunter2", "whsec_" + "A" * 28, "A" * 44, "whsec_\u00fc"]
)
def test_a_key_that_is_none_or_too_short_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(NotifyError, match="Base64 of 24 to 64 bytes") as caught:
        signing_key(secret)
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"
