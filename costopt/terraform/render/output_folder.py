"""Puts generated files in a folder: what others wrote or changed there is never overwritten without being asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from costopt.disk import replace_file
from costopt.errors import TerraformError

MANIFEST = ".costopt-generated.json"
"""What was written last, with digests, so that changes by hand are seen."""


class _Manifest(msgspec.Struct):
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of the files."""

    written: tuple[str, ...]
    """New or with another content."""
    unchanged: tuple[str, ...]
    """As they were."""
    removed: tuple[str, ...]
    """Written before, needed no longer, and unchanged since."""


def place(files: Mapping[str, str], folder: Path, *, force: bool = False) -> Placed:
    """Write files below a folder; it becomes exactly what is given, beside files of others.

    Args:
        files: text by relative path.
        folder: made where it does not exist.
        force: overwrite files that others wrote or changed.

    Raises:
        TerraformError: a file is there that others wrote or changed, a link leads out, or it cannot be written.
    """
    known = _known(folder)
    theirs = [path for path in sorted({*files, *known}) if _is_theirs(folder, path, files.get(path), known.get(path))]
    if theirs and not force:
        more = f" and {len(theirs) - 3} more" if len(theirs) > 3 else ""
        raise TerraformError(
            f"{folder} holds files that costopt did not write like this: {', '.join(theirs[:3])}{more}",
            hint="Choose another folder, or add --force to overwrite them. Nothing was written.",
        )
    try:
        return _write(files, folder, [path for path in known if path not in files and path not in theirs])
    except OSError as error:
        raise TerraformError(
            f"{error.filename or folder} cannot be written: {error.strerror}", hint="check its permissions"
        ) from error


def _write(files: Mapping[str, str], folder: Path, stale: list[str]) -> Placed:
    written, unchanged = [], []
    for path, text in files.items():
        target, content = folder / path, text.encode()
        if target.is_file() and target.read_bytes() == content:
            unchanged.append(path)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, content)
        target.chmod(0o644)
        written.append(path)
    for path in stale:
        (folder / path).unlink(missing_ok=True)
    manifest = _Manifest(files={path: _digest(text.encode()) for path, text in sorted(files.items())})
    replace_file(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return Placed(written=tuple(written), unchanged=tuple(unchanged), removed=tuple(stale))


def _known(folder: Path) -> dict[str, str]:
    """What was written last. Paths that leave the folder are nothing of ours."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        files = msgspec.json.decode(path.read_bytes(), type=_Manifest).files
    except (OSError, msgspec.DecodeError) as error:
        raise TerraformError(
            f"{path} cannot be read: {error}", hint="Choose another folder, or remove the file."
        ) from error
    return {
        name: digest for name, digest in files.items() if ".." not in Path(name).parts and not Path(name).is_absolute()
    }


def _is_theirs(folder: Path, path: str, wanted: str | None, known: str | None) -> bool:
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise TerraformError(f"{target} leads out of {folder}", hint="Remove the link. Nothing was written.")
    if not target.exists():
        return False
    if not target.is_file():
        return True
    content = target.read_bytes()
    return content != (wanted.encode() if wanted is not None else None) and _digest(content) != known


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
