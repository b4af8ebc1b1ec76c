"""A snapshot on disk is whole or not there, whatever happens to the writer or to the files."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.collectors.made import company
from costopt.collectors.made.google import company as projects
from costopt.errors import CollectError, SnapshotError
from costopt.model.coverage import Status
from costopt.model.kinds import SPEC_TYPES
from costopt.model.series import Series
from costopt.store.open import open_snapshot
from costopt.store.sink import open_sink
from tests.oracles.google_assets import estate
from tests.oracles.google_rows import rows_of
from tests.store.conftest import NOW, RUN, SCOPE, Keep, a_manifest, address, ok

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_resource_comes_back_as_it_was(tmp_path: Path) -> None:
    made = (*company.make(7, NOW).resources, *projects.make(7, NOW).resources)
    resources = {row.key: row for row in (*made, *rows_of(estate()))}
    assert {resource.spec.KIND for resource in resources.values()} == SPEC_TYPES.keys()
    with open_sink(tmp_path / "snap", RUN, resume=False) as sink:
        sink.save(ok(), resources=tuple(resources.values()))
        sink.finish(a_manifest(ok()))
    assert open_snapshot(tmp_path / "snap").resources == tuple(resources[key] for key in sorted(resources))


def test_hostile_names_and_microseconds_survive(keep: Keep) -> None:
    assert keep(resources=[address("eip-1")]).resources == (address("eip-1"),)


def test_equal_content_gives_equal_bytes(keep: Keep, tmp_path: Path) -> None:
    one = keep(resources=[address("b"), address("a")], path=tmp_path / "one")
    two = keep(resources=[address("a"), address("b")], path=tmp_path / "two")
    assert one.id == two.id
    assert one.manifest.files == two.manifest.files


@pytest.mark.parametrize("nothing", ["missing", "empty", "file"])
def test_no_snapshot_is_said_with_the_next_step(nothing: str, tmp_path: Path) -> None:
    path = tmp_path / nothing
    if nothing == "empty":
        path.mkdir()
    if nothing == "file":
        path.write_text("x")
    with pytest.raises(SnapshotError, match="no snapshot at") as refused:
        open_snapshot(path)
    assert "costopt collect" in refused.value.hint


def manifest_of(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    content = json.loads((path / "manifest.json").read_text())
    change(content)
    (path / "manifest.json").write_text(json.dumps(content))


def test_another_schema_version_is_refused_by_name(keep: Keep) -> None:
    snapshot = keep()
    manifest_of(snapshot.path, lambda content: content.update(schema_version=99))
    with pytest.raises(SnapshotError, match="schema version 99"):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize("stem", ["resources", "series"])
@pytest.mark.parametrize("damage", ["truncate", "garbage", "remove"])
def test_a_damaged_data_file_is_named(stem: str, damage: str, keep: Keep) -> None:
    snapshot = keep(resources=[address("a")])
    (path,) = snapshot.path.glob(f"{stem}-*")
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:-7])
    elif damage == "garbage":
        path.write_bytes(b"PAR1 nothing PAR1")
    else:
        path.unlink()
    with pytest.raises(SnapshotError, match=path.name):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"schema_version": 1}', "[" * 100_000, '{"schema_version": "x"}'])
def test_a_damaged_manifest_is_named(text: str, keep: Keep) -> None:
    snapshot = keep()
    (snapshot.path / "manifest.json").write_text(text)
    with pytest.raises(SnapshotError, match=r"manifest\.json|schema version"):
        open_snapshot(snapshot.path)


def test_a_manifest_cannot_name_files_outside_the_snapshot(keep: Keep) -> None:
    snapshot = keep()
    manifest_of(snapshot.path, lambda content: content.update(files={"../../etc/passwd": "0"}))
    with pytest.raises(SnapshotError, match="inside the snapshot"):
        open_snapshot(snapshot.path)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with (
        open_sink(tmp_path / "s", RUN, resume=False),
        pytest.raises(CollectError, match="another collection"),
        open_sink(tmp_path / "s", RUN, resume=False),
    ):
        pass


def test_a_directory_of_other_files_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x")
    with pytest.raises(CollectError, match="no snapshot"), open_sink(tmp_path, RUN, resume=False):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_resume_keeps_what_was_read_and_reads_gaps_again(tmp_path: Path) -> None:
    other = replace(SCOPE, region="eu-west-1")
    with open_sink(tmp_path / "s", RUN, resume=False) as sink:
        sink.save(ok(), resources=[address("a")])
        sink.save(replace(ok(other), status=Status.GAP, rows=0))
    later = replace(RUN, collected_at=NOW + timedelta(hours=5))
    with open_sink(tmp_path / "s", later, resume=True) as sink:
        assert sink.run.collected_at == NOW
        assert sink.kept(SCOPE) == ok()
        assert sink.resources(SCOPE) == (address("a"),)
        assert sink.kept(other) is None


def test_gaps_can_still_be_read_after_a_finished_collection(tmp_path: Path) -> None:
    other = replace(SCOPE, region="eu-west-1")
    lost = replace(ok(other), status=Status.GAP, rows=0)
    with open_sink(tmp_path / "s", RUN, resume=False) as sink:
        sink.save(ok(), resources=[address("a")])
        sink.save(lost)
        sink.finish(a_manifest(ok(), lost))
    with open_sink(tmp_path / "s", RUN, resume=True) as sink:
        assert sink.kept(SCOPE) == ok()
        sink.save(ok(other), resources=[replace(address("b"), region="eu-west-1")])
        sink.finish(a_manifest(ok(), ok(other)))
    assert [resource.id for resource in open_snapshot(tmp_path / "s").resources] == ["b", "a"]
    with pytest.raises(CollectError, match="no interrupted"), open_sink(tmp_path / "s", RUN, resume=True):
        pass


def test_another_request_cannot_continue(tmp_path: Path) -> None:
    with open_sink(tmp_path / "s", RUN, resume=False) as sink:
        sink.save(ok())
    other = replace(RUN, request="else")
    with pytest.raises(CollectError, match="something else"), open_sink(tmp_path / "s", other, resume=True):
        pass


def test_without_resume_everything_is_read_again(tmp_path: Path) -> None:
    for _ in range(2):
        with open_sink(tmp_path / "s", RUN, resume=False) as sink:
            assert sink.kept(SCOPE) is None
            sink.save(ok())


def test_a_scope_that_became_a_gap_leaves_no_rows(tmp_path: Path) -> None:
    with open_sink(tmp_path / "s", RUN, resume=False) as sink:
        sink.save(ok(), resources=[address("a")], series=[series()])
        lost = replace(ok(), status=Status.GAP, rows=0)
        sink.save(lost)
        sink.finish(a_manifest(lost))
    assert open_snapshot(tmp_path / "s").resources == ()


def series() -> Series:
    return Series(
        resource=address("a").key,
        metric="cpu_max_percent",
        start=NOW.replace(minute=0),
        step_seconds=3600,
        values=[1.0],
    )


KILLED = """
import os, signal, sys
from pathlib import Path
import costopt.{module} as module
from tests.store.conftest import RUN, a_manifest, address, ok
from costopt.store.sink import open_sink
target = Path(sys.argv[1])
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
module.{function} = die
with open_sink(target, RUN, resume=False) as sink:
    sink.save(ok(), resources=[address("new")])
    sink.finish(a_manifest(ok()))
"""


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("store.sink", "write_resources"),
        ("store.sink", "merge_series"),
        ("store.sink", "write_manifest"),
        ("disk", "os.fsync"),
    ],
)
def test_a_killed_writer_leaves_the_old_snapshot_readable(
    module: str, function: str, keep: Keep, tmp_path: Path
) -> None:
    before = keep(resources=[address("old")], path=tmp_path / "s")
    script = KILLED.format(module=module, function=function)
    command = [sys.executable, "-c", script, str(tmp_path / "s")]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    after = open_snapshot(tmp_path / "s")
    assert after.id == before.id
    assert [resource.id for resource in after.resources] == ["old"]
    assert keep(resources=[address("new")], path=tmp_path / "s").resources == (address("new"),)


def test_what_continued_runs_spent_adds_up(tmp_path: Path) -> None:
    for resume, spent in ((False, "0.00021"), (True, "0.5")):
        with open_sink(tmp_path / "s", RUN, resume=resume) as sink:
            total = sink.charge(Decimal(spent))
    assert total == Decimal("0.50021")
    with open_sink(tmp_path / "s", RUN, resume=False) as sink:
        assert sink.charge(Decimal(0)) == 0
