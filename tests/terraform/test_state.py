"""States are read whichever way they were written; what cannot be read is refused with a reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import Masked
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.state import check_belongs, read_state
from tests.oracles.terraform_binary import applied_state, needs_terraform, terraform

FIXTURES = Path(__file__).parent / "fixtures"
STATE = FIXTURES / "estate.tfstate"


def written(folder: Path, document: Any) -> Path:
    path = folder / "terraform.tfstate"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_addresses_are_those_that_terraform_writes() -> None:
    assert [resource.address for resource in read_state(STATE).resources] == [
        "aws_db_instance.db",
        'aws_instance.fleet["api"]',
        "aws_instance.literal",
        "aws_s3_bucket.logs",
        "aws_s3_bucket_policy.logs",
        "data.aws_region.here",
        "google_compute_instance.vm",
        "module.app.aws_instance.node[0]",
    ]


def test_what_is_needed_of_a_resource_is_kept() -> None:
    state = read_state(STATE)
    fleet = next(resource for resource in state.managed() if resource.index == "api")
    assert fleet.provider == "registry.terraform.io/hashicorp/aws"
    assert fleet.values["instance_type"] == "c5.2xlarge"
    assert (state.serial, state.terraform_version) == (7, "1.11.4")
    assert "data.aws_region.here" not in {resource.address for resource in state.managed()}


def test_remains_of_a_replacement_are_left_out() -> None:
    assert "i-0old" not in repr(read_state(STATE))


def test_no_secret_leaves_the_reader() -> None:
    state = read_state(STATE)
    (database,) = (resource for resource in state.resources if resource.type == "aws_db_instance")
    assert "secret" not in repr(state)
    assert isinstance(database.values["username"], Masked)
    assert isinstance(database.values["tags"]["note"], Masked)
    assert database.values["identifier"] == "estate-default-db"


def nested(depth: int) -> list[Any]:
    """A list within a list, and so on."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"version": 5, "resources": []}, "version 5, newer than 4"),
        ({"version": 3, "modules": []}, "version 3, of Terraform before 0.12"),
        ({"resources": []}, "is not a Terraform state: it has no version"),
        ({"encrypted_data": "x", "meta": {}}, "is encrypted"),
        ({"format_version": "2.0", "values": {}}, "format 2.0, newer than 1"),
        ({"version": 4}, "is damaged"),
        ({"version": 4, "resources": [{"mode": "managed"}]}, "is damaged"),
        ({"version": 4, "resources": "x"}, "is damaged"),
        ({"version": 4, "resources": [{"instances": [{"attributes": {"x": nested(900)}}]}]}, "is damaged"),
        ([], "does not hold a JSON object"),
        ('{"version": 4, "resources": [', "is not valid JSON"),
        ("", "is not valid JSON"),
        ("\x00\x01", "is not valid JSON"),
        ('{"a":' * 100_000, "is not valid JSON"),
    ],
)
def test_what_is_no_state_is_refused(document: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match=message) as refused:
        read_state(written(tmp_path, document))
    assert refused.value.hint


def test_a_state_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="cannot be read: No such file"):
        read_state(tmp_path / "absent.tfstate")


def test_an_empty_state_and_one_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "terraform.tfstate"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"version": 4, "resources": []}).encode())
    assert read_state(path).resources == ()


def test_the_state_of_another_workspace_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "terraform.tfstate.d" / "prod"
    folder.mkdir(parents=True)
    path = written(folder, {"version": 4, "resources": []})
    assert read_state(path, workspace="prod").resources == ()
    with pytest.raises(TerraformError, match="the workspace prod, not of default"):
        read_state(path)


def test_the_state_of_another_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_eip" "x" {\n}\n')
    configuration = read_configuration(tmp_path)
    with pytest.raises(TerraformError, match="is the state of something else: none of its 7 resources"):
        check_belongs(read_state(STATE), configuration, STATE)
    check_belongs(read_state(STATE), read_configuration(FIXTURES / "estate"), STATE)


@needs_terraform
def test_a_state_file_and_what_terraform_shows_of_it_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "pw" {\n  default   = "made-secret-1"\n  sensitive = true\n}\n'
        'resource "terraform_data" "x" {\n'
        '  for_each = toset(["a.b", "q\\"uote", "$${x}", "new\\nline", "\\u00e9\\u200b", "tab\\t"])\n'
        "  input    = { plain = each.key, hidden = var.pw }\n}\n"
        'resource "terraform_data" "y" {\n  count = 2\n}\n'
    )
    path = applied_state(tmp_path)
    shown = tmp_path / "shown.json"
    shown.write_text(terraform(tmp_path, "show", "-json").stdout)
    file, printed = read_state(path), read_state(shown)
    assert len(file.resources) == 8
    assert [one.address for one in file.resources] == [one.address for one in printed.resources]
    assert [one.index for one in file.resources] == [one.index for one in printed.resources]
    assert "made-secret-1" not in repr(file) + repr(printed)
    listed = terraform(tmp_path, "state", "list").stdout.splitlines()
    assert sorted(listed) == sorted(one.address for one in file.resources)
