"""What the files do not tell, the second plan does."""

from pathlib import Path

from costopt.model.terraform import Engine
from costopt.model.terraform_patch import Patch, ProposedChange
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch, open_workplace
from tests.oracles.terraform_binary import applied_state, needs_terraform
from tests.oracles.terraform_proposals import proposal

pytestmark = needs_terraform

HEAD = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
GROUP = """
resource "aws_launch_template" "web" {
  name          = "web"
  image_id      = "ami-1"
  instance_type = "m5.xlarge"
}

resource "aws_autoscaling_group" "web" {
  min_size           = 3
  max_size           = 8
  availability_zones = ["us-east-1a"]

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}
"""


def tree(folder: Path, text: str) -> Path:
    (folder / "main.tf").write_text(HEAD + text)
    return folder.resolve()


def patched(folder: Path, *changes: ProposedChange, state: Path | None = None) -> Patch:
    request = Request(folder=folder, engines=PROOF_ENGINES, state=state)
    return make_patch(open_workplace(request, read_configuration(folder)), changes, Policy())


def instance(name: str, size: str) -> str:
    return f'\nresource "aws_instance" "{name}" {{\n  ami           = "ami-1"\n  instance_type = {size}\n}}\n'


def test_a_new_version_of_a_template_and_what_follows_it_are_declared_consequences(tmp_path: Path) -> None:
    state = applied_state(tree(tmp_path, GROUP))
    patch = patched(tmp_path.resolve(), proposal("aws_launch_template.web", "m6i.large"), state=state)
    (one,) = patch.proven
    assert set(one.consequences) == {
        "aws_autoscaling_group.web.launch_template[0].version",
        "aws_launch_template.web.latest_version",
    }


def test_a_resource_that_copies_the_value_of_another_stops_the_change(tmp_path: Path) -> None:
    text = instance("one", '"m5.large"') + instance("two", "aws_instance.one.instance_type")
    patch = patched(tree(tmp_path, text), proposal("aws_instance.one", "m6i.large"))
    assert not patch.files
    assert patch.by_hand[0].reason == "it would also change aws_instance.two.instance_type"


def test_one_bad_change_is_found_among_good_ones(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(6)]
    text = "".join(instance(name, '"m5.large"') for name in names)
    text += instance("copy", "aws_instance.n4.instance_type")
    patch = patched(tree(tmp_path, text), *(proposal(f"aws_instance.{name}", "m6i.large") for name in names))
    assert [one.address for one in patch.by_hand] == ["aws_instance.n4"]
    assert len(patch.proven) == 5


def test_a_change_that_terraform_refuses_is_given_up_and_the_others_stay(tmp_path: Path) -> None:
    variable = (
        'variable "size" {\n  default = "m5.large"\n\n  validation {\n    condition     = startswith(var.size, "m5.")\n'
        '    error_message = "Only m5 here."\n  }\n}\n'
    )
    text = variable + instance("checked", "var.size") + instance("free", '"m5.large"')
    changes = [proposal(f"aws_instance.{name}", "m6i.large") for name in ("checked", "free")]
    patch = patched(tree(tmp_path, text), *changes)
    assert [one.change.address for one in patch.proven] == ["aws_instance.free"]
    assert "Only m5 here." in patch.by_hand[0].reason
    assert str(tmp_path) not in patch.by_hand[0].reason.replace(str(tmp_path.resolve()), "")


def test_two_attributes_of_one_change_are_made_both_or_not_at_all(tmp_path: Path) -> None:
    text = (
        'locals {\n  v = { a = { type = "gp2", size = 2000 }, b = { type = "gp3", size = 10 } }\n}\n'
        'resource "aws_ebs_volume" "v" {\n  for_each          = local.v\n  availability_zone = "us-east-1a"\n'
        "  type              = each.value.type\n  size              = each.value.size\n}\n"
    )
    one = proposal('aws_ebs_volume.v["a"]', "gp3", ("type",))
    both = ProposedChange(
        id="F-1", title="", address=one.address, type=one.type, live="",
        settings=(*one.settings, *proposal(one.address, 6000, ("iops",)).settings),
    )  # fmt: skip
    folder = tree(tmp_path, text)
    assert len(patched(folder, one).proven) == 1
    assert not patched(folder, both).files


def test_crlf_and_a_byte_order_mark_survive_the_whole_way(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + (HEAD + instance("web", '"m5.large"')).replace("\n", "\r\n").rstrip().encode()
    (tmp_path / "main.tf").write_bytes(content)
    patch = patched(tmp_path.resolve(), proposal("aws_instance.web", "m6i.large"))
    assert patch.files["main.tf"] == (content, content.replace(b"m5.large", b"m6i.large"))
    assert patch.engine is Engine.STUB


OFFERING = """
data "aws_ec2_instance_type_offering" "size" {
  filter {
    name   = "instance-type"
    values = [local.size]
  }
}
"""


def test_a_size_that_a_data_source_asks_for_too_is_set_at_the_resource_alone(tmp_path: Path) -> None:
    text = instance("one", "local.size") + OFFERING + 'locals {\n  size = "m5.large"\n}\n'
    patch = patched(tree(tmp_path, text), proposal("aws_instance.one", "m6i.large"))
    before, after = patch.files["main.tf"]
    assert after == before.replace(b"= local.size\n", b'= "m6i.large"\n')


def test_a_variable_that_configures_a_provider_too_is_left_alone(tmp_path: Path) -> None:
    text = 'variable "size" {\n  default = "m5.large"\n}\nprovider "aws" {\n  region = var.size\n}\n'
    patch = patched(tree(tmp_path, text + instance("one", "var.size")), proposal("aws_instance.one", "m6i.large"))
    before, after = patch.files["main.tf"]
    assert after == before.replace(b"instance_type = var.size", b'instance_type = "m6i.large"')


PROVISIONER = """resource "terraform_data" "told" {
  provisioner "local-exec" {
    command = "tell ${%s}"
  }
}
"""


def test_a_value_that_a_provisioner_reads_too_is_set_at_the_resource_alone(tmp_path: Path) -> None:
    text = 'variable "size" {\n  default = "m5.large"\n}\n' + PROVISIONER % "var.size" + instance("one", "var.size")
    patch = patched(tree(tmp_path, text), proposal("aws_instance.one", "m6i.large"))
    before, after = patch.files["main.tf"]
    assert after == before.replace(b"instance_type = var.size", b'instance_type = "m6i.large"')


def test_what_a_provisioner_reads_of_the_resource_itself_is_for_a_person(tmp_path: Path) -> None:
    text = instance("one", '"m5.large"') + PROVISIONER % "aws_instance.one.instance_type"
    patch = patched(tree(tmp_path, text), proposal("aws_instance.one", "m6i.large"))
    assert not patch.files
    reason = "main.tf:11 is read by the provisioner at main.tf:14 too, of which a plan shows nothing"
    assert patch.by_hand[0].reason == reason
