"""`costopt budget channels` as a user runs it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from costopt.cli.main import costopt


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()  # no settings of the machine's own above this

    def invoke(*arguments: str) -> object:
        return CliRunner().invoke(costopt, ["budget", *arguments], standalone_mode=False)

    return invoke


def test_channels_show_where_their_address_is_and_never_the_address(
    run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT", "https://hooks.example.com/hunter2")
    (tmp_path / "costopt.toml").write_text(
        '[[notify.channels]]\nname = "chat"\nkind = "slack"\nurl_env = "CHAT"\n'
        '[[notify.channels]]\nname = "mail"\nkind = "smtp"\nurl_file = "gone"\n'
        'sender = "a@b.c"\nrecipients = ["a@b.c"]\n'
    )
    done = run("channels")  # type: ignore[operator]
    assert done.return_value == 1
    first, second, hint, state = done.stdout.splitlines()
    assert state.startswith("(state) ")
    assert state.endswith(f"{tmp_path}/costopt-alerts.sqlite not there yet; the first check makes it")
    assert first.split() == ["chat", "slack", "$CHAT", "ready"]
    assert "cannot read " in second
    assert second.endswith("/gone: No such file or directory")
    assert hint.startswith("  next: ")
    assert "hunter2" not in done.output


def test_a_test_message_is_sent_on_request(run: object, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[[notify.channels]]\nname = "log"\nkind = "console"\n')
    done = run("channels", "--send")  # type: ignore[operator]
    assert done.return_value == 0
    told, state = done.stdout.splitlines()
    assert told.split() == ["log", "console", "standard", "error", "told"]
    assert state.endswith("costopt-alerts.sqlite can be read and written")
    assert "Nothing is wrong" in done.stderr


def test_a_state_that_cannot_be_used_fails_and_is_left_as_it_is(run: object, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text('[[notify.channels]]\nname = "log"\nkind = "console"\n')
    (tmp_path / "costopt-alerts.sqlite").write_bytes(b"no database" * 100)
    for arguments in (["channels"], ["channels", "--send"]):
        done = run(*arguments)  # type: ignore[operator]
        assert done.return_value == 1
        assert "is damaged" in done.stdout
    assert (tmp_path / "costopt-alerts.sqlite").read_bytes() == b"no database" * 100


def test_without_channels_it_says_that_nobody_is_told(run: object) -> None:
    done = run("channels")  # type: ignore[operator]
    assert (done.return_value, done.stdout) == (0, "")
    assert "nobody is told" in done.stderr
