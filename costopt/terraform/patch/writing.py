"""Puts a patch into the files of a configuration: all of them, or none."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from costopt.disk import replace_file
from costopt.errors import TerraformError


def write_files(root: Path, files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Write edited files in place; where one cannot be written, those before it get their old content back.

    Args:
        root: directory of the configuration.
        files: content before and after, by path relative to it.

    Raises:
        TerraformError: a file has changed since it was read, or cannot be written.
    """
    for name, (before, _) in files.items():
        if not (root / name).is_file() or (root / name).read_bytes() != before:
            raise TerraformError(f"{root / name} has changed since it was read", hint="run the command again")
    written: list[str] = []
    try:
        for name, (_, after) in files.items():
            _replace(root / name, after)
            written.append(name)
    except OSError as error:
        for name in written:
            _replace(root / name, files[name][0])
        raise TerraformError(
            f"{error.filename or root} cannot be written: {error.strerror}",
            hint="nothing was changed: check permissions",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Replace a file's content and keep its permissions."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "it is read-only", str(path))
    replace_file(path, content)
    path.chmod(mode)
