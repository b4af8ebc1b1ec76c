"""Writes what came of a patch: the diff, the body of a pull request, the same for programs, or the files themselves."""

from dataclasses import dataclass
from pathlib import Path

from costopt.disk import replace_file
from costopt.errors import UsageError
from costopt.model.terraform_patch import Patch
from costopt.renderers.terraform_patch import render_patch_body
from costopt.renderers.terraform_patch_json import render_patch_json
from costopt.terraform.configuration.directory import repository_of
from costopt.terraform.patch.diff import unified_diff
from costopt.terraform.patch.writing import write_files

DIFF, BODY, DOCUMENT = "patch.diff", "body.md", "patch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written."""

    base: Path
    """Directory that the paths in the diff start from."""
    diff: Path | None
    """The diff; None where nothing changes."""
    body: Path
    """The body of a pull request."""


def write_patch(patch: Patch, folder: Path, out: Path, *, in_place: bool = False) -> Written:
    """Write the outcome into a directory.

    Args:
        patch: what to write.
        folder: directory of the configuration.
        out: directory for the outcome; made where it is missing.
        in_place: whether to write the edited files as well.

    Raises:
        UsageError: `out` is not a directory, or lies in the configuration.
        TerraformError: a file of the configuration has changed, or cannot be written.
    """
    root = folder.resolve()
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a directory", hint="name another one with --out")
    if out.resolve() == root:
        raise UsageError(f"--out {out} is the configuration itself", hint="name another directory")
    base = diff_base(root)
    prefix = root.relative_to(base).as_posix()
    out.mkdir(parents=True, exist_ok=True)
    diff = unified_diff({name if prefix == "." else f"{prefix}/{name}": pair for name, pair in patch.files.items()})
    if diff:
        replace_file(out / DIFF, diff)
    else:
        (out / DIFF).unlink(missing_ok=True)
    replace_file(out / BODY, render_patch_body(patch).encode("utf-8", "replace"))
    replace_file(out / DOCUMENT, render_patch_json(patch).encode())
    if in_place:
        write_files(root, patch.files)
    return Written(base=base, diff=out / DIFF if diff else None, body=out / BODY)


def diff_base(root: Path) -> Path:
    """Where `git apply` has to be run: the top of the repository, or else the working directory where it is above."""
    repository = repository_of(root)
    if repository:
        return repository
    here = Path.cwd().resolve()
    return here if root.is_relative_to(here) else root
