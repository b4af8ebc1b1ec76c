"""Who removes a resource is told where else it is named."""

from pathlib import Path

from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables

MAIN = """resource "google_compute_address" "web" {
  name = "web"
  # google_compute_address.web is the one of the web
}

resource "google_compute_instance" "web" {
  nat_ip     = google_compute_address.web.address
  other      = google_compute_address.web_two.address
  read       = data.google_compute_address.web.address
  depends_on = [google_compute_address.web]
}

module "inner" {
  source = "./inner"
}
"""
OUTPUTS = """output "address" {
  value = "http://${google_compute_address.web.address}/"
}

moved {
  from = google_compute_address.old
  to   = google_compute_address.web
}
"""


def told(folder: Path, address: str) -> list[str]:
    folder = folder.resolve()
    tracer = Tracer(Tree(read_configuration(folder)), Variables(folder))
    return [f"{path.relative_to(folder)}:{line}" for path, line in tracer.referrers(address)]


def test_every_reference_in_the_module_is_named_and_no_comment_or_namesake(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "outputs.tf").write_text(OUTPUTS)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "main.tf").write_text('resource "google_compute_address" "web" {\n  name = "inner"\n}\n')
    (tmp_path / "more.tf.json").write_text('{"output": {"x": {"value": "${google_compute_address.web.id}"}}}')
    named = ["main.tf:7", "main.tf:10", "more.tf.json:1", "outputs.tf:2", "outputs.tf:7"]
    assert sorted(told(tmp_path, "google_compute_address.web")) == sorted(named)
    assert told(tmp_path, "module.inner.google_compute_address.web") == []


def test_a_resource_that_is_nowhere_is_named_nowhere(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN.partition("module")[0])
    assert told(tmp_path, "module.gone.google_compute_address.web") == []
