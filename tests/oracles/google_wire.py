"""A gRPC server for Google's own clients, built from the messages of their libraries.

The libraries ship no servers, but each transport asks its channel for a method by path, with the two message types. A
channel that only takes notes so yields every method that the client knows.
"""

import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2


class _Notes(grpc.Channel):  # type: ignore[misc]
    """Writes down the types of each method that a transport asks for."""

    def __init__(self) -> None:
        self.methods: dict[str, tuple[Any, ...]] = {}

    def unary_unary(
        self, method: str, request_serializer: Any = None, response_deserializer: Any = None, **_: Any
    ) -> Any:
        types = tuple(getattr(one, "__self__", None) for one in (request_serializer, response_deserializer))
        if all(hasattr(one, "serialize") for one in types):
            self.methods[method] = types
        return lambda *_, **__: None

    def unary_stream(self, *_: Any, **__: Any) -> Any:
        return lambda *_, **__: None

    stream_unary = stream_stream = unary_stream

    def subscribe(self, *_: Any, **__: Any) -> None: ...

    def unsubscribe(self, *_: Any, **__: Any) -> None: ...

    def close(self) -> None: ...


@cache
def methods_of(transport: type[Any]) -> dict[str, tuple[Any, ...]]:
    """Path of each method of a transport, with its request and answer types; those of other libraries are left out."""
    notes = _Notes()
    made = transport(channel=notes)
    made._logged_channel, made._stubs = notes, {}
    for name, _ in inspect.getmembers(transport, lambda one: isinstance(one, property)):
        getattr(made, name)
    return notes.methods


@dataclass(slots=True)
class Refusal:
    """An error that the server gives instead of an answer."""

    method: str
    """Name of the method, such as `ListAssets`."""
    code: grpc.StatusCode
    """What is wrong."""
    message: str = "no"
    """For people."""
    reason: str = ""
    """ErrorInfo's."""
    metadata: dict[str, str] = field(default_factory=dict)
    """ErrorInfo's."""
    retry_seconds: float | None = None
    """RetryInfo's."""
    when: Callable[[Any], bool] = lambda _: True
    """Which requests it meets."""
    skip: int = 0
    """How many of them are answered first."""
    times: int = 1_000_000
    """How often it is given."""

    def meets(self, method: str, request: Any) -> bool:
        """Whether this request is refused; counts."""
        if method != self.method or not self.when(request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return self.times >= 0

    def status(self) -> bytes:
        """The error as Google packs it into the trailers."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        details: list[Any] = []
        if self.reason:
            details.append(
                error_details_pb2.ErrorInfo(reason=self.reason, domain="googleapis.com", metadata=self.metadata)
            )
        if self.retry_seconds is not None:
            delay = duration_pb2.Duration(seconds=int(self.retry_seconds), nanos=round(self.retry_seconds % 1 * 1e9))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        for detail in details:
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
        return status.SerializeToString()


class GrpcServer:
    """A server on loopback; a method without an answer refuses as unimplemented."""

    def __init__(self, *transports: type[Any]) -> None:
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.refusals: list[Refusal] = []
        self.calls: list[tuple[str, Any]] = []
        self.bugs: list[BaseException] = []
        self._lock = threading.Lock()
        self._server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
        for transport in transports:
            self._serve(methods_of(transport))
        self._port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def asked(self, method: str) -> list[Any]:
        """Requests of a method so far."""
        return [request for name, request in self.calls if name == method]

    def close(self) -> None:
        """Ends it."""
        self._server.stop(None).wait()

    def _serve(self, methods: dict[str, tuple[Any, ...]]) -> None:
        services: dict[str, dict[str, Any]] = {}
        for path, (request, answer) in methods.items():
            service, _, method = path.strip("/").partition("/")
            services.setdefault(service, {})[method] = grpc.unary_unary_rpc_method_handler(
                self._handler(method), request_deserializer=request.deserialize, response_serializer=answer.serialize
            )
        for service, handlers in services.items():
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))

    def _handler(self, method: str) -> Callable[[Any, Any], Any]:
        def handle(request: Any, context: Any) -> Any:
            with self._lock:
                self.calls.append((method, request))
                refusal = next((one for one in self.refusals if one.meets(method, request)), None)
            if refusal is not None:
                context.set_trailing_metadata((("grpc-status-details-bin", refusal.status()),))
                context.abort(refusal.code, refusal.message)
            if method not in self.answers:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not served")
            try:
                return self.answers[method](request)
            except Refused as refused:
                context.abort(refused.code, str(refused))
            except Exception as error:
                self.bugs.append(error)
                raise

        return handle


class Refused(Exception):  # noqa: N818 - what happened
    """An answer that is an error, made by the server's own rules."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
