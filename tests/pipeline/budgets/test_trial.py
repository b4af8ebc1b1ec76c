"""Channels tried out by hand: opened, and on request told, without touching what was told before."""

import sys
from pathlib import Path

import pytest

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.model.alert import AlertBook
from costopt.pipeline.budgets.trial import try_channels, try_state
from costopt.store.alert_book.document import decode
from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.open import open_shelf
from costopt.store.alert_book.turn import Turn, take_turn
from tests.oracles.alerts import NOW
from tests.oracles.http_inbox import Answer, HttpInbox

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


def test_a_topic_of_pub_sub_is_tried_on_the_emulator_that_the_environment_names(tmp_path: Path) -> None:
    settings = NotifySettings(channels=(ChannelSettings(name="bus", kind="pubsub", topic="projects/p/topics/ttt"),))
    with HttpInbox(Answer(body=b'{"messageIds": ["1"]}')) as emulator:
        host = emulator.url.removeprefix("http://")
        (trial,) = try_channels(settings, send=True, now=NOW, folder=tmp_path, environ={"PUBSUB_EMULATOR_HOST": host})
    assert (trial.sent, trial.error) == (True, None)
    assert trial.notes == ("PUBSUB_EMULATOR_HOST is set: an emulator on this machine was told, and nobody else",)
    assert emulator.received[0].path == "/v1/projects/p/topics/ttt:publish"


@pytest.mark.parametrize("host", ["pubsub.example.com:80", "http://localhost:8085", "localhost:x"])
def test_a_variable_that_names_no_emulator_here_is_named_itself(tmp_path: Path, host: str) -> None:
    settings = NotifySettings(channels=(ChannelSettings(name="bus", kind="pubsub", topic="projects/p/topics/ttt"),))
    (trial,) = try_channels(settings, send=True, now=NOW, folder=tmp_path, environ={"PUBSUB_EMULATOR_HOST": host})
    assert trial.error == "PUBSUB_EMULATOR_HOST names no emulator on this machine"
    assert "Unset it" in trial.hint


STATE = NotifySettings(state="alerts.sqlite")


def test_a_state_is_read_and_with_a_turn_written_and_knows_what_it_knew(tmp_path: Path) -> None:
    looked = try_state(STATE, write=False, now=NOW, folder=tmp_path)
    assert (looked.error, looked.note) == (None, "not there yet; the first check makes it")
    assert list(tmp_path.iterdir()) == []
    shelf = open_shelf("alerts.sqlite", tmp_path)
    with told(shelf) as turn:
        busy = try_state(STATE, write=True, now=NOW, folder=tmp_path)
        assert busy.note.startswith("can be read; another run is telling, somebody, ")
        turn.save("chat", AlertBook(remembered={}))
    tried = try_state(STATE, write=True, now=NOW, folder=tmp_path)
    assert (tried.error, tried.note, tried.place) == (None, "can be read and written", str(tmp_path / "alerts.sqlite"))
    kept = shelf.read()
    assert kept is not None
    document = decode(kept.content, shelf.place)
    assert (document.lease, list(document.channels)) == (None, ["chat"])
    assert try_state(STATE, write=False, now=NOW, folder=tmp_path).note == "can be read"


def told(shelf: Shelf) -> Turn:
    turn = take_turn(shelf, owner="somebody", clock=lambda: NOW)
    assert isinstance(turn, Turn)
    return turn


def test_a_state_that_cannot_be_reached_is_said_without_its_address(tmp_path: Path) -> None:
    settings = NotifySettings(state_env="STATE")
    gone = try_state(settings, write=False, now=NOW, folder=tmp_path, environ={})
    assert (gone.place, gone.error) == ("$STATE", "the environment variable STATE is not set or empty")
    odd = try_state(settings, write=False, now=NOW, folder=tmp_path, environ={"STATE": "ftp://u:hunter2@h/x"})
    assert odd.error == "notify: the state cannot be kept at ftp://"
    assert "hunter2" not in f"{odd}"
