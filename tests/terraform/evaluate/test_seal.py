"""Nothing that a directory says makes terraform run a program or call out while it is planned."""

import json
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Engine, Evaluation
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import EngineUnfit, Request
from costopt.terraform.evaluate.seal import seal
from costopt.terraform.private_copy import private_copy
from tests.oracles.terraform_binary import needs_terraform

INSTANCE = 'resource "aws_instance" "a" {\n  ami           = "ami-1"\n  instance_type = "m5.large"\n}\n'
STATE = """data "terraform_remote_state" "net" {
  backend   = "s3"
  workspace = "prod"
  config = {
    bucket              = "b"
    key                 = "k"
    region              = "us-east-1"
    profile             = "evil"
    shared_config_files = ["evil.cfg"]
  }
}
"""
BACKEND = """terraform {
  backend "s3" {
    bucket              = "b"
    key                 = "k"
    region              = "us-east-1"
    profile             = "evil"
    shared_config_files = ["evil.cfg"]
  }
}
"""


def plan(folder: Path, *, engine: Engine = Engine.STUB) -> Evaluation:
    return evaluate(Request(folder=folder, engines=(engine,)))


def lay_trap(folder: Path) -> Path:
    """A program that s3 would run for its credentials; returns the file that it would make."""
    sprung = folder / "sprung"
    (folder / "evil.cfg").write_text(f'[profile evil]\ncredential_process = /bin/sh -c "touch {sprung}"\n')
    return sprung


@needs_terraform
def test_a_remote_state_is_not_read_and_its_program_not_run(tmp_path: Path) -> None:
    sprung = lay_trap(tmp_path)
    (tmp_path / "main.tf").write_text(
        STATE + INSTANCE.replace("}", "  subnet_id = data.terraform_remote_state.net.outputs.subnets[0]\n}")
    )
    found = plan(tmp_path)
    assert not sprung.exists()
    assert found.flat()["aws_instance.a"]["subnet_id",] is UNKNOWN
    assert found.flat()["aws_instance.a"]["instance_type",] == "m5.large"
    assert [one.where for one in found.unevaluated] == ["data.terraform_remote_state.net (main.tf:1)"]


@needs_terraform
def test_the_remote_state_of_a_module_and_one_in_json_are_not_read_either(tmp_path: Path) -> None:
    sprung = lay_trap(tmp_path)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "evil.cfg").write_text((tmp_path / "evil.cfg").read_text())
    (tmp_path / "m" / "main.tf").write_text(STATE + INSTANCE)
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n}\n')
    (tmp_path / "more.tf.json").write_text(
        '{"data": {"terraform_remote_state": {"j": {"backend": "local", "config": {"path": "/etc/hostname"}}}}}'
    )
    found = plan(tmp_path)
    assert not sprung.exists()
    assert list(found.resources) == ["module.m.aws_instance.a"]
    assert {one.where for one in found.unevaluated} == {
        "data.terraform_remote_state.j (more.tf.json:1)",
        "m: data.terraform_remote_state.net (main.tf:1)",
    }


@needs_terraform
@pytest.mark.parametrize("name", ["zzzzz_override.tf", "zzzz_z_override.tf", "\u00e9\U0010fffd_override.tf"])
def test_no_override_file_outranks_the_one_that_takes_the_backend_away(tmp_path: Path, name: str) -> None:
    sprung = lay_trap(tmp_path)
    (tmp_path / "main.tf").write_text(INSTANCE)
    (tmp_path / name).write_text(BACKEND)
    assert list(plan(tmp_path).resources) == ["aws_instance.a"]
    assert not sprung.exists()


@needs_terraform
def test_a_file_whose_name_begins_with_a_hash_is_read_as_terraform_reads_it(tmp_path: Path) -> None:
    sprung = lay_trap(tmp_path)
    (tmp_path / "main.tf").write_text(INSTANCE)
    (tmp_path / "#hidden.tf").write_text(STATE)
    assert [one.where for one in plan(tmp_path).unevaluated] == ["data.terraform_remote_state.net (#hidden.tf:1)"]
    assert not sprung.exists()


@needs_terraform
def test_a_name_that_stands_twice_in_json_hides_nothing(tmp_path: Path) -> None:
    sprung = lay_trap(tmp_path)
    config = {"bucket": "b", "key": "k", "region": "us-east-1", "profile": "evil", "shared_config_files": ["evil.cfg"]}
    state = json.dumps({"terraform_remote_state": {"net": {"backend": "s3", "config": config}}})
    more = json.dumps({"terraform_remote_state": {"far": {"backend": "local"}}})
    (tmp_path / "main.tf.json").write_text(f'{{"locals": {{}}, "data": {state}, "data": {more}}}')
    assert [one.where for one in plan(tmp_path).unevaluated] == [
        "data.terraform_remote_state.net (main.tf.json:1)",
        "data.terraform_remote_state.far (main.tf.json:1)",
    ]
    assert not sprung.exists()


def test_a_name_so_long_that_nothing_can_outrank_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(INSTANCE)
    (tmp_path / f"{'z' * 240}_override.tf").write_text(BACKEND)
    configuration = read_configuration(tmp_path)
    with private_copy(configuration) as copy, pytest.raises(EngineUnfit, match="too long a name"):
        seal(configuration, copy.root)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("c.tf", 'check "c" {\n  data "terraform_remote_state" "x" {\n    backend = "s3"\n  }\n}\n', "within a check"),
        ("c.tf.json", '{"check": {"c": {"data": {"terraform_remote_state": {"x": {}}}}}}', "within a check"),
        ("n.tf.json", '{"data": {"terraform_remote_state": {"x\\" {}": {}}}}', "no name that terraform takes"),
    ],
)
def test_what_cannot_be_overridden_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / "main.tf").write_text(INSTANCE)
    (tmp_path / name).write_text(text)
    configuration = read_configuration(tmp_path)
    with private_copy(configuration) as copy, pytest.raises(EngineUnfit, match=said):
        seal(configuration, copy.root)


@pytest.mark.parametrize(
    "source",
    ['(\n    "git::file:///nowhere"\n  )', "<<-EOT\n  git::file:///nowhere\n  EOT\n", '"a/b/c" # source = "a/b/c"'],
)
def test_a_source_over_several_lines_is_never_fetched(tmp_path: Path, source: str) -> None:
    hidden = f'/* source = "a/b/c" */ source = {source}' if source.startswith('"') else f"source = {source}"
    (tmp_path / "main.tf").write_text(f'module "m" {{\n  {hidden}\n}}\n{INSTANCE}')
    with pytest.raises(TerraformError, match=r"main\.tf:1: module m is not installed|neither terraform nor tofu"):
        plan(tmp_path)


@needs_terraform
@pytest.mark.parametrize("kind", ["plugin", "data source in a check"])
def test_provider_plugins_of_the_directory_run_only_where_that_is_allowed(tmp_path: Path, kind: str) -> None:
    sprung = tmp_path / "sprung"
    for provider in ("null", "external"):
        plugins = tmp_path / f".terraform/providers/registry.terraform.io/hashicorp/{provider}/3.2.1/linux_amd64"
        plugins.mkdir(parents=True)
        plugin = plugins / f"terraform-provider-{provider}_v3.2.1_x5"
        plugin.write_text(f"#!/bin/sh\ntouch {sprung}\n")
        plugin.chmod(0o700)
    (tmp_path / "main.tf").write_text('resource "null_resource" "a" {}\n')
    if kind != "plugin":
        (tmp_path / "c.tf").write_text('check "c" {\n  data "external" "x" {\n    program = ["sh"]\n  }\n}\n')
    with pytest.raises(TerraformError, match=r"are programs: they are not run|would run a program"):
        plan(tmp_path, engine=Engine.PROVIDERS)
    assert evaluate(Request(folder=tmp_path)).engine is not Engine.PROVIDERS
    assert not sprung.exists()


@needs_terraform
def test_a_provisioner_plugin_of_the_directory_is_not_run(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    for place in (tmp_path, tmp_path / "terraform.d/plugins/linux_amd64"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "terraform-provisioner-evil").write_text(f"#!/bin/sh\ntouch {sprung}\n")
        (place / "terraform-provisioner-evil").chmod(0o700)
    (tmp_path / "main.tf").write_text('resource "terraform_data" "a" {\n  provisioner "evil" {}\n}\n')
    with pytest.raises(TerraformError, match="provisioner"):
        plan(tmp_path)
    assert not sprung.exists()


@pytest.mark.parametrize(
    "block", [STATE, STATE.replace("terraform_r", "\\u0074erraform_r"), 'module "m" {\n  source = "hg::x"\n}\n']
)
def test_a_text_that_holds_what_may_be_a_block_to_terraform_is_refused(tmp_path: Path, block: str) -> None:
    block = block.replace('data "', 'data /* x */ "')
    (tmp_path / "main.tf").write_text(f"{INSTANCE}locals {{\n  a = <<EOT\n{block}EOT\n}}\n")
    configuration = read_configuration(tmp_path)
    assert not list(configuration.blocks("data", "module"))
    with private_copy(configuration) as copy, pytest.raises(EngineUnfit, match="a comment or a text holds"):
        seal(configuration, copy.root)


def test_marks_that_mean_themselves_open_no_template_that_could_hide_a_block(tmp_path: Path) -> None:
    texts = [f"locals {{\n  {name} = <<EOT\n{text}\nEOT\n}}\n" for name, text in (("a", "$$${"), ("b", "}"))]
    (tmp_path / "main.tf").write_text(f"{INSTANCE}{texts[0]}{STATE}{texts[1]}")
    configuration = read_configuration(tmp_path)
    with private_copy(configuration) as copy:
        assert len(seal(configuration, copy.root)) == 1


def test_what_is_commented_out_hides_nothing(tmp_path: Path) -> None:
    lines = "".join(f"  # {line}\n" for line in [*STATE.splitlines(), 'module "m" {', "}"])
    (tmp_path / "main.tf").write_text(f"{INSTANCE}{STATE}{lines}")
    configuration = read_configuration(tmp_path)
    with private_copy(configuration) as copy:
        assert len(seal(configuration, copy.root)) == 1
