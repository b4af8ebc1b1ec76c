"""What refers to what, where no plan tells it."""

from pathlib import Path

from costopt.model.terraform import Engine
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.cost.configured_references import with_references
from costopt.terraform.cost.local_references import local_references
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request

TEXT = """\
locals {
  name  = aws_launch_template.t.name
  again = "${local.name}-x"
  loop  = local.pool
  pool  = local.loop
  none  = var.name
}
resource "aws_launch_template" "t" {
  instance_type = "m5.large"
}
resource "aws_autoscaling_group" "g" {
  max_size = 1
  min_size = 1
  launch_template {
    id = aws_launch_template.t.id
  }
}
module "m" {
  source = "./m"
}
"""


def written(folder: Path) -> Path:
    """A configuration with a module."""
    (folder / "main.tf").write_text(TEXT)
    (folder / "m").mkdir()
    (folder / "m" / "main.tf").write_text("locals {\n  volume = aws_ebs_volume.v[0].id\n}\n")
    return folder


def test_a_local_leads_to_resources_through_other_locals_and_circles_end(tmp_path: Path) -> None:
    found = local_references(read_configuration(written(tmp_path)))
    assert found["", "again"] == ("aws_launch_template.t.name",)
    assert found["", "loop"] == found["", "none"] == ()
    assert found["module.m", "volume"] == ("aws_ebs_volume.v[0].id",)


def test_nested_blocks_are_named_as_a_plan_names_them(tmp_path: Path) -> None:
    folder = written(tmp_path)
    found = evaluate(Request(folder=folder, engines=(Engine.LITERALS,)))
    told = with_references(found, read_configuration(folder)).resources["aws_autoscaling_group.g"].references
    assert told == {"launch_template[0].id": ("aws_launch_template.t.id",)}
