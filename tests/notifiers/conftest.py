"""A message, real servers on loopback, and an environment without anybody's proxies and credentials."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from costopt.model.message import Message, Picture
from tests.oracles.http_inbox import HttpInbox
from tests.oracles.smtp_inbox import make_certificate


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def message() -> Message:
    return Message(
        id="costopt-0123456789abcdef01234567",
        subject="New: ml at 105% \u2013 \u00fcber dem Budget",
        text="NEW: ml at 105%\n.\nMore.\n",
        html='<p>ml at <b>105%</b> <img src="cid:budget-0.costopt"></p>',
        pictures=(Picture(id="budget-0.costopt", png=b"\x89PNG picture"),),
        heading="costopt: 1 alert: 1 new.",
        markdown="**ml** at 105%",
        slack='{"text": "ml"}',
        teams='{"type": "message"}',
        event='{"type": "costopt.alerts", "name": "\\u00fc"}',
    )


@pytest.fixture
def inbox() -> Iterator[HttpInbox]:
    with HttpInbox() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a server called `localhost`."""
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem", "localhost")
