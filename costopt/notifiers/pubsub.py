"""A topic of Google Cloud Pub/Sub, over its REST interface. Needs the extra `gcp`.

Source: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish.
"""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import google.auth
import requests
import urllib3
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from costopt.errors import DAMAGED_CREDENTIALS, NotifyError
from costopt.model.message import Message
from costopt.notifiers.patience import Refusal, insist
from costopt.notifiers.post import require_safe
from costopt.notifiers.pubsub_answer import is_taken, refusal_of
from costopt.notifiers.quiet import silence

ENDPOINT = "https://pubsub.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/pubsub"
MOST_BYTES = 10_000_000
"""Of a request. Source: https://cloud.google.com/pubsub/quotas#resource_limits."""
ORDERING_KEY = "costopt"
"""One for all messages: a subscription with ordering gets them as they were sent, the others do not see it."""
_OK = 200
_TIMEOUT = (10.0, 20.0)
"""Seconds to connect, and to wait for an answer."""
_MOST_ANSWER = 65_536
_UNUSABLE = (GoogleAuthError, OSError, *DAMAGED_CREDENTIALS)
"""What missing and damaged credentials end in."""
_ELSEWHERE = "PUBSUB_EMULATOR_HOST is set: an emulator on this machine was told, and nobody else"


@dataclass(frozen=True, slots=True, kw_only=True)
class PubsubChannel:
    """Publishes the event, as a webhook gets it."""

    topic: str
    """`projects/PROJECT/topics/TOPIC`."""
    endpoint: str = ENDPOINT
    """Where Pub/Sub is: https, with the credentials of the environment, or an emulator on this machine, which is shown
    none."""
    pause: Callable[[float], None] = time.sleep
    """Waits, in seconds."""

    def __post_init__(self) -> None:
        """Refuse an endpoint that would carry the message in clear.

        Raises:
            NotifyError: neither https nor this machine.
        """
        require_safe(self.endpoint)

    def send(self, message: Message) -> tuple[str, ...]:
        """Publish. What is tried again may arrive twice; its attribute `id` is the same then.

        Returns:
            That it went to an emulator, where it did: a variable that was forgotten must not keep people in the dark.

        Raises:
            NotifyError: it was not taken, or it is not known whether it was.
        """
        silence()
        body = _request(message)
        with self._session() as session:
            insist(lambda: self._once(session, body), self.pause)
        return (_ELSEWHERE,) if self._is_emulator else ()

    @property
    def _is_emulator(self) -> bool:
        return not self.endpoint.startswith("https:")

    def _session(self) -> AuthorizedSession:
        """Honours the environment's proxy and certificates on the way to Google, and nothing of it on this machine."""
        session = AuthorizedSession(self._credentials())
        session.trust_env = not self._is_emulator
        # Without an own one requests puts a password of ~/.netrc in place of the token.
        session.auth = _as_it_is
        return session

    def _credentials(self) -> Any:
        if self._is_emulator:
            return AnonymousCredentials()
        try:
            credentials, _ = google.auth.default(scopes=[SCOPE])
        except _UNUSABLE:
            # The library's text repeats what stands in the file.
            raise NotifyError(
                "there are no credentials for Google Cloud that can be used",
                hint="Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
            ) from None
        return credentials

    def _once(self, session: requests.Session, body: bytes) -> Refusal | None:
        """One try; None where it was taken."""
        try:
            with session.post(
                # The name of a topic may hold a percent sign.
                f"{self.endpoint}/v1/{quote(self.topic, safe='/:~+')}:publish",
                data=body,
                headers={"Content-Type": "application/json", "User-Agent": "costopt"},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = answer.raw.read(_MOST_ANSWER, decode_content=True)
                if answer.status_code == _OK:
                    return None if is_taken(content) else Refusal(error=_stranger())
                return refusal_of(answer.status_code, content, answer.headers.get("Retry-After", ""))
        except GoogleAuthError as error:
            return Refusal(error=_unauthorised(), again=error.retryable)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            return Refusal(error=_broken(error), again=not isinstance(error, requests.exceptions.SSLError))
        except UnicodeError:
            return Refusal(error=_unwritable())


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _request(message: Message) -> bytes:
    """The body. A receiver can filter by the attributes, which hold no name of a stranger's.

    Raises:
        NotifyError: it is more than Pub/Sub takes; half of it would be no JSON.
    """
    one = {
        "data": base64.b64encode(message.event.encode()).decode(),
        "attributes": {"id": message.id, "content_type": "application/json"},
        "orderingKey": ORDERING_KEY,
    }
    body = json.dumps({"messages": [one]}).encode()
    if len(body) > MOST_BYTES:
        raise NotifyError(
            f"the message has {len(body):,} bytes, and Pub/Sub takes {MOST_BYTES:,}",
            hint="Tell fewer things at once: mute what is known, or give budgets channels of their own.",
        )
    return body


def _unauthorised() -> NotifyError:
    return NotifyError(
        "the credentials for Google Cloud were refused, or cannot be renewed from here",
        hint="Log in anew: `gcloud auth application-default login`; check the key and the network.",
    )


def _unwritable() -> NotifyError:
    return NotifyError(
        "the credentials for Google Cloud hold letters that no request can carry",
        hint="Check the key, and the project in GOOGLE_CLOUD_QUOTA_PROJECT.",
    )


def _stranger() -> NotifyError:
    return NotifyError(
        "the answer is none of Pub/Sub's: it holds no id of a message",
        hint="Something stands between; check PUBSUB_EMULATOR_HOST and the proxy of the environment.",
    )


def _broken(error: Exception) -> NotifyError:
    """In words of our own: the library's name the address, and a proxy's may hold a password."""
    if isinstance(error, requests.exceptions.ProxyError):
        why = "the proxy of the environment cannot be reached"
    elif isinstance(error, requests.exceptions.SSLError):
        why = "Pub/Sub's certificate cannot be verified, or TLS fails"
    elif isinstance(error, requests.exceptions.ReadTimeout):
        why = "Pub/Sub did not answer in time; it may have taken the message"
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        why = "no connection to Pub/Sub"
    else:
        why = "the connection to Pub/Sub failed; it may have taken the message"
    return NotifyError(why, hint="Check the network. It is told again at the next run, with the same id.")
