"""Renews examples/, docs/checks.md and the real output in README.md. Run it after a visible change."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from costopt.analyzer.registry import all_checks
from costopt.config.settings import Settings
from costopt.pipeline.audit import audit
from costopt.pipeline.demo import take_bill_in, write_made_bill, write_made_company
from costopt.pipeline.present import render

EXAMPLE = ROOT / "examples/harbourline"
SNAPSHOT = EXAMPLE / "snapshot"
BILL = EXAMPLE / "bill"
_BLOCK = re.compile(r"(<!-- output: demo -->\n```text\n).*?(\n```)", re.DOTALL)
SHOWN_LINES = 36
"""Lines of the demo's output that README shows."""


def readme_with(output: str, readme: str) -> str:
    """README with the first lines of the demo's real output in its block."""
    shown = "\n".join(output.splitlines()[:SHOWN_LINES])
    return _BLOCK.sub(lambda found: f"{found[1]}{shown}\n...{found[2]}", readme)


def table_of_checks() -> str:
    """docs/checks.md: every check, what it flags, and its defaults."""
    lines = [
        "# Checks",
        "",
        "Made from the checks themselves by `make examples`; `costopt checks ID` prints the whole of one.",
        "",
        "| check | flags | category | parameters |",
        "|---|---|---|---|",
    ]
    for check in all_checks():
        defaults = check.params()
        parameters = ", ".join(f"`{one.name}` {getattr(defaults, one.name)}" for one in fields(check.params))
        lines.append(f"| `{check.id}` | {check.title} | {check.category.value} | {parameters} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write examples/, docs/checks.md and README's block."""
    (ROOT / "docs/checks.md").write_text(table_of_checks(), encoding="utf-8")
    for folder in (SNAPSHOT, BILL):
        shutil.rmtree(folder, ignore_errors=True)
    SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
    answers = write_made_company(SNAPSHOT)
    listed = {check_id: sorted(key.id for key in keys) for check_id, keys in sorted(answers.items())}
    (EXAMPLE / "answers.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    files = write_made_bill(SNAPSHOT, BILL, Settings().prices)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "bills"
        take_bill_in(files, store)
        report = audit(SNAPSHOT, Settings(), store=store)
    (EXAMPLE / "report.md").write_text(render(report, "markdown"), encoding="utf-8")
    (EXAMPLE / "report.json").write_text(render(report, "json"), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "costopt", "demo", "--out", folder]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    readme = ROOT / "README.md"
    readme.write_text(readme_with(shown, readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
