"""The copy is private, complete, does not follow links out of the tree, and is gone afterwards."""

import os
import stat
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.terraform import private_copy as module
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.private_copy import private_copy


def copied(folder: Path) -> set[str]:
    with private_copy(read_configuration(folder)) as copy:
        return {str(path.relative_to(copy.root)) for path in copy.root.rglob("*") if path.is_file()}


def test_only_the_user_can_read_it(estate: Path) -> None:
    with private_copy(read_configuration(estate)) as copy:
        top = copy.home.parent
        assert stat.S_IMODE(top.stat().st_mode) == 0o700
        assert copy.root.is_relative_to(top)
    assert not top.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_it_is_gone_whatever_happens(estate: Path, error: type[BaseException]) -> None:
    seen = []

    def use() -> None:
        with private_copy(read_configuration(estate)) as copy:
            seen.append(copy.root)
            (copy.root / "left").write_text("x")
            raise error

    with pytest.raises(error):
        use()
    assert not seen[0].exists()


def test_states_providers_and_history_stay_behind(estate: Path) -> None:
    for name in (".git/config", ".terraform/providers/x", "terraform.tfstate", "a.tfstate.backup", "old.tfplan"):
        (estate / name).parent.mkdir(parents=True, exist_ok=True)
        (estate / name).write_text("x")
    (estate / "templates").mkdir()
    (estate / "templates/init.sh.tftpl").write_text("x")
    assert copied(estate) == {
        "main.tf",
        "variables.tf",
        "terraform.tfvars",
        "fleet.auto.tfvars",
        "modules/app/main.tf",
        "templates/init.sh.tftpl",
    }


def test_installed_modules_are_copied(estate: Path) -> None:
    vpc = estate / ".terraform/modules/vpc"
    vpc.mkdir(parents=True)
    (vpc / "main.tf").write_text("locals {}\n")
    (vpc.parent / "modules.json").write_text(
        '{"Modules":[{"Key":"vpc","Source":"x/y/z","Dir":".terraform/modules/vpc"}]}'
    )
    (estate / "vpc.tf").write_text('module "vpc" {\n  source = "x/y/z"\n}\n')
    assert {".terraform/modules/vpc/main.tf", ".terraform/modules/modules.json"} <= copied(estate)


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_link_that_leaves_the_tree_is_refused(estate: Path, tmp_path: Path, is_folder: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("x")
    (estate / "link").symlink_to(outside if is_folder else outside / "secret")
    with pytest.raises(TerraformError, match="link is a symbolic link that leaves the tree"):
        copied(estate)


def test_a_link_within_the_repository_is_followed(estate: Path) -> None:
    (estate.parent / ".git").mkdir()
    (estate.parent / "versions.inc").write_text("locals {}\n")
    (estate / "versions.tf").symlink_to("../versions.inc")
    (estate / "absent").symlink_to("nothing-here")
    found = copied(estate)
    assert "versions.tf" in found
    assert "absent" not in found


@pytest.mark.parametrize("target", [".", ".."])
def test_a_link_to_a_folder_above_it_is_refused(estate: Path, target: str) -> None:
    (estate.parent / ".git").mkdir()
    (estate / "modules" / "loop").symlink_to(target)
    with pytest.raises(TerraformError, match="leads back to a folder above it"):
        copied(estate)


def test_what_is_no_file_is_left_out(estate: Path) -> None:
    os.mkfifo(estate / "pipe.tf")
    assert "pipe.tf" not in copied(estate)


@pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES"])
def test_a_tree_that_is_too_large_is_refused(estate: Path, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, 3)
    with pytest.raises(TerraformError, match="has more than"):
        copied(estate)


def test_installed_modules_are_not_followed_out_of_the_tree(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "modules").mkdir(parents=True)
    (tmp_path / "elsewhere" / "modules" / "key").write_text("x")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "main.tf").write_text("locals {}\n")
    (tmp_path / "tree" / ".terraform").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TerraformError, match="leaves the tree"):
        copied(tmp_path / "tree")
