"""What Pub/Sub answers, and why it does not take a message in words of our own: its text may repeat what it was sent.

Source: https://cloud.google.com/apis/design/errors (the form) and
https://cloud.google.com/pubsub/docs/reference/error-codes (which to try again).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from costopt.errors import NotifyError
from costopt.notifiers.patience import Refusal
from costopt.notifiers.post import seconds_of

_AGAIN = frozenset({408, 429, 499, 500, 502, 503, 504})
_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,62}")
_DELAY = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)s")
_REDIRECTS = range(300, 400)
_HINTS = {
    "UNAUTHENTICATED": "Log in anew: `gcloud auth application-default login`, or renew the key.",
    "PERMISSION_DENIED": "Grant pubsub.topics.publish on the topic: roles/pubsub.publisher is that and nothing else.",
    "NOT_FOUND": "Check project and topic: `gcloud pubsub topics list --project PROJECT`.",
    "INVALID_ARGUMENT": "A topic with a schema takes only what fits it: give costopt a topic without.",
    "FAILED_PRECONDITION": "Check that the project has a billing account, and that the key of the topic can be used.",
    "SERVICE_DISABLED": "Turn the API on: `gcloud services enable pubsub.googleapis.com --project PROJECT`; with "
    "credentials of a person also set GOOGLE_CLOUD_QUOTA_PROJECT.",
    "USER_PROJECT_DENIED": "The quota project of the credentials needs serviceusage.services.use.",
}
"""By status, or by the reason that stands beside it."""


def is_taken(content: bytes) -> bool:
    """Whether an answer gives the one message that was published an id."""
    ids = _parsed(content).get("messageIds")
    return isinstance(ids, list) and len(ids) == 1


def refusal_of(status: int, content: bytes, retry_after: str) -> Refusal:
    """Why a message was not taken, and whether to try again.

    Args:
        status: of HTTP.
        content: body of the answer, JSON or not.
        retry_after: the header.
    """
    if status in _REDIRECTS:
        return Refusal(error=NotifyError(f"Pub/Sub redirects elsewhere (HTTP {status}), which is not followed"))
    error = _parsed(content).get("error")
    told: dict[str, Any] = error if isinstance(error, dict) else {}
    words = [told.get("status"), *(one.get("reason") for one in _details(told))]
    known = [word for word in words if isinstance(word, str) and _WORD.fullmatch(word)]
    said = ", ".join(dict.fromkeys(known)) or f"HTTP {status}"
    hint = next((_HINTS[word] for word in reversed(known) if word in _HINTS), "It is told at the next run.")
    return Refusal(
        error=NotifyError(f"Pub/Sub answered {said}", hint=hint),
        again=status in _AGAIN,
        after=_delay(told) if retry_after.strip() == "" else seconds_of(retry_after),
    )


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _details(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    details = error.get("details")
    yield from (one for one in (details if isinstance(details, list) else ()) if isinstance(one, dict))


def _delay(error: dict[str, Any]) -> float | None:
    """Of `RetryInfo`, in seconds."""
    found = (_DELAY.fullmatch(str(one.get("retryDelay", ""))) for one in _details(error))
    return next((float(one[1]) for one in found if one), None)
