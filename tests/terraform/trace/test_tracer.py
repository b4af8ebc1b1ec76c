"""From an address and an attribute to the bytes that own the value, whatever stands between."""

from pathlib import Path

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import AttributePath
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.trace.place import Origin, Place, Trace, Untraceable
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables

TYPE: AttributePath = ("instance_type",)


def tracer_of(folder: Path, *files: Path, **given: str) -> Tracer:
    return Tracer(Tree(read_configuration(folder)), Variables(folder, files, given))


def owner(folder: Path, address: str, path: AttributePath = TYPE) -> Place:
    found = tracer_of(folder).trace(address, path)
    assert isinstance(found, Trace), found
    return found.places[0]


def refusal(folder: Path, address: str, path: AttributePath = TYPE) -> Untraceable:
    found = tracer_of(folder).trace(address, path)
    assert isinstance(found, Untraceable)
    return found


@pytest.mark.parametrize(
    ("address", "file", "written", "origin"),
    [
        ("aws_instance.literal", "main.tf", '"m5.4xlarge"', Origin.LITERAL),
        ("aws_instance.by_default", "variables.tf", '"m5.2xlarge"', Origin.VARIABLE_DEFAULT),
        ("aws_instance.by_tfvars", "terraform.tfvars", '"m5.8xlarge"', Origin.VARIABLES_FILE),
        ("aws_instance.by_auto_tfvars", "z.auto.tfvars", '"c5.9xlarge"', Origin.VARIABLES_FILE),
        ("aws_instance.by_template", "variables.tf", '"m5.4xlarge"', Origin.VARIABLE_DEFAULT),
        ("aws_instance.by_local", "locals.tf", '"c5.4xlarge"', Origin.ELEMENT),
        ('aws_instance.fleet["worker"]', "locals.tf", '"c5.4xlarge"', Origin.ELEMENT),
        ('aws_instance.keyed["b"]', "locals.tf", '"m5.2xlarge"', Origin.ELEMENT),
        ("aws_instance.counted[1]", "locals.tf", '"r5.2xlarge"', Origin.ELEMENT),
        ("module.given.aws_instance.node", "main.tf", '"r5.2xlarge"', Origin.MODULE_ARGUMENT),
        ('module.pools["green"].aws_instance.this', "locals.tf", '"m5.2xlarge"', Origin.ELEMENT),
    ],
)
def test_the_owner_of_a_value_is_found(estate: Path, address: str, file: str, written: str, origin: Origin) -> None:
    place = owner(estate, address)
    assert (place.source.path.name, place.source.text(place.node), place.origin) == (file, written, origin)


@pytest.mark.parametrize(("address", "written"), [("aws_instance.literal", '"gp2"'), ("aws_instance.dynamic", '"gp2"')])
def test_nested_and_dynamic_blocks_are_followed(estate: Path, address: str, written: str) -> None:
    place = owner(estate, address, ("root_block_device", 0, "volume_type"))
    assert place.source.text(place.node) == written


def test_an_absent_attribute_is_added_to_its_resource(estate: Path) -> None:
    place = owner(estate, "aws_db_instance.absent", ("storage_type",))
    assert (place.added, place.origin) == ("storage_type", Origin.ADDED)


def test_the_default_of_a_module_is_never_edited_its_argument_is_added_to_the_call(estate: Path) -> None:
    place = owner(estate, "module.defaulted.aws_instance.node")
    assert (place.source.path.name, place.added) == ("main.tf", "node_type")
    assert place.source.text(place.node).startswith('module "defaulted"')


def test_places_come_ever_nearer_to_the_resource(estate: Path) -> None:
    found = tracer_of(estate).trace("module.given.aws_instance.node", TYPE)
    assert isinstance(found, Trace)
    assert [place.source.text(place.node) for place in found.places] == ['"r5.2xlarge"', "var.node_type"]


@pytest.mark.parametrize(
    ("address", "line", "reason"),
    [
        ("aws_instance.conditional", 7, "condition"),
        ("aws_instance.function", 12, "function"),
        ("aws_instance.from_data", 17, "data.aws_instance.other"),
        ("aws_instance.together", 22, "put together"),
    ],
)
def test_what_is_computed_is_for_a_person_with_file_and_line(
    estate: Path, address: str, line: int, reason: str
) -> None:
    found = refusal(estate, address)
    assert reason in found.reason
    assert (found.file, found.line) == (estate / "hard.tf", line)


def test_a_module_that_was_fetched_is_not_edited(estate: Path) -> None:
    assert "fetched from elsewhere" in refusal(estate, "module.remote.aws_instance.this").reason


def test_a_module_outside_of_the_directory_is_not_edited(estate: Path) -> None:
    outside = estate.parent / "elsewhere"
    (estate / "modules" / "pool").rename(outside)
    text = (estate / "main.tf").read_text().replace("./modules/pool", "../elsewhere")
    (estate / "main.tf").write_text(text)
    (outside / "main.tf").write_text('resource "aws_instance" "this" {\n  instance_type = "m5.large"\n}\n')
    assert "lies outside" in refusal(estate, 'module.pools["blue"].aws_instance.this').reason


def test_a_resource_in_no_file_is_said_so(estate: Path) -> None:
    assert "in no file" in refusal(estate, "aws_instance.gone").reason
    assert "in no file" in refusal(estate, "module.gone.aws_instance.this").reason


def test_values_in_json_outrank_by_the_name_of_their_file(estate: Path) -> None:
    (estate / "zz.auto.tfvars.json").write_text('{\n  "auto_type": "c5.large"\n}\n')
    place = owner(estate, "aws_instance.by_auto_tfvars")
    assert (place.source.path.name, place.line, place.source.text(place.node)) == (
        "zz.auto.tfvars.json",
        2,
        '"c5.large"',
    )


def test_a_file_that_is_named_outranks_all_others(estate: Path) -> None:
    named = estate / "prod.tfvars"
    named.write_text('auto_type = "c5.18xlarge"\n')
    found = tracer_of(estate, named).trace("aws_instance.by_auto_tfvars", TYPE)
    assert isinstance(found, Trace)
    assert found.places[0].source.path == named


def test_a_value_from_the_environment_is_in_no_file(estate: Path) -> None:
    found = tracer_of(estate, default_type="t3.large").trace("aws_instance.by_default", TYPE)
    assert isinstance(found, Untraceable)
    assert "given with the command" in found.reason


def test_an_override_file_owns_what_it_says(estate: Path) -> None:
    (estate / "override.tf").write_text('resource "aws_instance" "literal" {\n  instance_type = "t3.large"\n}\n')
    place = owner(estate, "aws_instance.literal")
    assert (place.source.path.name, place.source.text(place.node)) == ("override.tf", '"t3.large"')


def test_references_in_a_circle_end(estate: Path) -> None:
    circle = "locals {\n  one = local.two\n  two = local.one\n}\n"
    (estate / "loop.tf").write_text(circle + 'resource "aws_instance" "loop" {\n  instance_type = local.one\n}\n')
    assert "circle" in refusal(estate, "aws_instance.loop").reason


def test_two_files_with_one_address_are_named(estate: Path) -> None:
    (estate / "twice.tf").write_text('resource "aws_instance" "literal" {\n  ami = "ami-1"\n}\n')
    with pytest.raises(TerraformError, match=r"defined twice: .*main\.tf:3 and .*twice\.tf:1"):
        tracer_of(estate)
