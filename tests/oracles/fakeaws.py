"""A fake AWS on 127.0.0.1: every wire protocol, refuses wrong requests and wrong fixtures, pages, counts, breaks.

with FakeAws() as aws:
    aws.on("ec2", "DescribeVolumes", [{"VolumeId": "vol-1"}], page=10)      # rows: paged by botocore's own paginator
    aws.on("ec2", "DescribeAddresses", {"Addresses": []})                   # a whole answer
    aws.on("sts", "AssumeRole", lambda params, request: {...})              # computed
    aws.faults.append(Fault("ec2", region="eu-west-1", code="UnauthorizedOperation", status=403))
    client = session.create_client("ec2", endpoint_url=aws.url, ...)
    assert aws.count("ec2", "DescribeVolumes") == 1
"""

import socket
import struct
import threading
import traceback
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.oracles.fakeaws_faults import AwsError, Fault, Faults, Request
from tests.oracles.fakeaws_fixtures import Fixture, Handler, NotRegisteredError, Paging, answer
from tests.oracles.fakeaws_wire import Answer, Incoming, Parsed, parse, serialise, serialise_error, service_model
from tests.oracles.loopback import Answering, HttpServer

__all__ = ["AwsError", "FakeAws", "Fault", "Paging", "Request"]

_CENT = Decimal("0.01")
_HANG_SECONDS = 30
"""Upper bound of a hang, so that a forgotten release cannot hold a test for ever."""
_BUG_STATUS = 418
"""Status of a mistake in the test itself: never mistaken for a failure of AWS that a client retries."""


class FakeAws(HttpServer):
    """The server. `requests` is its ledger, `bugs` its complaints about the test."""

    def __init__(self) -> None:
        super().__init__(_handler(self))
        self.requests: list[Request] = []
        self.bugs: list[str] = []
        self.expired_keys: set[str] = set()
        self._faults = Faults()
        self._fixtures: dict[tuple[str, str], Fixture] = {}
        self._lock = threading.Lock()

    def __exit__(self, *error: Any) -> None:
        self.release()
        super().__exit__(*error)

    @property
    def faults(self) -> list[Fault]:
        """The fault rules, in order."""
        return self._faults.rules

    def release(self) -> None:
        """Ends every hang."""
        self._faults.released.set()

    def on(
        self,
        service: str,
        operation: str,
        data: Mapping[str, Any] | Sequence[Any] | Handler,
        *,
        paging: Paging | None = None,
        page: int | None = None,
    ) -> None:
        """Registers what an operation answers: a whole answer, a list of rows to page, or a function giving either.

        `paging` is needed where botocore has no paginator. An operation that the model does not know is refused.
        """
        service_model(service).operation_model(operation)
        self._fixtures[service, operation] = Fixture(data, paging, page)

    def count(self, service: str | None = None, operation: str | None = None) -> int:
        """Requests received, failed ones included."""
        return len(
            [r for r in self.requests if service in (None, r.service) and operation in (None, r.operation)],
        )

    def dollars(self) -> Decimal:
        """What AWS charges for the answered requests.

        Sources: https://aws.amazon.com/cloudwatch/pricing/ (0.01 per 1,000 metrics or requests),
        https://aws.amazon.com/aws-cost-management/pricing/ (0.01 per request).
        """
        return sum((_price(r) for r in self.requests if r.status == 200), Decimal(0))

    def respond(self, incoming: Incoming) -> Answer | Fault:
        """The answer to one HTTP request, or the fault that breaks the connection."""
        protocol = "query"
        request: Request | None = None
        try:
            parsed = parse(incoming)
            protocol = parsed.protocol
            request = Request(parsed.service, parsed.operation, parsed.region, parsed.key, parsed.params)
            with self._lock:
                self.requests.append(request)
            reply = self._reply(parsed, request)
        except AwsError as error:
            reply = serialise_error(protocol, error)
        except Exception:  # noqa: BLE001 - a mistake in the test must reach the test, not kill a server thread
            self.bugs.append(traceback.format_exc())
            reply = serialise_error(protocol, AwsError("FakeAwsBug", self.bugs[-1][-1500:], _BUG_STATUS))
        if request is not None and isinstance(reply, Answer):
            request.status = reply.status
        return reply

    def _reply(self, parsed: Parsed, request: Request) -> Answer | Fault:
        if request.key in self.expired_keys:
            request.fault = "expired"
            code = "RequestExpired" if parsed.service == "ec2" else "ExpiredTokenException"
            raise AwsError(code, "The security token included in the request is expired", 403)
        fault = self._faults.choose(request)
        if fault is not None:
            request.fault = f"{fault.kind}:{fault.code}" if fault.kind == "error" else fault.kind
            if fault.kind != "error":
                return fault
            raise AwsError(fault.code, fault.message, fault.status)
        fixture = self._fixtures.get((parsed.service, parsed.operation))
        if fixture is None:
            raise NotRegisteredError(f"{parsed.service}.{parsed.operation} has no fixture")
        return serialise(parsed, answer(fixture, parsed, request))

    def wait_for_release(self) -> None:
        """Blocks a hanging answer until the test or the end releases it."""
        self._faults.released.wait(_HANG_SECONDS)


def _price(request: Request) -> Decimal:
    match request.service, request.operation:
        case "ce", _:
            return _CENT
        case "cloudwatch", "GetMetricData":
            metrics = [q for q in request.params["MetricDataQueries"] if "MetricStat" in q]
            return _CENT * len(metrics) / 1000
        case "cloudwatch", "GetMetricStatistics" | "ListMetrics":
            return _CENT / 1000
    return Decimal(0)


def _handler(aws: FakeAws) -> type[Answering]:
    class Handler(Answering):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        # Without this every large answer waits 40 ms for the client's delayed acknowledgement.
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            reply = aws.respond(Incoming(self.command, self.path, self.headers, self.body()))
            if isinstance(reply, Fault):
                _break(self, aws, reply)
            else:
                _send(self, reply)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

    return Handler


def _send(http: Answering, reply: Answer, *, missing_bytes: int = 0) -> None:
    headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-length"}
    http.answer(reply.status, reply.body, {**headers, "Content-Length": str(len(reply.body) + missing_bytes)})
    http.wfile.flush()


def _break(http: Answering, aws: FakeAws, fault: Fault) -> None:
    json_type = {"Content-Type": "application/x-amz-json-1.1"}
    match fault.kind:
        case "status":
            _send(http, Answer(fault.status, {"Content-Type": "text/html"}, b"<html>Service Unavailable</html>"))
            return
        case "hang":
            aws.wait_for_release()
        case "reset":
            http.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        case "truncate":
            _send(http, Answer(200, json_type, b'{"NextToken": "abc", "item'), missing_bytes=500)
        case "garbage":
            _send(http, Answer(200, json_type, b"\x00\xff\x00garbage"))
        case _:
            aws.bugs.append(f"no such fault: {fault.kind}")
    http.close_connection = True
    http.connection.close()
