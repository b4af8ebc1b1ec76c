"""Channels tried out by hand: opened, and on request told, without touching what was told before."""

import sys
from pathlib import Path

import pytest

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.pipeline.budgets.trial import try_channels
from tests.oracles.alerts import NOW
from tests.oracles.http_inbox import HttpInbox

SETTINGS = NotifySettings(
    channels=(
        ChannelSettings(name="chat", kind="slack", url_env="CHAT"),
        ChannelSettings(name="gone", kind="teams", url_env="GONE"),
        ChannelSettings(name="clear", kind="smtp", url_env="CHAT", sender="a@b.c", recipients=("a@b.c",)),
    )
)


def test_without_sending_it_is_said_which_channels_can_be_opened(tmp_path: Path) -> None:
    with HttpInbox() as server:
        trials = try_channels(SETTINGS, send=False, now=NOW, folder=tmp_path, environ={"CHAT": server.url})
        assert server.received == []
    assert [(one.channel.name, one.sent, one.error) for one in trials] == [
        ("chat", False, None),
        ("gone", False, "the environment variable GONE is not set or empty"),
        ("clear", False, "the address is no server of mail"),
    ]


def test_a_message_arrives_that_says_it_is_a_test_and_no_state_is_written(tmp_path: Path) -> None:
    with HttpInbox() as server:
        first = try_channels(SETTINGS, send=True, now=NOW, folder=tmp_path, environ={"CHAT": server.url})[0]
        assert b"Nothing is wrong" in server.received[0].body
    assert (first.sent, first.error) == (True, None)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_not_installed_is_said_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "costopt.notifiers.apprise_channel", raising=False)
    monkeypatch.setitem(sys.modules, "apprise", None)
    settings = NotifySettings(channels=(ChannelSettings(name="all", kind="apprise", url_env="ALL"),))
    (trial,) = try_channels(settings, send=False, now=NOW, folder=tmp_path, environ={"ALL": "json://localhost/hunter2"})
    assert (trial.error, trial.hint) == ("Apprise is not installed", "pip install 'cloud-costopt[notify]'")
