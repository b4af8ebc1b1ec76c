"""Chat rooms, the console and the heartbeat."""

import io
import json

import pytest

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.chat import ChatChannel
from costopt.notifiers.console import ConsoleChannel
from costopt.notifiers.heartbeat import Heartbeat
from costopt.notifiers.post import Poster
from tests.oracles.http_inbox import Answer, HttpInbox


@pytest.mark.parametrize(("form", "body"), [("slack", {"text": "ml"}), ("teams", {"type": "message"})])
def test_a_room_gets_the_form_that_it_takes(inbox: HttpInbox, message: Message, form: str, body: object) -> None:
    ChatChannel(poster=Poster(url=f"{inbox.url}/x"), form=form).send(message)  # type: ignore[arg-type]
    (received,) = inbox.received
    assert json.loads(received.body) == body
    assert received.headers["content-type"] == "application/json"


def test_a_room_that_is_gone_is_said(message: Message) -> None:
    gone = Answer(status=404, body=b"no_service")
    with HttpInbox(gone) as server, pytest.raises(NotifyError, match="HTTP 404") as caught:
        ChatChannel(poster=Poster(url=server.url), form="slack").send(message)
    assert "wrong or revoked" in caught.value.hint


def test_the_console_shows_subject_and_text_in_whatever_encoding_it_has(message: Message) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    ConsoleChannel(stream=stream).send(message)
    assert raw.getvalue().decode() == "New: ml at 105% ? ?ber dem Budget\n\nNEW: ml at 105%\n.\nMore.\n\n"


@pytest.mark.parametrize(("succeeded", "path"), [(True, "/ping/id?x=1"), (False, "/ping/id/fail?x=1")])
def test_a_run_says_that_it_ended_and_how(inbox: HttpInbox, *, succeeded: bool, path: str) -> None:
    Heartbeat(poster=Poster(url=f"{inbox.url}/ping/id?x=1")).beat(succeeded=succeeded)
    assert [(one.method, one.path) for one in inbox.received] == [("GET", path)]
