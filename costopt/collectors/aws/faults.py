"""Why a scope could not be read: every exception of a call becomes one reason, its permission and a clean message."""

import re
from collections.abc import Mapping
from dataclasses import replace

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    MissingDependencyException,
    NoCredentialsError,
    OperationNotPageableError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnknownServiceError,
)
from botocore.parsers import ResponseParserError

from costopt.collectors.faults import CostLimitReached, DeadlinePassed, Fault, bug, clean, message_of, own_fault

DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AccessDeniedError", "AuthorizationError", "AuthorizationErrorException",
    "Forbidden", "NotAuthorized", "NotAuthorizedException", "UnauthorizedException", "UnauthorizedOperation",
})  # fmt: skip
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
CREDENTIALS = EXPIRED | {
    "AuthFailure", "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken",
    "MissingAuthenticationToken", "SignatureDoesNotMatch", "UnrecognizedClientException",
}  # fmt: skip
CLOCK = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
NOT_ENABLED = frozenset({
    "DataUnavailableException", "OptInRequired", "OptInRequiredException", "SubscriptionRequiredException",
})  # fmt: skip
THROTTLED = frozenset({
    "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
    "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
    "TooManyRequestsException",
})  # fmt: skip
"""Codes that botocore itself treats as throttling (botocore/retries/standard.py, `_THROTTLED_ERROR_CODES`)."""
MISSING = re.compile(r"NotFound|NoSuch|NonExist|DoesNotExist")
_TOO_MANY = 429
_SERVER_ERROR = 500

_NOT_ENROLLED = re.compile(r"not (?:been )?(?:enrolled|opted[- ]in|subscribed|enabled)", re.IGNORECASE)
_PERMISSION = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")
_SIGNATURE_TIME = re.compile(r"Signature (?:expired|not yet current)", re.IGNORECASE)


class IncompleteAnswer(HTTPClientError):  # type: ignore[misc]  # noqa: N818 - what happened
    """A 200 answer that is cut off, is no JSON, or lacks what was asked for."""

    fmt = "Incomplete answer: {error}"


class ErrorPage(HTTPClientError):  # type: ignore[misc]  # noqa: N818 - what happened
    """A server error whose answer is a page for people: a proxy or an emulator wrote it, not AWS."""

    fmt = "{status}: {text}"


CALL_ERRORS = (
    BotoCoreError,
    ClientError,
    CostLimitReached,
    DeadlinePassed,
    ResponseParserError,
    UnicodeDecodeError,
)
"""What one call may raise though nothing is wrong with the program. A KeyError, say, would be a bug."""


def error_code(error: BaseException) -> str | None:
    """AWS's code of an error answer, `NoSuchLifecycleConfiguration` say; None where it is none."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else None


def is_missing(error: BaseException) -> bool:
    """Whether the thing asked for does not exist (any more): deleted between list and describe, or never set."""
    return bool(MISSING.search(error_code(error) or ""))


def classify(error: BaseException, actions: Mapping[str, str] | None = None) -> Fault:
    """The fault behind an exception.

    Args:
        error: What a call raised.
        actions: IAM action of each operation, to name the permission where the message does not.
    """
    fault = _own(error) or _answered(error, actions or {}) or _local(error)
    return replace(fault, detail=clean(fault.detail or message_of(error)))


def first_line(error: BaseException) -> str:
    """Message of an error without the raw answer, which botocore's parser puts below the first line."""
    return str(error).partition("\n")[0]


def _own(error: BaseException) -> Fault | None:
    if isinstance(error, ErrorPage):
        return Fault(reason="server", retryable=error.kwargs["status"] != _SERVER_ERROR, detail=str(error))
    return own_fault(error)


def _answered(error: BaseException, actions: Mapping[str, str]) -> Fault | None:
    """Fault of an error that AWS itself answered."""
    if not isinstance(error, ClientError):
        return None
    code = error_code(error) or ""
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    text = f"{code}: {message}"
    if code in NOT_ENABLED or (code in DENIED and _NOT_ENROLLED.search(message)):
        return Fault(reason="not enabled", detail=text)
    if code in DENIED:
        return _denied(error, text, actions)
    if code in CLOCK or _SIGNATURE_TIME.search(message):
        return Fault(reason="credentials", detail=f"the clock of this machine is wrong: {text}")
    if code in CREDENTIALS:
        return Fault(reason="credentials", detail=_credentials_detail(code, text))
    if code in THROTTLED or status == _TOO_MANY:
        return Fault(reason="throttled", retryable=True, detail=text)
    return Fault(reason="server", retryable=status >= _SERVER_ERROR, detail=text)


def _denied(error: ClientError, text: str, actions: Mapping[str, str]) -> Fault:
    named = _PERMISSION.search(text)
    operation = str(error.operation_name)
    fallback = "sts:AssumeRole" if operation == "AssumeRole" else actions.get(operation)
    by_scp = "service control policy" in text.lower()
    return Fault(
        reason="denied by SCP" if by_scp else "denied",
        permission=named.group(1) if named else fallback,
        detail=text,
    )


def _credentials_detail(code: str, text: str) -> str:
    if code != "AuthFailure":
        return text
    # Tokens of the global STS endpoint are not valid in opt-in regions.
    # Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    return f"{text} (in an opt-in region this is often a token of the global STS endpoint: use the regional one)"


def _local(error: BaseException) -> Fault:
    """Fault of an error that never reached AWS, or whose answer never arrived."""
    match error:
        case (
            NoCredentialsError()
            | PartialCredentialsError()
            | CredentialRetrievalError()
            | TokenRetrievalError()
            | SSOError()
            | ProfileNotFound()
        ):
            return Fault(reason="credentials")
        case (
            ParamValidationError() | UnknownServiceError() | OperationNotPageableError() | MissingDependencyException()
        ):
            return bug(error)
        case HTTPClientError() | BotoCoreError() | ResponseParserError() | UnicodeDecodeError():
            return Fault(reason="network", retryable=True, detail=f"{type(error).__name__}: {first_line(error)}")
    return bug(error)
