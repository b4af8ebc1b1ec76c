"""What can go wrong on the way to the fake AWS, and what it remembers of every request."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class AwsError(Exception):
    """An error answer in AWS's own form."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(slots=True)
class Request:
    """One request as the server saw it."""

    service: str
    operation: str
    region: str
    key: str
    params: Mapping[str, Any]
    status: int = 0
    fault: str = ""


def _always(_: Request) -> bool:
    return True


@dataclass(slots=True)
class Fault:
    """The first rule that matches and still has `times` left is applied; `skip` lets the first matches through."""

    service: str = "*"
    operation: str = "*"
    region: str = "*"
    key: str = "*"
    kind: str = "error"
    """`error`, `status` (HTML from a proxy), `reset`, `hang`, `truncate`, `garbage`."""
    code: str = "ThrottlingException"
    status: int = 400
    message: str = "Rate exceeded"
    times: int = 10**9
    skip: int = 0
    when: Callable[[Request], bool] = _always

    def _matches(self, request: Request) -> bool:
        pairs = (
            (self.service, request.service),
            (self.operation, request.operation),
            (self.region, request.region),
            (self.key, request.key),
        )
        return all(want in ("*", got) for want, got in pairs) and self.when(request)

    def fires(self, request: Request) -> bool:
        """Whether the rule applies to this request; uses up `skip` and `times`."""
        if not self._matches(request):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times <= 0:
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Faults:
    """The rules of one server, and the event that ends every hang."""

    rules: list[Fault] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def choose(self, request: Request) -> Fault | None:
        """The rule that hits this request, if any."""
        with self._lock:
            return next((rule for rule in self.rules if rule.fires(request)), None)
