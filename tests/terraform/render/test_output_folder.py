"""A folder becomes what was generated; what others wrote there stays."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.terraform.render.output_folder import MANIFEST, place

FILES = {"main.tf": "a = 1\n", "modules/fleet/main.tf": "b = 1\n"}


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_files_are_written_once_and_then_unchanged(tmp_path: Path) -> None:
    first = place(FILES, tmp_path / "gen")
    assert first.written == tuple(FILES)
    assert content(tmp_path / "gen") == FILES
    second = place(FILES, tmp_path / "gen")
    assert (second.written, second.unchanged, second.removed) == ((), tuple(FILES), ())


def test_what_is_generated_no_longer_goes_and_what_others_wrote_stays(tmp_path: Path) -> None:
    place(FILES, tmp_path)
    (tmp_path / "terraform.tfvars").write_text("mine")
    placed = place({"main.tf": "a = 2\n"}, tmp_path)
    assert (placed.written, placed.removed) == (("main.tf",), ("modules/fleet/main.tf",))
    assert content(tmp_path) == {"main.tf": "a = 2\n", "terraform.tfvars": "mine"}


@pytest.mark.parametrize("path", list(FILES))
def test_a_change_by_hand_is_not_overwritten(tmp_path: Path, path: str) -> None:
    place(FILES, tmp_path)
    (tmp_path / path).write_text("mine")
    with pytest.raises(TerraformError, match=path):
        place({"main.tf": "a = 2\n"}, tmp_path)
    assert (tmp_path / path).read_text() == "mine"
    assert content(tmp_path) == {**FILES, path: "mine"}


def test_a_file_of_somebody_else_is_not_overwritten_without_force(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("mine")
    with pytest.raises(TerraformError, match=r"main\.tf"):
        place(FILES, tmp_path)
    assert content(tmp_path) == {"main.tf": "mine"}
    place(FILES, tmp_path, force=True)
    assert content(tmp_path) == FILES


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "gen").mkdir()
    (tmp_path / "gen" / "modules").symlink_to(outside)
    with pytest.raises(TerraformError, match="leads out"):
        place(FILES, tmp_path / "gen")
    assert not list(outside.iterdir())


def test_a_manifest_cannot_name_files_outside(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "gen").mkdir()
    (tmp_path / "gen" / MANIFEST).write_text('{"files": {"../victim": "x", "/etc/hostname": "y"}}')
    place(FILES, tmp_path / "gen", force=True)
    assert victim.read_text() == "precious"


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(TerraformError, match=r"costopt-generated\.json cannot be read"):
        place(FILES, tmp_path)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "gen").write_text("x")
    with pytest.raises(TerraformError, match="cannot be written"):
        place(FILES, tmp_path / "gen")
