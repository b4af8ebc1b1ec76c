"""The real `Api` over moto, over the fake AWS, and over one recorded answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.loaders import create_loader
from botocore.session import Session
from moto import mock_aws

from costopt.collectors.aws.api import ConnectedApi
from costopt.collectors.aws.interface import AwsCollector
from costopt.model.resource import Resource
from tests.oracles.fakeaws import FakeAws

ACCOUNT = "123456789012"
REGION = "eu-west-1"
NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)

Collect = Callable[..., list[Resource]]


def _api(collector: AwsCollector, client: Callable[[str, str], Any], region: str, partition: str) -> ConnectedApi:
    return ConnectedApi(
        account=ACCOUNT, partition=partition, region=region, now=NOW, calls=collector.calls, client=client
    )


@cache
def _loader() -> Any:
    return create_loader()


def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _loader())
    session.set_credentials("AKIAEXAMPLE", "secret")
    return session


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Clients of a moto account, to create things with; it starts empty."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

    @cache
    def client(service: str, region: str = REGION) -> Any:
        return boto3.client(service, region_name=region)

    with mock_aws():
        yield client


@pytest.fixture
def image(moto: Callable[..., Any]) -> str:
    """An image to start instances from, owned by the account."""
    answer = moto("ec2").register_image(Name="base", Architecture="x86_64", RootDeviceName="/dev/xvda")
    return str(answer["ImageId"])


@pytest.fixture
def collect_moto(moto: Callable[..., Any]) -> Collect:
    """Runs a collector on the moto account."""

    def collect(collector: AwsCollector, region: str = REGION) -> list[Resource]:
        return list(collector.collect(_api(collector, moto, region, "aws")))

    return collect


@pytest.fixture
def fake_api(aws: FakeAws) -> Callable[..., ConnectedApi]:
    """The calls of a collector to the fake AWS, over HTTP."""
    session = _session()

    @cache
    def client(service: str, region: str) -> Any:
        return session.create_client(service, region_name=region, endpoint_url=aws.url)

    def api(collector: AwsCollector, region: str = REGION, partition: str = "aws") -> ConnectedApi:
        return _api(collector, client, region, partition)

    return api


@pytest.fixture
def collect_fake(fake_api: Callable[..., ConnectedApi]) -> Collect:
    """Runs a collector on the fake AWS, over HTTP."""
    return lambda collector, *place: list(collector.collect(fake_api(collector, *place)))


@pytest.fixture(scope="session")
def recorded(shared_data: Path) -> Callable[[str], dict[str, Any]]:
    """Recorded answers of AWS by `test/operation`, with their times."""

    def load(name: str) -> dict[str, Any]:
        folder, _, operation = name.partition("/")
        path = shared_data / "recorded-api" / "aws" / folder / f"{operation}_1.json"
        return json.loads(path.read_text(), object_hook=_with_time)["data"]

    return load


def _with_time(value: dict[str, Any]) -> Any:
    if value.get("__class__") != "datetime":
        return value
    return datetime(
        *(value[part] for part in ("year", "month", "day", "hour", "minute", "second", "microsecond")), tzinfo=UTC
    )


class _Replay:
    """A client that answers what was recorded, by operation."""

    def __init__(self, service: str, answers: Mapping[str, Any]) -> None:
        real = _session().create_client(service, region_name=REGION)
        self.meta = real.meta
        for operation, answer in answers.items():
            setattr(self, xform_name(operation), lambda answer=answer, **_: answer)


@pytest.fixture
def collect_recorded() -> Collect:
    """Runs a collector on recorded answers: `collect(collector, {"DescribeVolumes": answer})`."""

    def collect(collector: AwsCollector, answers: Mapping[str, Any]) -> list[Resource]:
        def client(service: str, region: str) -> Any:
            return _Replay(service, answers)

        return list(collector.collect(_api(collector, client, "us-east-1", "aws")))

    return collect
