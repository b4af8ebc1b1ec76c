"""Why a scope could not be read: the reasons that are the same for every provider, and messages that may be kept."""

import re
import traceback
from dataclasses import dataclass
from pathlib import Path

_SECRETS = (
    (re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{4,}\b"), "[key]"),
    (re.compile(r"\bAIza[A-Za-z0-9_-]{10,}"), "[key]"),
    (re.compile(r"\bya29\.[A-Za-z0-9._-]+"), "[token]"),
    (re.compile(r"(?i)Encoded authorization failure message:\s*\S+"), ""),
    (
        re.compile(r"(?i)(X-(?:Amz|Goog)-[A-Za-z-]+|Signature|Credential|SessionToken|SecurityToken)=[^\s&,\"']+"),
        r"\1=[removed]",
    ),
    (re.compile(r"(?i)\b(Authorization|x-amz-security-token):\s*.*"), r"\1: [removed]"),
    (re.compile(r"(?<![/\w-])(?=[A-Za-z0-9+/=_-]*\d)[A-Za-z0-9+/=_-]{40,}"), "[token]"),
)
_MARKUP = re.compile(r"<[^>]*>")
"""Error pages of proxies and emulators are HTML."""
_DETAIL_LENGTH = 300


class DeadlinePassed(Exception):  # noqa: N818 - what happened
    """The run's time is over."""


class CostLimitReached(Exception):  # noqa: N818 - what happened
    """The next call would cost more than the user allows for the run."""


class PagingLoop(Exception):  # noqa: N818 - what happened
    """A page token came back a second time: going on would never end."""


class UndeclaredCall(Exception):  # noqa: N818 - what happened
    """A collector asked for an operation that it does not declare, so that no policy would allow it."""


class FailedResults(Exception):  # noqa: N818 - what happened
    """An answer that says that a part of what was asked for failed."""

    def __init__(self, reason: str, detail: str, *, retryable: bool, permission: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.retryable = retryable
        self.permission = permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason for a gap."""

    reason: str
    """As `ScopeResult.reason`."""
    retryable: bool = False
    """Whether another try may succeed without anyone changing anything."""
    permission: str | None = None
    """The permission that is missing."""
    detail: str = ""
    """Provider's message, shortened and without secrets."""


def own_fault(error: BaseException) -> Fault | None:
    """The fault behind an exception of this module, None for any other."""
    match error:
        case DeadlinePassed():
            return Fault(reason="deadline", retryable=True, detail="the run's time was over")
        case CostLimitReached():
            return Fault(reason="cost limit", detail=str(error))
        case PagingLoop():
            return Fault(reason="paging loop", retryable=True)
        case FailedResults():
            return Fault(reason=error.reason, retryable=error.retryable, permission=error.permission)
    return None


def bug(error: BaseException) -> Fault:
    """The fault of an exception that nobody foresaw, with its place in the program."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Fault(reason="bug", detail=f"{type(error).__name__}{place}: {error}")


def clean(text: str) -> str:
    """A message without keys, tokens, signatures and markup, of one line and at most 300 characters."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    text = printable(" ".join(_MARKUP.sub(" ", text).split()))
    return text if len(text) <= _DETAIL_LENGTH else text[: _DETAIL_LENGTH - 3] + "..."


def printable(text: str) -> str:
    """Text without control characters, which could command a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def message_of(error: BaseException) -> str:
    """Message of an error, its type's name where it has none."""
    return str(error) or type(error).__name__
