"""SNS over moto's server: what is published arrives at a queue that listens."""

import json
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.sns import SnsChannel
from tests.oracles.moto_server import moto_server

pytestmark = pytest.mark.xdist_group("sns")  # its server is started once

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def _aws(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)


def listening(topic: str) -> str:
    """A queue that gets what is published to a topic."""
    sqs, sns = boto3.client("sqs", region_name=REGION), boto3.client("sns", region_name=REGION)
    queue: str = sqs.create_queue(QueueName=topic.rpartition(":")[2].replace(".fifo", "-q"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue


def taken(queue: str) -> list[dict[str, str]]:
    found = boto3.client("sqs", region_name=REGION).receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def test_the_text_arrives_in_the_topics_own_region(message: Message) -> None:
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="costopt")["TopicArn"]
    queue = listening(topic)
    SnsChannel(topic_arn=topic).send(message)
    (received,) = taken(queue)
    assert received["Message"] == message.text
    assert received["Subject"] == "New: ml at 105% ? uber dem Budget"


def test_subject_and_text_keep_the_limits_of_sns(message: Message) -> None:
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="long")["TopicArn"]
    queue = listening(topic)
    SnsChannel(topic_arn=topic).send(replace(message, subject="\u4e2d" * 120, text="\u00fc" * 140_000))
    (received,) = taken(queue)
    assert received["Subject"] == "?" * 99
    assert received["Message"] == "\u00fc" * 131_072


def test_a_topic_that_is_not_there_is_said_with_the_permission(message: Message) -> None:
    with pytest.raises(NotifyError, match="SNS answered NotFound") as caught:
        SnsChannel(topic_arn=f"arn:aws:sns:{REGION}:123456789012:gone").send(message)
    assert "sns:Publish" in caught.value.hint


def test_missing_credentials_are_said(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    boto3.setup_default_session()
    with pytest.raises(NotifyError, match="SNS cannot be reached: NoCredentialsError"):
        SnsChannel(topic_arn=f"arn:aws:sns:{REGION}:123456789012:costopt").send(message)
