"""What the design promises of the source: sizes, empty packages, one test a check, a light start."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "costopt").rglob("*.py"))
CHECKS = sorted(path.stem for path in (ROOT / "costopt/analyzer/checks").glob("[a-z]*.py"))
MOST_LINES = 400
HEAVY = ("boto3", "botocore", "google", "pandas", "numpy", "duckdb", "pulp", "pyarrow", "jinja2")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=name)
def test_a_package_file_holds_a_docstring_only(path: Path) -> None:
    (only,) = ast.parse(path.read_text()).body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)


def test_nothing_is_called_utils() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [name(path) for path in SOURCES if vague & {path.stem, path.parent.name}]


def test_there_are_at_least_thirty_checks() -> None:
    assert len(CHECKS) >= 30


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_has_one_test_file_and_its_own_name(check_id: str) -> None:
    from costopt.analyzer.registry import all_checks

    assert (ROOT / f"tests/analyzer/checks/test_{check_id}.py").is_file()
    assert check_id in {check.id for check in all_checks()}


def test_no_test_of_a_check_outlives_its_check() -> None:
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/analyzer/checks").glob("test_*.py")}
    assert tested == set(CHECKS)


def test_help_imports_nothing_heavy() -> None:
    """A fresh interpreter prints the help page; what it loaded is asked of the interpreter itself."""
    script = (
        "import sys\n"
        "from costopt.cli.exit import guarded\n"
        "from costopt.cli.main import costopt\n"
        "sys.argv = ['costopt', '--help']\n"
        "code = guarded(costopt)\n"
        f"print(code, sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})), file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stderr.strip() == "0 []"
    assert "audit" in ended.stdout


def test_the_demo_needs_no_more_than_the_program_declares() -> None:
    declared = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    lines = (ROOT / "requirements/demo.in").read_text().splitlines()
    wanted = {line for line in lines if line and not line.startswith("#")}
    assert wanted <= declared


@pytest.mark.parametrize("lock", ["demo", "dev"])
def test_locks_are_hashed_and_name_no_index(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.lock").read_text()
    pins = [line for line in text.splitlines() if line and not line[0].isspace() and not line.startswith("#")]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert "http" not in text
    assert "index" not in text
