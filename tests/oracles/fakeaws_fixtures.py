"""What the fake AWS answers: fixtures checked against the service model, pages with tokens bound to the request."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import UnknownServiceError
from botocore.validate import ParamValidator

from tests.oracles.fakeaws_faults import AwsError, Request
from tests.oracles.fakeaws_wire import LOADER, Parsed

Rows = Sequence[Any]
Handler = Callable[[Mapping[str, Any], Request], Any]
_VALIDATOR = ParamValidator()
_DEFAULT_PAGE = 100


class Paging(NamedTuple):
    """Names of the keys by which an operation pages."""

    token_in: str
    token_out: str
    result: str
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Fixture:
    """What one operation answers."""

    data: Mapping[str, Any] | Rows | Handler
    """A whole answer, rows to be paged, or a function of the parameters that gives either."""
    paging: Paging | None
    page: int | None


class NotRegisteredError(AssertionError):
    """The code under test asked for something that the test did not prepare."""


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    try:
        return LOADER.load_service_model(service, "paginators-1")["pagination"]
    except UnknownServiceError:
        return {}


def answer(fixture: Fixture, parsed: Parsed, request: Request) -> Mapping[str, Any] | bytes:
    """The answer to a request, or an AwsError where AWS would refuse it.

    Raises:
        AssertionError: the fixture does not fit the service model.
    """
    _check_request(parsed)
    data = fixture.data(parsed.params, request) if callable(fixture.data) else fixture.data
    if isinstance(data, bytes):
        return data
    if isinstance(data, list):
        data = _page(fixture, parsed, data)
    _check_answer(parsed, data)
    return data


def _check_request(parsed: Parsed) -> None:
    shape = parsed.model.input_shape
    if shape is None:
        return
    report = _VALIDATOR.validate(parsed.params, shape)
    if report.has_errors():
        raise AwsError("ValidationException", report.generate_report())
    _check_bounds(shape, parsed.params, "")


def _check_answer(parsed: Parsed, data: Mapping[str, Any]) -> None:
    if parsed.model.output_shape is None:
        return
    report = _VALIDATOR.validate(data, parsed.model.output_shape)
    if report.has_errors():
        name = f"{parsed.service}.{parsed.operation}"
        raise AssertionError(f"the fixture of {name} breaks the service model: {report.generate_report()}")


def _check_bounds(shape: Any, params: Mapping[str, Any], path: str) -> None:
    for name, value in params.items():
        member = shape.members.get(name)
        if member is None:
            continue
        low, high = member.metadata.get("min"), member.metadata.get("max")
        if isinstance(value, dict) and member.type_name == "structure":
            _check_bounds(member, value, f"{path}{name}.")
        size = _size(value)
        if size is None:
            continue
        if (low is not None and size < low) or (high is not None and size > high):
            raise AwsError("ValidationException", f"{path}{name}: {size} outside [{low}, {high}]")


def _size(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return len(value) if isinstance(value, (list, str)) else None


def _paging_of(fixture: Fixture, parsed: Parsed) -> Paging:
    if fixture.paging is not None:
        return fixture.paging
    config = _paginators(parsed.service).get(parsed.operation)
    if config is None:
        raise AssertionError(f"{parsed.service}.{parsed.operation}: botocore has no paginator, give paging=")
    first = [x[0] if isinstance(x, list) else x for x in (config["input_token"], config["output_token"])]
    result = config["result_key"]
    result = result[0] if isinstance(result, list) else result
    return Paging(first[0], first[1].split(" ")[0], result, config.get("limit_key"))


def _page(fixture: Fixture, parsed: Parsed, rows: list[Any]) -> dict[str, Any]:
    keys = _paging_of(fixture, parsed)
    largest = fixture.page or _DEFAULT_PAGE
    size = min(parsed.params.get(keys.limit, largest), largest) if keys.limit else largest
    rest = {name: value for name, value in parsed.params.items() if name != keys.token_in}
    signature = hashlib.sha256(json.dumps(rest, sort_keys=True, default=str).encode()).hexdigest()[:10]
    offset = _offset(parsed.params.get(keys.token_in), signature)
    out: dict[str, Any] = {keys.result: rows[offset : offset + size]}
    if offset + size < len(rows):
        out[keys.token_out] = base64.urlsafe_b64encode(f"{signature}:{offset + size}".encode()).decode()
    return out


def _offset(token: str | None, signature: str) -> int:
    if not token:
        return 0
    try:
        owner, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        start = int(offset)
    except ValueError as error:
        raise AwsError("InvalidNextTokenException", "The token is invalid") from error
    if owner != signature:
        raise AwsError("InvalidNextTokenException", "The token belongs to another request")
    return start
