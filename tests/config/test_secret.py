"""Secrets from the environment or a file of their own, and never in an error."""

import os
from pathlib import Path

import pytest

from costopt.config.secret import read_secret
from costopt.errors import ConfigError


def test_a_variable_or_a_file_gives_it_without_blanks(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(" hunter2 \n")
    (tmp_path / "link").symlink_to(tmp_path / "url")  # as Kubernetes mounts secrets
    assert read_secret(variable="URL", file=None, folder=tmp_path, environ={"URL": "hunter2\n"}) == "hunter2"
    assert read_secret(variable=None, file="link", folder=tmp_path, environ={}) == "hunter2"
    assert read_secret(variable=None, file=str(tmp_path / "url"), folder=Path("/"), environ={}) == "hunter2"


@pytest.mark.parametrize("value", [None, "", "  ", "hunter2\nhunter3", "hunter2\0"])
def test_a_variable_without_a_single_line_is_refused(value: str | None, tmp_path: Path) -> None:
    environ = {} if value is None else {"URL": value}
    with pytest.raises(ConfigError, match="environment variable URL") as caught:
        read_secret(variable="URL", file=None, folder=tmp_path, environ=environ)
    assert "hunter" not in f"{caught.value} {caught.value.hint}"


def test_what_is_no_small_file_of_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_text("x" * 10_000)
    (tmp_path / "binary").write_bytes(b"hunter2\xff")
    os.mkfifo(tmp_path / "pipe")
    for name, problem in (
        ("gone", "cannot read"), ("large", "no ordinary file"), ("pipe", "no ordinary file"), (".", "no ordinary file"),
        ("binary", "no text in UTF-8"),
    ):  # fmt: skip
        with pytest.raises(ConfigError, match=problem) as caught:
            read_secret(variable=None, file=name, folder=tmp_path, environ={})
        assert "hunter" not in str(caught.value)
