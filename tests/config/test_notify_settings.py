"""`[notify]`: what is written there, what is refused, and that no secret is shown while it is."""

from pathlib import Path

import pytest

from costopt.config.layers import load, rows
from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.errors import ConfigError


def loaded(tmp_path: Path, text: str, **environ: str) -> NotifySettings:
    (tmp_path / "costopt.toml").write_text(text)
    return load(directory=tmp_path, environ=environ).settings.notify


def channel(line: str, kind: str = "slack", name: str = "ops") -> str:
    return f'[[notify.channels]]\nname = "{name}"\nkind = "{kind}"\n{line}\n'


GOOD = {
    "slack": 'url_env = "SLACK_URL"',
    "teams": 'url_file = "/run/secrets/teams"',
    "smtp": 'url_env = "MAIL"\nsender = "costopt@example.com"\nrecipients = ["a@example.com", "b@example.com"]',
    "webhook": 'url_env = "HOOK"\nsecret_env = "HOOK_KEY"',
    "apprise": 'url_env = "APPRISE"',
    "sns": 'topic_arn = "arn:aws:sns:eu-west-1:123456789012:costopt.fifo"',
    "pubsub": 'topic = "projects/example.com:my-project/topics/costopt.alerts"',
    "console": "",
}


def test_every_kind_can_be_written(tmp_path: Path) -> None:
    text = "".join(channel(lines, kind, f"my-{kind}") for kind, lines in GOOD.items())
    found = loaded(tmp_path, f"[notify]\nremind_days = 3\n{text}")
    assert [one.kind for one in found.channels] == list(GOOD)
    assert (found.remind_days, found.top, found.state) == (3, 10, "costopt-alerts.sqlite")
    assert found.channels[0] == ChannelSettings(name="my-slack", kind="slack", url_env="SLACK_URL")


SECRET = "https://hooks.slack.com/services/T0/B0/hunter2"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (f'url = "{SECRET}"', "url is written in the file"),
        (f'url_env = "{SECRET}"', "url_env is no name of a variable"),
        (f'url_file = "{SECRET}"', "url_file is no path of a file"),
        (f'url_env = "U"\nsecret_env = "{SECRET}"', "secret_env is no name of a variable"),
    ],
)
def test_an_address_in_the_file_is_refused_with_the_reason_and_is_not_shown(
    tmp_path: Path, lines: str, problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        loaded(tmp_path, channel(lines))
    assert "is a secret" in caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "state", ["postgresql://u:hunter2@h/d", "postgresql:///d", "s3://hunter2@b/k", "gs://a:hunter2@b"]
)
@pytest.mark.parametrize("way", ["file", "environment"])
def test_a_state_with_credentials_has_to_be_named_by_a_variable(tmp_path: Path, state: str, way: str) -> None:
    text, environ = (f'[notify]\nstate = "{state}"', {}) if way == "file" else ("", {"COSTOPT_NOTIFY_STATE": state})
    with pytest.raises(ConfigError, match="address with credentials") as caught:
        loaded(tmp_path, text, **environ)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert "state_env" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (channel(""), "where its address is found is not said once"),
        (channel('url_env = "A"\nurl_file = "b"'), "where its address is found is not said once"),
        (channel('url_env = "A"', "console"), "console takes no url"),
        (channel('url_env = "A"', "webhook"), "the key that signs is not said once"),
        (channel('url_env = "A"\nsecret_env = "K"'), "slack signs nothing"),
        (channel('url_env = "A"', "smtp"), "mail needs sender and recipients"),
        (channel('url_env = "A"\nsender = "a@b.c"\nrecipients = ["x\\r\\nBcc: y@z"]', "smtp"), "is no address of mail"),
        (channel('url_env = "A"\nsender = "a@b.c"\nrecipients = ["ada <a@b.c>"]', "smtp"), "is no address of mail"),
        (channel('url_env = "A"\nsender = "a@b.c"'), "slack takes no mail addresses"),
        (channel('topic_arn = "costopt"', "sns"), "topic_arn is no ARN of a topic"),
        (channel('topic_arn = "arn:aws:sns:eu-west-1:123456789012:t"', "console"), "console has no topic_arn"),
        (channel('topic = "projects/p/topics/goog-mine"', "pubsub"), "topic is no topic of Pub/Sub"),
        (channel('topic = "projects/p/topics/t/../../x"', "pubsub"), "topic is no topic of Pub/Sub"),
        (channel("", "pubsub"), "topic is no topic of Pub/Sub"),
        (channel('topic = "projects/p/topics/ttt"', "console"), "console has no topic of Pub/Sub"),
        (channel("", "console", "a b"), "that is no name"),
        (channel("", "console") * 2, "'ops' is there twice"),
        ("".join(channel("", "console", f"c{number}") for number in range(21)), "too many channels"),
        ("[notify]\nremind_days = 0", "remind_days is 0"),
        ("[notify]\ntop = 0", "top is 0"),
        ('[notify]\nstate = " "', "state is empty"),
        ('[notify]\nstate_env = "a b"', "state_env is no name"),
        (channel('webhook_url = "x"'), "there is no setting notify.channels.webhook_url"),
        (channel("", "pager"), "Invalid enum value 'pager'"),
    ],
)
def test_what_could_tell_nobody_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        loaded(tmp_path, text)


def test_a_key_that_is_nearly_right_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, channel('url_evn = "X"'))
    assert caught.value.hint == "Did you mean notify.channels.url_env?"


def test_the_settings_that_are_shown_hold_no_address(tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(channel('url_env = "SLACK_URL"'))
    shown = {key: value for key, value, _ in rows(load(directory=tmp_path, environ={"SLACK_URL": SECRET}))}
    assert '"url_env":"SLACK_URL"' in shown["notify.channels"]
    assert "hunter2" not in str(shown)
