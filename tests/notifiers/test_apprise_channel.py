"""Apprise over its own real code to a server on loopback; what it would log or swallow is an error in our words."""

import json
import logging

import pytest

from costopt.errors import NotifyError
from costopt.model.message import Message
from tests.oracles.http_inbox import Answer, HttpInbox

# One of its plugins imports a module that Python deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def send(url: str, message: Message) -> None:
    from costopt.notifiers.apprise_channel import AppriseChannel

    AppriseChannel(url).send(message)


def address(server: HttpInbox) -> str:
    return f"json://{server.url.removeprefix('http://')}/SECRETTOKEN"


def test_a_message_arrives(inbox: HttpInbox, message: Message) -> None:
    send(address(inbox), message)
    (received,) = inbox.received
    body = json.loads(received.body)
    assert (body["title"], body["message"]) == (message.heading, message.markdown)


def test_a_redirect_is_not_followed(inbox: HttpInbox, message: Message) -> None:
    elsewhere = Answer(status=307, headers={"Location": f"{inbox.url}/elsewhere"})
    with HttpInbox(elsewhere) as server, pytest.raises(NotifyError, match="could not deliver"):
        send(address(server), message)
    assert inbox.received == []


@pytest.mark.parametrize("url", ["", "hunter2", "nothing://hunter2", "slack://hunter2", "msteams://hunter2/a/b/c/d"])
def test_an_address_that_apprise_swallows_is_an_error_that_does_not_show_it(url: str, message: Message) -> None:
    with pytest.raises(NotifyError, match="does not understand the address") as caught:
        send(url, message)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_message_that_was_not_taken_is_an_error(message: Message) -> None:
    with HttpInbox(Answer(status=500)) as server, pytest.raises(NotifyError, match="could not deliver"):
        send(address(server), message)


def test_no_address_is_in_any_log(message: Message, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(1)
    with HttpInbox(Answer(), Answer(status=404)) as server:
        send(address(server), message)
        with pytest.raises(NotifyError):
            send(address(server), message)
    with pytest.raises(NotifyError):
        send("nothing://SECRETTOKEN", message)
    assert "SECRET" not in caplog.text
