"""The wheel holds what the program reads at run time, and nothing of the tests."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("cloud_costopt-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_templates_prices_and_notices_are_inside(names: set[str]) -> None:
    templates = {f"costopt/renderers/_reports/{path.relative_to(ROOT / 'reports')}" for path in _files("reports")}
    data = {str(path.relative_to(ROOT)) for path in _files("costopt/prices/data")}
    assert templates <= names
    modules = _files("terraform_templates")
    assert len(modules) > 40
    assert {
        f"costopt/terraform/render/_templates/{path.relative_to(ROOT / 'terraform_templates')}" for path in modules
    } <= names
    schemas = {str(path.relative_to(ROOT)) for path in _files("costopt/terraform/schema/data")}
    assert len(schemas) >= 4
    assert schemas <= names
    assert len(data) >= 5
    assert data <= names
    assert any(name.endswith("licenses/NOTICE") for name in names)


def test_nothing_else_is_inside(names: set[str]) -> None:
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"costopt"}


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
