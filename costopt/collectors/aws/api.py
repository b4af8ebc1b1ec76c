"""The declared calls of one collector in one account and region, each checked to be whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.exceptions import ClientError, DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.parsers import ResponseParserError

from costopt.collectors.aws import guard
from costopt.collectors.aws.faults import THROTTLED, IncompleteAnswer, classify, error_code, first_line
from costopt.collectors.aws.interface import Call
from costopt.collectors.clock import Deadline
from costopt.collectors.faults import PagingLoop, UndeclaredCall
from costopt.collectors.parts import Parts

ROUNDS = 5
"""How often a call is tried again after botocore's own ten attempts were all refused for their rate."""
_FIRST_WAIT_SECONDS = 2.0

ClientFactory = Callable[[str, str], Any]
"""Gives botocore's client of a service in a region."""


class ConnectedApi:
    """Implements `interface.Api` over a connection to AWS.

    Errors of AWS come through as botocore's own exceptions; `faults.error_code` and `faults.is_missing` tell them
    apart.
    """

    def __init__(
        self,
        *,
        account: str,
        partition: str,
        region: str,
        now: datetime,
        calls: Sequence[Call],
        client: ClientFactory,
        deadline: Deadline | None = None,
    ) -> None:
        self._account = account
        self._partition = partition
        self._region = region
        self._now = now
        self._declared = frozenset((call.client, call.operation) for call in calls)
        self._client = client
        self._deadline = deadline or Deadline()
        actions = {call.operation: call.action for call in calls}
        self.parts = Parts(lambda error: classify(error, actions))

    @property
    def account(self) -> str:
        """Account id."""
        return self._account

    @property
    def region(self) -> str:
        """Region; for a global collector the home region of the partition."""
        return self._region

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        return self._partition

    @property
    def now(self) -> datetime:
        """Time of the collection, UTC."""
        return self._now

    def call(self, call: Call, **params: Any) -> Mapping[str, Any]:
        """One answer, checked to be whole (and to hold `call.result`).

        Raises:
            UndeclaredCall: the collector does not declare it.
            IncompleteAnswer: the answer is cut off or lacks `call.result`.
        """
        if (call.client, call.operation) not in self._declared:
            raise UndeclaredCall(f"{call.client}:{call.operation} is not among the declared calls of this collector")
        answer = self._patiently(self._method(call), params)
        if call.result is not None and jmespath.search(call.result, answer) is None:
            raise IncompleteAnswer(error=f"{call.client} {call.operation} without {call.result}")
        return answer

    def pages(self, call: Call, **params: Any) -> Iterator[dict[str, Any]]:
        """The items under `call.result` over all pages.

        Raises:
            PagingLoop: a page token came back a second time.
            UndeclaredCall: the collector does not declare it.
            IncompleteAnswer: an answer is cut off or lacks `call.result`.
        """
        pager = _pager(call)
        if call.limit is not None:
            params.setdefault(call.limit[0], call.limit[1])
        seen = set()
        while True:
            answer = self.call(call, **params)
            yield from jmespath.search(pager.result, answer) or ()
            tokens = pager.next_tokens(answer)
            if not tokens:
                return
            mark = tuple(sorted((name, str(value)) for name, value in tokens.items()))
            if mark in seen:
                raise PagingLoop(f"{call.client} {call.operation} gave the same page token twice")
            seen.add(mark)
            params |= tokens

    def missing(self, part: str, error: Exception, *, of: str | None = None) -> None:
        """Tells the ledger that a part of the rows could not be read, though the rest was."""
        self.parts.add(part, error, of=of)

    def _method(self, call: Call) -> Callable[..., Mapping[str, Any]]:
        client = self._client(call.client, self._region)
        name = xform_name(call.operation)
        if client.meta.method_to_api_mapping.get(name) != call.operation:
            raise UndeclaredCall(f"boto3 knows no operation {call.operation} of {call.client}")
        method: Callable[..., Mapping[str, Any]] = getattr(client, name)
        return method

    def _patiently(self, method: Callable[..., Mapping[str, Any]], params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Asks again where botocore gives up: its retry quota runs dry in a storm, and it never retries broken text."""
        for attempt in range(ROUNDS):
            try:
                return method(**params)
            except ClientError as error:
                if error_code(error) not in THROTTLED:
                    raise
            except (ResponseParserError, UnicodeDecodeError) as error:
                if attempt + 1 >= guard.ATTEMPTS:
                    raise IncompleteAnswer(error=first_line(error)) from error
            self._deadline.wait(_FIRST_WAIT_SECONDS * 2**attempt)
        return method(**params)


class _Pager:
    """How one operation pages."""

    def __init__(self, result: str, inputs: Sequence[str], outputs: Sequence[str], more: str | None) -> None:
        self.result = result
        self._inputs = inputs
        self._outputs = outputs
        self._more = more

    def next_tokens(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters of the next page; empty after the last."""
        if self._more is not None and not jmespath.search(self._more, answer):
            return {}
        found = [jmespath.search(expression, answer) for expression in self._outputs]
        return {name: value for name, value in zip(self._inputs, found, strict=True) if value not in (None, "")}


def _pager(call: Call) -> _Pager:
    config = _paginators(call.client).get(call.operation, {})
    result = call.result or config.get("result_key")
    if isinstance(result, list):
        result = result[0]
    if result is None:
        raise UndeclaredCall(f"{call.client}:{call.operation} declares no result to page through")
    if call.token is not None:
        return _Pager(result, [call.token[0]], [call.token[1]], None)
    inputs, outputs = _as_list(config.get("input_token")), _as_list(config.get("output_token"))
    return _Pager(result, inputs, outputs, config.get("more_results"))


def _as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    """Page descriptions that botocore has of a service, by operation."""
    try:
        model: Mapping[str, Any] = Loader(include_default_search_paths=True).load_service_model(service, "paginators-1")
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return model["pagination"]  # type: ignore[no-any-return]
