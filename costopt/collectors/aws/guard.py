"""Tells a whole answer from a broken one.

botocore takes a 200 answer whose JSON is cut off for an EMPTY result: it does not enforce Content-Length
(botocore/httpsession.py, `enforce_content_length=False`) and its JSON parser swallows the error (botocore/parsers.py,
`_parse_body_as_json`). For a tool that looks for waste this would read as "nothing found".
"""

import json
from typing import Any

from costopt.collectors.aws.faults import ErrorPage, IncompleteAnswer

ATTEMPTS = 4
"""Sends of one request before a broken answer is reported."""
_FIRST_DELAY_SECONDS = 0.1
_PAGE_ATTEMPTS = 2
_REDIRECT = 300
_SERVER_ERROR = 500
_LARGE_BYTES = 65_536


def without_page(answer: dict[str, Any]) -> None:
    """Takes an HTML page out of a server error before it is parsed, in place.

    botocore's XML parsers know a page only where it begins with `<html>`, and break on any other.
    """
    if answer["status_code"] >= _SERVER_ERROR and _is_page(answer.get("body") or b""):
        answer["body"] = b""


def refuse_page(http: Any, attempts: int) -> None:
    """Ends the retries of a server error that came as a page.

    botocore would ask ten times, for a minute. A busy proxy (502, 503, 504) gets a few tries; a plain 500 with a page
    is an emulator that lacks the operation, which more tries do not give it.

    Raises:
        ErrorPage: after the last try.
    """
    if http.status_code < _SERVER_ERROR or not _is_page(http.content):
        return
    if attempts >= (_PAGE_ATTEMPTS if http.status_code == _SERVER_ERROR else ATTEMPTS):
        raise ErrorPage(status=http.status_code, text=http.content[:_LARGE_BYTES].decode(errors="replace"))


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:9].lower().startswith((b"<html", b"<!doctype"))


def retry_delay(http: Any, operation: Any, attempts: int) -> float | None:
    """Seconds to wait before asking again, or None where the answer is whole.

    Args:
        http: botocore's AWSResponse.
        operation: botocore's OperationModel.
        attempts: Sends of this request so far.

    Raises:
        IncompleteAnswer: the answer is still broken after the last attempt.
    """
    flaw = _flaw(http, operation)
    if flaw is None:
        return None
    if attempts >= ATTEMPTS:
        raise IncompleteAnswer(error=f"{operation.service_model.service_name} {operation.name}: {flaw}")
    return _FIRST_DELAY_SECONDS * 2.0**attempts


def _flaw(http: Any, operation: Any) -> str | None:
    if http.status_code >= _REDIRECT or operation.has_streaming_output:
        return None
    body: bytes = http.content
    expected = http.headers.get("content-length")
    # With a content encoding the length is that of the compressed body.
    if expected is not None and int(expected) != len(body) and not http.headers.get("content-encoding"):
        return f"{len(body)} of {expected} bytes arrived"
    return _json_flaw(body, operation) if _is_json(http, operation) else None


def _is_json(http: Any, operation: Any) -> bool:
    protocol = operation.service_model.resolved_protocol
    return protocol in ("json", "rest-json") or "json" in (http.headers.get("content-type") or "")


def _json_flaw(body: bytes, operation: Any) -> str | None:
    if not body:
        members = operation.output_shape.members if operation.output_shape is not None else ()
        is_rest = operation.service_model.resolved_protocol == "rest-json"
        return "the answer is empty" if members and not is_rest else None
    if len(body) > _LARGE_BYTES and body.startswith(b"{") and body.endswith(b"}"):
        # Parsing megabytes twice is a fifth of the time of a large account. What is cut off does not end so, and what
        # is no JSON all the same leaves an answer without its result, which `ConnectedApi.call` refuses.
        return None
    try:
        json.loads(body)
    except ValueError as error:
        return f"no valid JSON ({error})"
    return None
