"""AWS's wire protocols in both directions, driven by botocore's own service models.

Requests are parsed and answers serialised by moto's protocol code, so every protocol works.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from moto.core.loaders import create_loader
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from werkzeug.datastructures import MultiDict

from tests.oracles.fakeaws_faults import AwsError

LOADER = create_loader()
_SIGNING_NAMES = {
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}
"""Signing name to botocore's service, where they differ (`signingName` in the services' metadata)."""
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A raw HTTP request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        if not self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return {}
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The AWS operation that a request asks for."""

    service: str
    operation: str
    region: str
    key: str
    protocol: str
    model: Any
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A raw HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def service_model(service: str) -> Any:
    """Botocore's model of a service."""
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


def parse(incoming: Incoming) -> Parsed:
    """Finds the operation of a request and reads its parameters."""
    form = incoming.form
    key, region, service = _signed_for(incoming, form)
    try:
        model = service_model(service)
    except UnknownServiceError as error:
        raise AwsError("UnknownService", service, 404) from error
    operation, protocol, uri_params = _operation(incoming, form, service, model)
    operation_model = model.operation_model(operation)
    url = urlsplit(incoming.target)
    fields = form or parse_qs(url.query, keep_blank_values=True)
    request = {
        "query_string": url.query,
        "url_path": url.path,
        "headers": incoming.headers,
        "method": incoming.method,
        "body": incoming.body.decode("utf-8", "replace"),
        "values": MultiDict([(name, value) for name, values in fields.items() for value in values]),
        "url_params": uri_params,
        "url": incoming.target,
    }
    params = PROTOCOL_PARSERS[protocol](operation_model).parse(request) or {}
    return Parsed(service, operation, region, key, protocol, operation_model, params)


def serialise(parsed: Parsed, answer: Mapping[str, Any] | bytes) -> Answer:
    """An answer in the protocol of the request; bytes are a body that is already in it (for speed)."""
    if isinstance(answer, bytes):
        kind = "application/x-amz-json-1.0" if "json" in parsed.protocol else "text/xml"
        return Answer(200, {"Content-Type": kind}, answer)
    out = get_serializer_class(parsed.service, parsed.protocol)(parsed.model).serialize(answer)
    body = out["body"] or b""
    return Answer(out["status_code"], out["headers"], body if isinstance(body, bytes) else body.encode())


def serialise_error(protocol: str, error: AwsError) -> Answer:
    """An error in the form of the protocol."""
    if "json" in protocol:
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
        body = json.dumps({"__type": error.code, "message": error.message})
        return Answer(error.status, headers, body.encode())
    inner = f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
    if protocol == "ec2":
        body = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>x</RequestID></Response>"
    elif protocol == "rest-xml":
        body = f"<Error>{inner}<RequestId>x</RequestId></Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>x</RequestId></ErrorResponse>"
    return Answer(error.status, {"Content-Type": "text/xml"}, f"<?xml version='1.0'?>{body}".encode())


def _signed_for(incoming: Incoming, form: Mapping[str, list[str]]) -> tuple[str, str, str]:
    match = _CREDENTIAL.search(incoming.headers.get("Authorization", ""))
    if not match:
        raise AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403)
    key, region, signing_name = match.groups()
    if signing_name == "elasticloadbalancing":
        service = "elb" if form.get("Version", [""])[0] == "2012-06-01" else "elbv2"
    else:
        service = _SIGNING_NAMES.get(signing_name, signing_name)
    return key, region, service


def _operation(
    incoming: Incoming, form: Mapping[str, list[str]], service: str, model: Any
) -> tuple[str, str, dict[str, str]]:
    target = incoming.headers.get("X-Amz-Target")
    if target:
        return target.split(".")[-1], "json", {}
    if "Action" in form:
        return form["Action"][0], "ec2" if model.protocol == "ec2" else "query", {}
    url = urlsplit(incoming.target)
    operation, uri_params = _route(service, incoming.method, url.path, parse_qs(url.query, keep_blank_values=True))
    return operation, model.protocol, uri_params


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], dict[str, list[str]], str]]:
    """REST routes, those with the most fixed query parts first, then the fewest variables."""
    routes = []
    for name in service_model(service).operation_names:
        operation = service_model(service).operation_model(name)
        if operation.deprecated:
            continue
        http = operation.http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", re.escape(path))
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern).rstrip("/") + "/?$"
        fixed = parse_qs(query, keep_blank_values=True)
        routes.append((http["method"], re.compile(pattern), fixed, name, path.count("{")))
    routes.sort(key=lambda route: (-len(route[2]), route[4]))
    return [route[:4] for route in routes]


def _route(service: str, method: str, path: str, query: Mapping[str, list[str]]) -> tuple[str, dict[str, str]]:
    for wanted, pattern, fixed, operation in _routes(service):
        match = pattern.match(path)
        query_fits = all(query.get(name) == value for name, value in fixed.items())
        if wanted == method and match and query_fits:
            return operation, {name: unquote(value) for name, value in match.groupdict().items()}
    raise AwsError("UnknownOperationException", f"{service} {method} {path}", 404)
