"""What gp3 cannot do is refused before anything is edited."""

from pathlib import Path
from typing import Any

import pytest

from costopt.model.terraform import PlannedResource
from costopt.model.terraform_patch import ProposedChange, Setting
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.patch.guards import Policy, refusal
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables

ADDRESS = "aws_ebs_volume.data"


def asked(tmp_path: Path, values: dict[str, Any], **wanted: str | int) -> str | None:
    """Why a change of a volume with these planned values is refused."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_ebs_volume" "data" {\n  lifecycle {\n    ignore_changes = [tags]\n  }\n}\n'
    )
    tracer = Tracer(Tree(read_configuration(tmp_path.resolve())), Variables(tmp_path))
    planned = PlannedResource(address=ADDRESS, type="aws_ebs_volume", name="data", values=values)
    settings = tuple(Setting(path=(name,), before=None, after=value) for name, value in wanted.items())
    change = ProposedChange(id="F", title="", address=ADDRESS, type="aws_ebs_volume", live="", settings=settings)
    return refusal(change, planned, tracer, Policy())


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"type": "gp2", "size": 100}, {"type": "gp3"}),
        ({"type": "gp2", "size": 1503}, {"type": "gp3", "iops": 4509, "throughput": 250}),
        ({"type": "gp2", "size": 10}, {"type": "gp3", "iops": 5000}),  # 500 for each of 10 GiB
        ({"type": "gp2", "size": 100}, {"type": "gp3", "iops": 4000, "throughput": 1000}),  # a quarter of 4,000
        ({"type": "gp2"}, {"type": "gp3", "iops": 16000}),  # its size is not known: the provider decides
    ],
)
def test_what_gp3_can_do_is_let_through(tmp_path: Path, values: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert asked(tmp_path, values, **wanted) is None


@pytest.mark.parametrize(
    ("values", "wanted", "reason"),
    [
        ({"type": "gp2", "size": 10}, {"type": "gp3", "iops": 5001}, "5,001 are too many for 10 GiB"),
        ({"type": "gp2", "size": 100}, {"type": "gp3", "throughput": 751}, "751 MiB/s are too much for 3,000"),
        ({"type": "gp2", "size": 100}, {"type": "gp3", "iops": 2999}, "no less than 3,000 IOPS"),
        ({"type": "gp2", "size": 100}, {"type": "gp3", "throughput": 100}, "no less than 125 MiB/s"),
        ({"type": "io1", "size": 20_000}, {"type": "gp3"}, "this one has 20,000"),
        ({"type": "gp3", "size": 4, "iops": 3000}, {"iops": 4000}, "4,000 are too many for 4 GiB"),
    ],
)
def test_what_gp3_cannot_do_is_refused_with_the_limit(
    tmp_path: Path, values: dict[str, Any], wanted: dict[str, Any], reason: str
) -> None:
    found = asked(tmp_path, values, **wanted)
    assert found
    assert reason in found


def test_what_an_override_file_ignores_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a_override.tf").write_text(
        'resource "aws_ebs_volume" "data" {\n  lifecycle {\n    ignore_changes = [type]\n  }\n}\n'
    )
    assert (
        asked(tmp_path, {"type": "gp2", "size": 100}, type="gp3") == "ignore_changes keeps terraform from changing type"
    )


def lowered(tmp_path: Path, inside: str) -> str | None:
    """Why the minimum of a group is not lowered."""
    (tmp_path / "main.tf").write_text(f'resource "aws_autoscaling_group" "web" {{\n  min_size = 3\n{inside}}}\n')
    tracer = Tracer(Tree(read_configuration(tmp_path.resolve())), Variables(tmp_path))
    address = "aws_autoscaling_group.web"
    planned = PlannedResource(address=address, type="aws_autoscaling_group", name="web", values={"min_size": 3})
    setting = Setting(path=("min_size",), before=3, after=2)
    change = ProposedChange(
        id="F", title="", address=address, type="aws_autoscaling_group", live="", settings=(setting,)
    )
    return refusal(change, planned, tracer, Policy())


SIZE = "  desired_capacity = 3\n"
IGNORED = "  lifecycle {\n    ignore_changes = [%s]\n  }\n"


@pytest.mark.parametrize("inside", ["", SIZE + IGNORED % "desired_capacity", SIZE + IGNORED % "tag, desired_capacity"])
def test_a_minimum_is_lowered_where_policies_set_the_size(tmp_path: Path, inside: str) -> None:
    assert lowered(tmp_path, inside) is None


@pytest.mark.parametrize("inside", [SIZE, SIZE + IGNORED % "tag"])
def test_a_minimum_stays_where_every_apply_would_set_the_size_back(tmp_path: Path, inside: str) -> None:
    reason = lowered(tmp_path, inside)
    assert reason == "every apply sets the group back to desired_capacity = 3: put that into ignore_changes first"
