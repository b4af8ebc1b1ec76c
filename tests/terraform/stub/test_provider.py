"""The stand-in plans and never applies."""

import stat
from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.stand_ins import stand_ins
from costopt.terraform.schema.blocks import BlockSchema
from costopt.terraform.schema.catalog import bundled, load
from costopt.terraform.state import read_state
from costopt.terraform.stub import server
from costopt.terraform.stub.messages import dynamic_value, to_dynamic_value
from costopt.terraform.stub.provider import StubProvider
from costopt.terraform.stub.values import conform, empty_value
from costopt.terraform.stub.wire import bytes_field, message_of, parse
from tests.oracles.terraform_binary import applied_state, needs_terraform, terraform

CLOUDS = [(name, version) for name in ("aws", "google") for version in bundled()[name]]


def volume(folder: Path) -> Path:
    (folder / "main.tf").write_text(
        'resource "aws_ebs_volume" "x" {\n  availability_zone = "a"\n  size = 8\n}\n'
        'resource "aws_launch_template" "x" {\n  instance_type = "t3.nano"\n}\n'
    )
    return folder


@needs_terraform
def test_terraform_apply_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    with stand_ins(read_configuration(volume(tmp_path))).serving() as reattach:
        terraform(tmp_path, "init", extra=reattach)
        ended = terraform(tmp_path, "apply", "-auto-approve", "-no-color", extra=reattach)
    assert ended.returncode != 0
    assert "Nothing is applied" in ended.stderr
    assert not list(read_state(tmp_path / "terraform.tfstate").managed())


@needs_terraform
def test_for_tests_alone_it_makes_a_state_that_plans_as_no_change(tmp_path: Path) -> None:
    state = applied_state(volume(tmp_path))
    made = {one.address: one.values["id"] for one in read_state(state).managed()}
    assert made["aws_ebs_volume.x"].startswith("ebs_volume-")
    with stand_ins(read_configuration(tmp_path), state).serving() as reattach:
        assert terraform(tmp_path, "plan", "-detailed-exitcode", extra=reattach).returncode == 0


def request_of_plan(prior: object, proposed: object) -> dict[int, list[bytes | int]]:
    name = bytes_field(1, "aws_launch_template")
    return parse(name + bytes_field(2, to_dynamic_value(prior)) + bytes_field(3, to_dynamic_value(proposed)))


def schema_of_template() -> BlockSchema:
    block = load("aws", "6.69.1").resource("aws_launch_template")
    assert block
    computed = {name: "x" for name, one in block.attributes.items() if one.computed}
    assert {"id", "latest_version", "default_version"} <= set(computed)
    return block


def test_a_changed_launch_template_gets_a_new_version() -> None:
    call = StubProvider(load("aws", "6.69.1"), ["aws_launch_template"]).call("PlanResourceChange")
    assert call
    before = {
        **empty_value(schema_of_template()),
        "id": "lt-1",
        "instance_type": "t3.nano",
        "latest_version": 3,
        "default_version": 1,
    }
    answer = call(request_of_plan(before, {**before, "instance_type": "t3.micro"}))
    planned = dynamic_value(message_of(parse(answer), 1))
    assert (planned["id"], planned["default_version"]) == ("lt-1", 1)
    assert type(planned["latest_version"]).__name__ == "ExtType"
    same = dynamic_value(message_of(parse(call(request_of_plan(before, before))), 1))
    assert same["latest_version"] == 3


def test_only_named_types_are_served_and_unknown_ones_are_left_out() -> None:
    provider = StubProvider(load("aws", "6.69.1"), ["aws_ebs_snapshot_copy", "aws_region", "aws_no_such_thing"])
    assert list(provider.resources) == ["aws_ebs_snapshot_copy"]
    assert list(provider.data_sources) == ["aws_region"]
    assert provider.call("NoSuchMethod") is None


@pytest.mark.parametrize(
    ("value", "shape", "fitted"),
    [
        (5, "string", "5"),
        ("5", "number", None),
        (False, "number", None),
        (0, "bool", None),
        ({"a": 1, "z": 2}, ["object", {"a": "number", "b": "string"}], {"a": 1, "b": None}),
        ([1, "x"], ["list", "number"], [1, None]),
        ("x", ["list", "string"], None),
        ({"k": "v"}, ["map", "string"], {"k": "v"}),
        ("x", "dynamic", None),
    ],
)
def test_a_value_of_another_schema_is_fitted(value: object, shape: object, fitted: object) -> None:
    assert conform(value, shape) == fitted


@needs_terraform
@pytest.mark.parametrize(("name", "version"), CLOUDS)
def test_terraform_accepts_the_whole_schema(name: str, version: str, tmp_path: Path) -> None:
    schema = load(name, version)
    (tmp_path / "main.tf").write_text(f'provider "{name}" {{\n}}\n')
    provider = StubProvider(schema, [*schema.resource_types, *schema.data_types])
    with server.serving({f"registry.terraform.io/hashicorp/{name}": provider}) as reattach:
        assert terraform(tmp_path, "init", extra=reattach).returncode == 0
        ended = terraform(tmp_path, "validate", "-no-color", extra=reattach)
    assert ended.returncode == 0, ended.stderr


def test_sockets_lie_in_a_private_folder_that_is_removed(tmp_path: Path) -> None:
    with stand_ins(read_configuration(volume(tmp_path))).serving() as reattach:
        (socket,) = {Path(part.split('"')[0]).parent for part in reattach[server.REATTACH].split('"String": "')[1:]}
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert not socket.exists()


def test_a_path_that_is_too_long_for_a_socket_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_LONGEST_SOCKET", 10)
    with pytest.raises(TerraformError, match="the path of a socket is too long") as told:
        stand_ins(read_configuration(volume(tmp_path))).serving().__enter__()
    assert "TMPDIR" in told.value.hint
