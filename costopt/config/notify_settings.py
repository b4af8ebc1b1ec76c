"""Section `[notify]`: who is told, how, and where is remembered what they were told."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from costopt.errors import ConfigError

ChannelKind = Literal["smtp", "slack", "teams", "webhook", "sns", "pubsub", "apprise", "console"]
MOST_CHANNELS = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_ADDRESS = re.compile(r"[\x21-\x3f\x41-\x7e]{1,64}@[A-Za-z0-9.-]{1,255}")
_TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_TOPIC = re.compile(r"projects/(?:[a-z0-9.-]{1,100}:)?[a-z0-9-]{1,40}/topics/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}")
"""Source: https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names."""
_WHY_NOT = "A file of settings is read by many and kept for ever; an address that lets anybody post is a secret."
_NEEDS_URL = frozenset({"smtp", "slack", "teams", "webhook", "apprise"})
_MOST_TOP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """One `[[notify.channels]]`. It never holds an address that is a secret, only where one is found."""

    name: str
    """Unique; budgets name it, and what was told is remembered under it."""
    kind: ChannelKind
    """What takes the message."""
    url_env: str | None = None
    """Environment variable that holds the address."""
    url_file: str | None = None
    """File that holds it, such as a mounted secret; relative to the file of settings."""
    secret_env: str | None = None
    """Environment variable that holds the key which signs a webhook's messages."""
    secret_file: str | None = None
    """File that holds that key."""
    sender: str | None = None
    """Address that mail comes from."""
    recipients: tuple[str, ...] = ()
    """Addresses that mail goes to."""
    topic_arn: str | None = None
    """ARN of the SNS topic; it is no secret, since publishing takes credentials."""
    topic: str | None = None
    """Topic of Pub/Sub, `projects/PROJECT/topics/TOPIC`; no secret either."""
    url: str | None = None
    """Refused wherever it is set, so that an address in the file is an error that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Section `[notify]`."""

    state: str = "costopt-alerts.sqlite"
    """Where is remembered what was told: a file of SQLite, `s3://bucket/key` or `gs://bucket/key`. Written only where
    there are channels."""
    state_env: str | None = None
    """Environment variable that holds it instead, for `postgresql://` with a password."""
    remind_days: int = 7
    """Days of silence after which what goes on is told again."""
    top: int = 10
    """Alerts that a message spells out; the rest is counted."""
    channels: tuple[ChannelSettings, ...] = ()
    """Who is told."""


def check_notify(notify: NotifySettings) -> None:
    """Refuse what could tell nobody, or would keep a secret in the file.

    Raises:
        ConfigError: which channel, what is wrong, and what to write instead. No address is in it.
    """
    for wrong, problem, hint in _problems(notify):
        if wrong:
            raise ConfigError(f"notify: {problem}", hint=hint)
    for name, count in Counter(one.name for one in notify.channels).items():
        if count > 1:
            raise ConfigError(f"notify.channels: {name!r} is there twice", hint="Give each channel its own name.")
    for channel in notify.channels:
        for wrong, problem, hint in _channel_problems(channel):
            if wrong:
                raise ConfigError(f"notify.channels {channel.name!r}: {problem}", hint=hint)


def _problems(notify: NotifySettings) -> Iterator[tuple[bool, str, str]]:
    state = notify.state
    yield (
        "@" in state.partition("://")[2] or state.startswith(("postgres://", "postgresql://")),
        "state is an address with credentials, which do not belong in a file",
        'Put it in the environment and name the variable: state_env = "COSTOPT_STATE_URL".',
    )
    yield not state.strip() or "\0" in state, "state is empty", "Name a file, or s3://bucket/key."
    yield notify.remind_days < 1, f"remind_days is {notify.remind_days}", "Days, from 1."
    yield not 1 <= notify.top <= _MOST_TOP, f"top is {notify.top}", f"From 1 to {_MOST_TOP}."
    yield len(notify.channels) > MOST_CHANNELS, "there are too many channels", f"At most {MOST_CHANNELS}."
    yield not _is_variable(notify.state_env), "state_env is no name of a variable", "Such as COSTOPT_STATE_URL."


def _channel_problems(channel: ChannelSettings) -> Iterator[tuple[bool, str, str]]:
    yield not _NAME.fullmatch(channel.name), "that is no name", "Letters, digits, - and _, at most 40."
    yield channel.url is not None, "url is written in the file", f"{_WHY_NOT} Write url_env or url_file."
    for key, value in (("url_env", channel.url_env), ("secret_env", channel.secret_env)):
        # The value is not shown: whoever mixes the two up has written the address itself.
        yield not _is_variable(value), f"{key} is no name of a variable", f"{_WHY_NOT} Write {key} = 'SOME_NAME'."
    for key, value in (("url_file", channel.url_file), ("secret_file", channel.secret_file)):
        yield "://" in (value or ""), f"{key} is no path of a file", f"{_WHY_NOT} Put it into a file of its own."
    given = sum(one is not None for one in (channel.url_env, channel.url_file))
    needs = channel.kind in _NEEDS_URL
    yield needs and given != 1, "where its address is found is not said once", "Write either url_env or url_file."
    yield not needs and given > 0, f"{channel.kind} takes no url", "Leave url_env and url_file out."
    yield from _kind_problems(channel)


def _kind_problems(channel: ChannelSettings) -> Iterator[tuple[bool, str, str]]:
    keys = sum(one is not None for one in (channel.secret_env, channel.secret_file))
    signs, mail = (channel.kind == kind for kind in ("webhook", "smtp"))
    yield signs and keys != 1, "the key that signs is not said once", "Write either secret_env or secret_file."
    yield not signs and keys > 0, f"{channel.kind} signs nothing", "Leave secret_env and secret_file out."
    addresses = [one for one in (channel.sender, *channel.recipients) if one is not None]
    wrong = next((one for one in addresses if not _ADDRESS.fullmatch(one)), None)
    yield wrong is not None, f"{wrong!r} is no address of mail", "Write it as finops@example.com."
    complete = channel.sender is not None and bool(channel.recipients)
    yield mail and not complete, "mail needs sender and recipients", 'Such as recipients = ["finops@example.com"].'
    yield not mail and bool(addresses), f"{channel.kind} takes no mail addresses", "Leave sender and recipients out."
    yield from _topic_problems(channel)


def _topic_problems(channel: ChannelSettings) -> Iterator[tuple[bool, str, str]]:
    sns, pubsub = channel.kind == "sns", channel.kind == "pubsub"
    arn, topic = _TOPIC_ARN.fullmatch(channel.topic_arn or ""), _TOPIC.fullmatch(channel.topic or "")
    yield sns and not arn, "topic_arn is no ARN of a topic", "Such as arn:aws:sns:eu-west-1:123456789012:costopt."
    yield not sns and channel.topic_arn is not None, f"{channel.kind} has no topic_arn", "Leave topic_arn out."
    yield pubsub and not topic, "topic is no topic of Pub/Sub", "Such as projects/my-project/topics/costopt."
    yield not pubsub and channel.topic is not None, f"{channel.kind} has no topic of Pub/Sub", "Leave topic out."


def _is_variable(name: str | None) -> bool:
    return name is None or bool(_VARIABLE.fullmatch(name))
