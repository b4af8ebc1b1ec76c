"""Where refreshed catalogs lie in the user's cache, and how a new one takes the place of the old in one step.

`<cache>/versions/<version>/` holds a catalog and its parts; the file `<cache>/current` names the one in use. A new
catalog is built in a folder of its own, and replacing `current` is the only step that readers see.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from costopt.errors import CatalogError
from costopt.prices.schema import MANIFEST_NAME

_POINTER: Final = "current"
_VERSIONS: Final = "versions"
POINTER_HINT: Final = "Delete that file to use the built-in prices, then run `costopt prices refresh`."
_UNFINISHED: Final = ".unfinished-"

_ABANDONED: Final = timedelta(days=1)
"""Age at which an unfinished catalog belongs to nobody."""


def current_catalog(cache_dir: Path) -> Path | None:
    """Folder of the refreshed catalog in use, None where there is none yet or it is gone.

    Raises:
        CatalogError: the file that names it cannot be read.
    """
    pointer = cache_dir / _POINTER
    try:
        version = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise CatalogError(f"{pointer}: cannot be read ({reason})", hint=POINTER_HINT) from error
    if Path(version).name != version:
        raise CatalogError(f"{pointer}: names no catalog beside it", hint=POINTER_HINT)
    folder = cache_dir / _VERSIONS / version
    return folder if version and (folder / MANIFEST_NAME).is_file() else None


def require_current(cache_dir: Path) -> Path | None:
    """As `current_catalog`; a file that names a catalog which is gone is an error and not the same as none.

    Raises:
        CatalogError: such a file, or one that cannot be read.
    """
    folder = current_catalog(cache_dir)
    pointer = cache_dir / _POINTER
    if folder is None and pointer.exists():
        raise CatalogError(f"{pointer}: the catalog that it names is not there", hint=POINTER_HINT)
    return folder


def previous_catalog(cache_dir: Path) -> Path | None:
    """Folder of the catalog that the one in use replaced, None where there is none."""
    current = current_catalog(cache_dir)
    others = [folder for folder in _finished(cache_dir) if folder != current]
    return others[-1] if others else None


@contextmanager
def unfinished(cache_dir: Path) -> Iterator[Path]:
    """An empty folder to build a catalog in. Whatever is still in it at the end is removed.

    Raises:
        OSError: the cache cannot be written.
    """
    versions = cache_dir / _VERSIONS
    versions.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=versions))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(cache_dir: Path, folder: Path, version: str, *, now: datetime) -> Path:
    """Put a complete catalog into use and drop what is no longer needed.

    Args:
        cache_dir: the cache.
        folder: the catalog, in a folder of `unfinished`.
        version: its name.
        now: aware time, to know what is abandoned.

    Returns:
        Where the catalog lies now.
    """
    final = folder.with_name(version)
    before = current_catalog(cache_dir)
    folder.rename(final)
    pointer = cache_dir / f".{_POINTER}-{folder.name}"
    pointer.write_text(f"{version}\n", encoding="utf-8")
    os.replace(pointer, cache_dir / _POINTER)  # noqa: PTH105 - the atomic step, named for what it is
    _drop_old(cache_dir, keep={final, before}, now=now)
    return final


def free_version(cache_dir: Path, now: datetime) -> str:
    """A name for a catalog made `now` that none has yet."""
    name = f"refreshed-{now:%Y%m%dT%H%M%SZ}"
    taken = {folder.name for folder in _finished(cache_dir)}
    count = 1
    version = name
    while version in taken:
        count += 1
        version = f"{name}-{count}"
    return version


def _finished(cache_dir: Path) -> list[Path]:
    """Complete catalogs, oldest first."""
    versions = cache_dir / _VERSIONS
    if not versions.is_dir():
        return []
    found = [folder for folder in versions.iterdir() if not folder.name.startswith(_UNFINISHED)]
    return sorted(found, key=lambda folder: folder.name)


def _drop_old(cache_dir: Path, *, keep: set[Path | None], now: datetime) -> None:
    """Only the catalog in use stays, and the one before it for `prices diff`."""
    for folder in _finished(cache_dir):
        if folder not in keep:
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (cache_dir / _VERSIONS).glob(f"{_UNFINISHED}*"):
        if now.timestamp() - folder.stat().st_mtime > _ABANDONED.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
