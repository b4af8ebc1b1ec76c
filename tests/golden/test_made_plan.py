"""The made plan as text is the committed one; `python -m tests.golden.test_made_plan` renews it."""

from pathlib import Path

import pytest

from costopt.pipeline.present_plan import render_plan
from tests.oracles.made_plan import made_plan

FOLDER = Path(__file__).parent / "plan"
FILES = {"table": "made.txt", "markdown": "made.md"}


def rendered(form: str) -> str:
    return render_plan(made_plan(hostile=True), form, width=100)


@pytest.mark.parametrize("form", FILES)
def test_the_made_plan_is_the_committed_one(form: str) -> None:
    assert rendered(form) == (FOLDER / FILES[form]).read_text(encoding="utf-8")


if __name__ == "__main__":
    for form, name in FILES.items():
        (FOLDER / name).write_text(rendered(form), encoding="utf-8")
