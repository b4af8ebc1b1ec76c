"""Imports run downward, siblings do not know each other, and heavy or special libraries stay in their rooms."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "costopt").rglob("*.py"))

ROOMS = {
    "boto3": ("collectors/aws", "prices/refresh", "billing/engines", "notifiers", "store/alert_book"),
    "botocore": ("collectors/aws", "prices/refresh", "billing/engines", "notifiers", "store/alert_book"),
    "google": ("collectors/gcp", "billing/engines", "notifiers", "store/alert_book", "prices/refresh"),
    "pandas": ("pipeline",),
    "pyspark": ("billing/engines",),
    "sqlglot": ("billing/engines",),
    "duckdb": ("store", "billing"),
    "pulp": ("optimizer",),
    "highspy": ("optimizer",),
    "grpc": ("collectors/gcp", "terraform/stub", "prices/refresh"),
    "msgpack": ("terraform/stub",),
    "statsmodels": ("budgets",),
    "apscheduler": ("pipeline",),
    "tfparse": ("terraform/evaluate",),
    "apprise": ("notifiers",),
    "psycopg": ("store/alert_book",),
    "yaml": ("config", "renderers/schedule", "prices/refresh"),
    "jinja2": ("renderers", "terraform/render"),
    "click": ("cli",),
    "rich_click": ("cli",),
}
"""Where a library may be imported (DESIGN, layout)."""


def test_the_contracts_of_the_layers_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "2 kept, 0 broken" in ended.stdout


@cache
def imported(path: Path) -> set[str]:
    """Top-level names of everything that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("library", ROOMS)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    users = {str(path.parent.relative_to(ROOT / "costopt")) for path in SOURCES if library in imported(path)}
    assert users
    assert all(user.startswith(ROOMS[library]) for user in users)


def test_the_analyzer_has_no_clock_and_no_files() -> None:
    """Ages come from the context, so that the same snapshot gives the same report."""
    outside = {"time", "os", "pathlib", "socket", "urllib", "subprocess", "random"}
    analyzer = [path for path in SOURCES if "analyzer" in path.parts or "economics" in path.parts]
    assert not [str(path) for path in analyzer if imported(path) & outside]
    assert not [str(path) for path in analyzer if ".now(" in path.read_text() or ".today(" in path.read_text()]
