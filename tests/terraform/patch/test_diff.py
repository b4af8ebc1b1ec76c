"""Git takes the diffs, and what it makes of a file is what was meant."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.terraform.patch.diff import unified_diff

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git is on PATH")
LINES = st.lists(st.sampled_from([b"a", b"b", b"  x = 1", b"", b"\r", b"-- d", b"\\ No newline"]), max_size=12)


def applied(files: dict[str, tuple[bytes, bytes]], folder: Path) -> dict[str, bytes]:
    """What git makes of the files."""
    for name, (before, _) in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(before)
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    ended = subprocess.run(command, cwd=folder, input=unified_diff(files), capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return {name: (folder / name).read_bytes() for name in files}


@pytest.mark.parametrize(
    "name", ["main.tf", "a folder/my file.tf", "zürich/ж.tf", 'quo"te\\back.tf', "-dash.tf", "tab\there.tf"]
)
def test_files_of_every_name_are_found(tmp_path: Path, name: str) -> None:
    files = {name: (b"a = 1\nb = 2\n", b"a = 1\nb = 3\n")}
    assert applied(files, tmp_path)[name] == b"a = 1\nb = 3\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a = 1\r\nb = 2\r\n", b"a = 9\r\nb = 2\r\n"),
        (b"a = 1", b"a = 2"),
        (b"a = 1\nb = 2", b"a = 2\nb = 2"),
        (b"\xef\xbb\xbfa = 1\n", b"\xef\xbb\xbfa = 2\n"),
        (b"a = \xff\n", b"b = \xff\n"),
        (b"x\x0cy = 1\n\x85z\n", b"x\x0cy = 2\n\x85z\n"),
    ],
)
def test_odd_line_ends_and_bytes_are_kept(tmp_path: Path, before: bytes, after: bytes) -> None:
    assert applied({"main.tf": (before, after)}, tmp_path)["main.tf"] == after


@settings(max_examples=25, deadline=None)
@given(before=LINES, after=LINES, last=st.sampled_from([b"", b"\n"]), new_last=st.sampled_from([b"", b"\n"]))
def test_git_makes_of_the_file_what_was_meant(
    before: list[bytes], after: list[bytes], last: bytes, new_last: bytes
) -> None:
    pair = b"\n".join([b"head", *before]) + last, b"\n".join([b"head", *after]) + new_last
    if pair[0] == pair[1]:
        assert unified_diff({"f": pair}) == b""
        return
    with tempfile.TemporaryDirectory() as folder:
        assert applied({"f": pair}, Path(folder))["f"] == pair[1]


def test_many_files_stand_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = dict.fromkeys(("z.tf", "a.tf", "m/x.tf"), (b"a\n", b"b\n"))
    diff = unified_diff(files)
    assert diff.index(b"a/a.tf") < diff.index(b"a/m/x.tf") < diff.index(b"a/z.tf")
    assert set(applied(files, tmp_path).values()) == {b"b\n"}


def test_a_long_file_of_lines_that_are_alike_takes_no_longer_than_its_length(tmp_path: Path) -> None:
    block = (
        b'resource "aws_instance" "n%d" {\n  ami           = "ami-1"\n  instance_type = "%s"\n\n  tags = {\n  }\n}\n\n'
    )
    before = b"".join(block % (number, b"m5.xlarge") for number in range(8_000))
    after = b"".join(block % (number, b"m5.large" if number % 800 == 5 else b"m5.xlarge") for number in range(8_000))
    files = {"main.tf": (before, after), "same.tf": (b"x = 1\n" * 50_000, b"x = 1\n" * 50_000 + b"y = 1\n")}
    assert unified_diff(files).count(b"\n@@ -") == 11
    assert applied(files, tmp_path) == {"main.tf": after, "same.tf": files["same.tf"][1]}
