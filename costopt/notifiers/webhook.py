"""A signed webhook for programs of the user's own, as Standard Webhooks describes it.

The receiver verifies with any of its libraries: the signature covers id, time and body, so nobody can change, forge or
later replay a message.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.post import Poster

_PREFIX = "whsec_"
_SHORTEST = 24
_LONGEST = 64
"""Bytes of a key."""


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """Posts the event, signed."""

    poster: Poster
    """Where to."""
    key: bytes = field(repr=False)
    """What signs."""
    clock: Callable[[], datetime] = _clock
    """The moment of sending, which receivers hold against their own clock; never the time that a run is told."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Post the message's event.

        Raises:
            NotifyError: it was not taken.
        """
        body = message.event.encode()
        moment = str(int(self.clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": moment,
            "webhook-signature": sign(self.key, message.id, moment, body),
        }
        self.poster.request("POST", body, headers)
        return ()


def sign(key: bytes, message_id: str, moment: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 in Base64 of id, Unix time and body, parted by dots."""
    signed = b".".join((message_id.encode(), moment.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def signing_key(secret: str) -> bytes:
    """The key that a secret stands for: `whsec_` and Base64 of 24 to 64 bytes.

    Raises:
        NotifyError: it is no such secret. It is not shown.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise NotifyError(
            f"the key that signs is not {_PREFIX} and Base64 of {_SHORTEST} to {_LONGEST} bytes",
            hint='Make one: echo "whsec_$(openssl rand -base64 32)"',
        )
    return key
