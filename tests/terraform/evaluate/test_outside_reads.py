"""What a configuration reads by name must lie in its directories; terraform itself would read whatever the user may."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Engine, Severity
from costopt.terraform.check.check import CheckOptions, check
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.outside_reads import check_reads
from costopt.terraform.evaluate.request import EngineUnfit, Request
from tests.oracles.terraform_binary import needs_terraform


def told(folder: Path, expression: str) -> list[str]:
    (folder / "main.tf").write_text(f"locals {{\n  text = {expression}\n}}\n")
    return [f"{one.where} {one.reason}" for one in check_reads(read_configuration(folder))]


@pytest.mark.parametrize(
    "expression",
    [
        'file("/etc/passwd")',
        'file("~/.ssh/id_rsa")',
        'file("../outside.txt")',
        'filebase64("${path.module}/../outside.txt")',
        'templatefile("${ path.root }/a/../../outside.txt", {})',
        'upper(trimspace(file /* x */ ( # y\n  "/etc/passwd")))',
        '"${file("/proc/self/environ")}"',
        '<<EOT\n${filesha256("/etc/passwd")}\nEOT\n',
        'fileset("/etc", "*")',
        'core::file("/etc/passwd")',
        '"${core::file("/etc/passwd")}"',
        'file("\\u002fetc/passwd")',
        '"$$${1} ${file("/etc/passwd")}"',
    ],
)
def test_a_path_that_leaves_the_tree_is_refused_with_its_place(tmp_path: Path, expression: str) -> None:
    with pytest.raises(EngineUnfit, match=r"^main\.tf:\d: \w+\(\) reads .* lies outside of the tree"):
        told(tmp_path, expression)


@pytest.mark.parametrize(
    "expression",
    [
        'file("inside.txt")',
        'templatefile("${path.module}/templates/../inside.txt", { x = 1 })',
        'fileset(path.module, "*.json") == [] ? "" : file("./inside.txt")',
        '"a file(\\"/etc/passwd\\")"',
        '"a $${file(\\"/etc/passwd\\")}"',
        '<<EOT\n$${file("/etc/passwd")} file("/etc/passwd")\nEOT\n',
        '1\n  # file("/etc/passwd")',
    ],
)
def test_what_stays_in_the_tree_or_is_no_call_is_let_be(tmp_path: Path, expression: str) -> None:
    assert not told(tmp_path, expression)


def test_a_path_that_is_computed_is_told_once_for_a_file(tmp_path: Path) -> None:
    (one,) = told(tmp_path, '[file(var.a), file("${path.module}/${var.b}.txt"), file("inside.txt")]')
    assert one == "main.tf:2: file() a file is read whose path is computed, and 1 more, wherever that leads"


def test_templates_that_are_read_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "init.tftpl").write_text('import x\nfile("/etc/passwd")\n')
    assert not told(tmp_path, 'templatefile("init.tftpl", {})')
    (tmp_path / "init.tftpl").write_text('#!/bin/sh\necho ${file("/etc/passwd")}\n')
    with pytest.raises(EngineUnfit, match=r"init\.tftpl:2: file\(\) reads /etc/passwd"):
        told(tmp_path, 'templatefile("init.tftpl", {})')


def test_a_link_that_leads_out_is_followed_before_it_is_judged(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(EngineUnfit, match="lies outside"):
        told(tmp_path, 'file("link/passwd")')


def test_json_is_looked_into(tmp_path: Path) -> None:
    file = tmp_path / "main.tf.json"
    file.write_text('{"locals": {\n"a": "${file(\\"/etc/passwd\\")}"}}')
    with pytest.raises(EngineUnfit, match=r"main\.tf\.json:2: file\(\) reads /etc/passwd"):
        check_reads(read_configuration(tmp_path))
    file.write_text('{"locals": {"a": "$${file(\\"/etc/passwd\\")}", "b": "file(\\"/etc/passwd\\")"}}')
    assert check_reads(read_configuration(tmp_path)) == ()


def test_a_local_module_belongs_to_the_tree(tmp_path: Path) -> None:
    root, shared = tmp_path / "root", tmp_path / "shared"
    for folder in (root, shared):
        folder.mkdir()
    (root / "main.tf").write_text('module "m" {\n  source = "../shared"\n}\nlocals {\n  a = file("../shared/a")\n}\n')
    (shared / "main.tf").write_text('locals {\n  a = file("${path.module}/a")\n}\n')
    assert check_reads(read_configuration(root)) == ()


@needs_terraform
def test_engines_that_would_read_it_pass_and_the_next_one_leaves_it_unknown(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_instance" "a" {\n  ami = file("/etc/hostname")\n}\n')
    found = evaluate(Request(folder=tmp_path))
    assert found.engine is Engine.TFPARSE
    assert found.resources["aws_instance.a"].values["ami"] is UNKNOWN
    report = check(tmp_path, CheckOptions())
    assert [(one.rule, one.severity, one.file, one.line) for one in report.problems] == [
        ("reads-outside", Severity.WARNING, "main.tf", 2)
    ]
    assert "lies outside of the tree" in next(one.reason for one in report.steps if one.name == "plan")


@pytest.mark.parametrize("installed", [False, True])
def test_a_module_outside_of_the_repository_is_not_read(tmp_path: Path, installed: bool) -> None:
    root, outside = tmp_path / "repository" / "root", tmp_path / "outside"
    for folder in (root.parent / ".git", root, outside):
        folder.mkdir(parents=True)
    (outside / "main.tf").write_text("locals {}\n")
    source = "a/b/c" if installed else "../../outside"
    (root / "main.tf").write_text(f'module "m" {{\n  source = "{source}"\n}}\n')
    manifest = root / ".terraform" / "modules" / "modules.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"Modules": [{"Key": "m", "Source": "a/b/c", "Dir": "../../outside"}]}')
    with pytest.raises(TerraformError, match=r"main\.tf:1: the module lies outside of the repository"):
        read_configuration(root)
