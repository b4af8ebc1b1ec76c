"""Why Google refused: every exception of a call becomes one reason, its permission or API, and a clean message."""

import re
from dataclasses import replace

from google.api_core.exceptions import (
    Aborted,
    BadGateway,
    DeadlineExceeded,
    Forbidden,
    GatewayTimeout,
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
    Unknown,
)
from google.auth.exceptions import GoogleAuthError, TransportError
from google.rpc.error_details_pb2 import QuotaFailure, RetryInfo

from costopt.collectors.faults import Fault, bug, clean, message_of, own_fault
from costopt.collectors.gcp.interface import Call
from costopt.collectors.gcp.refusal import CallFailed

REFUSALS = (GoogleAPICallError, GoogleAuthError, OSError)
"""What Google's clients raise where a call fails; the errors of requests are `OSError`s."""

PASSING = (
    Aborted,
    BadGateway,
    DeadlineExceeded,
    GatewayTimeout,
    InternalServerError,
    OSError,
    ServiceUnavailable,
    TooManyRequests,
    TransportError,
)
"""Errors that another try may not meet."""

_PERMISSION = re.compile(r"[Pp]ermission[s]? '?([a-z]+(?:\.[a-zA-Z]+){2,})'?")
_SERVICE = re.compile(r"\b([a-z0-9-]+\.googleapis\.com)\b")
_DAILY = re.compile(r"per[ _-]?day|daily", re.IGNORECASE)
_PLUGIN = "Getting metadata from plugin failed"
"""How gRPC reports that the credentials could not be refreshed."""
_SERVER_ERROR = 500


def classify(error: BaseException) -> Fault:
    """The fault behind an exception; a failed call names its permission and API where Google's message does not."""
    fault = _of(error.error, error.call) if isinstance(error, CallFailed) else own_fault(error) or bug(error)
    return replace(fault, detail=clean(fault.detail or message_of(error)))


def is_daily_quota(error: BaseException) -> bool:
    """Whether a quota of the day is used up, so that waiting for minutes does not help."""
    if not isinstance(error, TooManyRequests):
        return False
    limits = [str(value) for value in (error.metadata or {}).values()]
    violations = [one for detail in error.details if isinstance(detail, QuotaFailure) for one in detail.violations]
    return any(_DAILY.search(text) for text in (message_of(error), *limits, *(one.description for one in violations)))


def asked_delay(error: BaseException) -> float | None:
    """Seconds that the service asks to wait before the next try; None where it does not say."""
    details = error.details if isinstance(error, GoogleAPICallError) else ()
    for detail in details:
        if isinstance(detail, RetryInfo):
            return float(detail.retry_delay.seconds + detail.retry_delay.nanos / 1e9)
    return None


def rest_reason(error: GoogleAPICallError) -> str:
    """The reason that the REST APIs of BigQuery, Cloud Storage and Compute Engine give where there is no ErrorInfo."""
    return next((str(one.get("reason")) for one in error.errors if isinstance(one, dict)), "")


def is_rate_limited(error: BaseException) -> bool:
    """Whether a refusal is about the rate of requests: Compute Engine says so with 403, and means a minute.

    Source: https://cloud.google.com/compute/api-quota.
    """
    return isinstance(error, Forbidden) and rest_reason(error) == "rateLimitExceeded"


def is_credentials(error: BaseException) -> bool:
    """Whether the caller's credentials are the reason, which every other call would meet too."""
    if isinstance(error, CallFailed):
        return is_credentials(error.error)
    if isinstance(error, GoogleAuthError):
        return not isinstance(error, TransportError)
    return isinstance(error, Unauthorized) or (isinstance(error, ServiceUnavailable) and _PLUGIN in str(error))


def _of(error: Exception, call: Call) -> Fault:
    if is_credentials(error):
        return Fault(reason="credentials")
    match error:
        case TooManyRequests():
            daily = is_daily_quota(error)
            return Fault(reason="quota" if daily else "throttled", retryable=not daily)
        case Forbidden():
            return _forbidden(error, call)
        case NotFound():
            return Fault(reason="gone")
        case DeadlineExceeded() | GatewayTimeout() | TransportError() | OSError():
            return Fault(reason="network", retryable=True, detail=f"{type(error).__name__}: {error}")
        case GoogleAPICallError():
            passing = isinstance(error, (*PASSING, Unknown)) or (error.code or 0) >= _SERVER_ERROR
            return Fault(reason="server", retryable=passing and not isinstance(error, InvalidArgument))
    return bug(error)


def _forbidden(error: Forbidden, call: Call) -> Fault:
    """Fault of a refusal; Google's reason is in its ErrorInfo.

    Source of the reasons: https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto.
    """
    text, told = str(error), dict(error.metadata or {})
    if is_rate_limited(error):
        return Fault(reason="throttled", retryable=True)
    match error.reason or rest_reason(error):
        case "SERVICE_DISABLED" | "accessNotConfigured":
            named = _SERVICE.search(told.get("service", "") or text)
            return Fault(reason="not enabled", permission=named[1] if named else call.api)
        case "BILLING_DISABLED":
            return Fault(reason="billing disabled")
        case "CONSUMER_INVALID" | "RESOURCE_PROJECT_INVALID":
            return Fault(reason="gone")
        case "SECURITY_POLICY_VIOLATED":
            return Fault(reason="denied by perimeter")
        case "USER_PROJECT_DENIED":
            return Fault(reason="denied", permission="serviceusage.services.use")
    if "vpcServiceControls" in text:
        return Fault(reason="denied by perimeter")
    found = _PERMISSION.search(text)
    fallback = next(iter((*call.permissions, *call.billing_permissions)), None)
    return Fault(reason="denied", permission=told.get("permission") or (found[1] if found else fallback))
