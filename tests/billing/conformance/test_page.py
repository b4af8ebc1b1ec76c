"""The page of checks is what the definitions say."""

import subprocess
import sys
from pathlib import Path

import pytest

from costopt.billing.conformance.check import load_checks

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "focus-conformance.md"


def test_the_page_is_made_from_the_definitions() -> None:
    command = [sys.executable, str(ROOT / "tools/build_conformance_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("check", load_checks(), ids=lambda check: check.rule.id)
def test_a_check_is_one_line_of_the_table(check) -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{check.rule.id}`")]
    assert len(lines) == 1
    assert lines[0].count("|") == 6
    assert check.rule.words in lines[0]
