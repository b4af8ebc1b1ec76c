"""A topic of Google Cloud Pub/Sub, over its REST interface. Needs the extra `gcp`.

Source: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish.
"""

import base64
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import google.auth
import requests
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.post import LONGEST_WAIT, TRIES, require_safe, wait_before
from costopt.notifiers.quiet import silence

ENDPOINT = "https://pubsub.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/pubsub"
MOST_BYTES = 10_000_000
"""Of a request. Source: https://cloud.google.com/pubsub/quotas#resource_limits."""
ORDERING_KEY = "costopt"
"""One for all messages, so that a subscription with ordering gets `resolved` after `new`; the others do not see it."""
_AGAIN = frozenset({408, 429, 499, 500, 502, 503, 504})
"""Answers after which to try again, although the message may have been taken: a repeated one has the same `id`.

Source: https://cloud.google.com/pubsub/docs/reference/error-codes."""
_OK = 200
_CONNECT, _READ = 10.0, 20.0
_MOST_ANSWER = 65_536
_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,62}")
_DELAY = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)s")
_AT_THE_NEXT_RUN = "It is told at the next run."
_GRANT = "Grant pubsub.topics.publish on the topic: the role roles/pubsub.publisher holds that and nothing else."
_HINTS = {
    "UNAUTHENTICATED": "Log in anew: `gcloud auth application-default login`, or renew the key.",
    "PERMISSION_DENIED": _GRANT,
    "NOT_FOUND": "Check project and topic: `gcloud pubsub topics list --project PROJECT`.",
    "INVALID_ARGUMENT": "A topic with a schema takes only what fits it: give costopt a topic without.",
    "FAILED_PRECONDITION": "Check that the project pays (billing) and that the topic's key may be used.",
    "SERVICE_DISABLED": "Turn the API on: `gcloud services enable pubsub.googleapis.com --project PROJECT`.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PubsubChannel:
    """Publishes the event, as a webhook gets it."""

    topic: str
    """`projects/PROJECT/topics/TOPIC`."""
    endpoint: str = ENDPOINT
    """Where the interface is: https with the credentials of the environment, or an emulator on this machine, which is
    shown none."""
    pause: Callable[[float], None] = time.sleep
    """Waits, in seconds."""

    def __post_init__(self) -> None:
        """Refuse an endpoint that would carry the message in clear.

        Raises:
            NotifyError: neither https nor this machine.
        """
        require_safe(self.endpoint)

    def send(self, message: Message) -> tuple[str, ...]:
        """Publish; tried again where Pub/Sub is busy or does not answer, at most three times in all.

        Raises:
            NotifyError: it was not taken, or it is not known whether it was.
        """
        silence()
        body = _request(message)
        with self._session() as session:
            for attempt in range(TRIES):
                refusal = self._once(session, body)
                if refusal is None:
                    return ()
                wait = wait_before(attempt + 1, refusal.after)
                if not refusal.again or attempt == TRIES - 1 or wait > LONGEST_WAIT:
                    break
                self.pause(wait)
        raise NotifyError(refusal.why, hint=refusal.hint)

    def _session(self) -> requests.Session:
        if not self.endpoint.startswith("https"):
            return _closing(AuthorizedSession(AnonymousCredentials()))
        try:
            credentials, _ = google.auth.default(scopes=[SCOPE])
        except (DefaultCredentialsError, OSError, ValueError):
            # The library's text may hold what the file holds.
            raise NotifyError(
                "there are no credentials for Google Cloud that can be used",
                hint="Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
            ) from None
        return _closing(AuthorizedSession(credentials))

    def _once(self, session: requests.Session, body: bytes) -> "_Refusal | None":
        """One try; None where it was taken."""
        try:
            answer = session.post(
                # A topic's name may hold a percent sign.
                f"{self.endpoint}/v1/{quote(self.topic, safe='/:~+')}:publish",
                data=body,
                headers={"Content-Type": "application/json", "User-Agent": "costopt"},
                timeout=(_CONNECT, _READ),
                allow_redirects=False,
                stream=True,
            )
            with answer:
                content = answer.raw.read(_MOST_ANSWER, decode_content=True)
        except GoogleAuthError:
            return _Refusal(
                why="the credentials for Google Cloud were refused, or cannot be renewed from here",
                hint=_HINTS["UNAUTHENTICATED"],
            )
        except (requests.RequestException, OSError) as error:
            return _Refusal(why=_broken(error), hint="Check the network. " + _AT_THE_NEXT_RUN, again=True)
        return None if answer.status_code == _OK else _refusal(answer.status_code, answer.headers, content)
