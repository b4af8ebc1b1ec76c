import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from costopt.prices.refresh.shelf import current_catalog, free_version, previous_catalog, publish, unfinished
from costopt.prices.schema import MANIFEST_NAME

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def published(cache: Path, version: str) -> Path:
    with unfinished(cache) as folder:
        (folder / MANIFEST_NAME).write_text(version)
        return publish(cache, folder, version, now=NOW)


def test_an_empty_cache_has_no_catalog(tmp_path: Path) -> None:
    assert current_catalog(tmp_path / "nowhere") is None
    assert previous_catalog(tmp_path / "nowhere") is None


def test_what_was_published_last_is_in_use_and_the_one_before_is_kept(tmp_path: Path) -> None:
    for version in ("a", "b", "c"):
        published(tmp_path, version)
    assert current_catalog(tmp_path) == tmp_path / "versions" / "c"
    assert previous_catalog(tmp_path) == tmp_path / "versions" / "b"
    assert not (tmp_path / "versions" / "a").exists()


def test_a_catalog_that_was_not_published_leaves_nothing(tmp_path: Path) -> None:
    first = published(tmp_path, "a")
    with unfinished(tmp_path) as folder:
        (folder / MANIFEST_NAME).write_text("half")
    assert current_catalog(tmp_path) == first
    assert [entry.name for entry in (tmp_path / "versions").iterdir()] == ["a"]


def test_a_stop_before_the_last_step_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    first = published(tmp_path, "refreshed-20261123T080000Z")
    orphan = tmp_path / "versions" / "refreshed-20261124T080000Z"
    orphan.mkdir()
    (orphan / MANIFEST_NAME).write_text("complete, but never named")
    assert current_catalog(tmp_path) == first
    assert free_version(tmp_path, NOW + timedelta(days=1)) == "refreshed-20261124T080000Z-2"


@pytest.mark.parametrize("content", ["", "gone", "\n"])
def test_a_pointer_to_nothing_is_no_catalog(tmp_path: Path, content: str) -> None:
    published(tmp_path, "a")
    (tmp_path / "current").write_text(content)
    assert current_catalog(tmp_path) is None


def test_a_catalog_without_its_manifest_is_not_in_use(tmp_path: Path) -> None:
    folder = published(tmp_path, "a")
    (folder / MANIFEST_NAME).unlink()
    assert current_catalog(tmp_path) is None


def test_folders_of_refreshes_that_were_killed_are_removed_after_a_day(tmp_path: Path) -> None:
    published(tmp_path, "a")
    ages = {"old": timedelta(days=2), "young": timedelta(minutes=5)}
    for name, age in ages.items():
        folder = tmp_path / "versions" / f".unfinished-{name}"
        folder.mkdir()
        moment = (NOW - age).timestamp()
        os.utime(folder, (moment, moment))
    published(tmp_path, "b")
    left = {entry.name for entry in (tmp_path / "versions").iterdir()}
    assert left == {"a", "b", ".unfinished-young"}
