"""What each module says, as a whole: a change of a template shows in a diff that somebody reads.

To accept a change, run `COSTOPT_WRITE_GOLDEN=1 pytest tests/terraform/render/test_golden.py` and read the diff.
"""

import os
from pathlib import Path

import pytest

from costopt.terraform.render.environment import hcl_environment
from costopt.terraform.render.library import LIBRARY, render_module
from costopt.terraform.render.root import render_root
from tests.terraform.render.every_google_module import every_google_module
from tests.terraform.render.every_module import every_module, writing

GOLDEN = Path(__file__).parent / "golden"


def compare(name: str, files: dict[str, str]) -> None:
    text = "".join(f"### {path}\n{content}" for path, content in sorted(files.items()))
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("COSTOPT_WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text(), f"{name} changed: see the head of this file"


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_a_module_is_as_it_was(name: str) -> None:
    compare(name, render_module(LIBRARY[name], writing(), hcl_environment()))


def test_batch_for_the_older_provider_is_as_it_was() -> None:
    compare("batch-5", render_module(LIBRARY["batch"], writing(5), hcl_environment()))


def test_the_root_is_as_it_was() -> None:
    files = render_root(every_module(("why it is so",)), writing())
    compare("root", {path: text for path, text in files.items() if not path.startswith("modules/")})


def test_the_root_for_google_is_as_it_was() -> None:
    files = render_root(every_google_module(("why it is so",)), writing())
    compare("root-google", {path: text for path, text in files.items() if not path.startswith("modules/")})


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {*LIBRARY, "batch-5", "root", "root-google"}
