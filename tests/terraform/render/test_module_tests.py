"""The tests that each module brings: by `terraform test`, which mocks the provider."""

from pathlib import Path

import pytest

from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.stand_ins import stand_ins
from costopt.terraform.render.environment import hcl_environment
from costopt.terraform.render.library import LIBRARY, TEST_FILE, render_module
from tests.oracles.terraform_binary import needs_terraform, terraform
from tests.terraform.render.every_module import writing


@needs_terraform
@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_a_module_passes_its_own_tests(tmp_path: Path, name: str) -> None:
    files = render_module(LIBRARY[name], writing(), hcl_environment())
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert "expect_failures" in files[TEST_FILE]
    with stand_ins(read_configuration(tmp_path)).serving() as reattach:
        started = terraform(tmp_path, "init", "-no-color", extra=reattach)
        assert started.returncode == 0, started.stderr
        ended = terraform(tmp_path, "test", "-no-color", extra=reattach)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    runs = files[TEST_FILE].count("\nrun ")
    assert f"{runs} passed, 0 failed" in ended.stdout
