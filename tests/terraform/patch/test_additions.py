"""A bucket without a lifecycle configuration gets one beside it, and nothing else is planned anew."""

from pathlib import Path

import pytest

from costopt.model.terraform import Engine, Evaluation, PlannedResource
from costopt.model.terraform_patch import Patch, ProposedChange, Setting
from costopt.terraform.configuration.directory import read_configuration
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.additions import ABORT_DAYS, LIFECYCLE, add_beside
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from costopt.terraform.patch.guards import Policy
from costopt.terraform.patch.patch import make_patch, open_workplace
from costopt.terraform.trace.place import Untraceable
from costopt.terraform.trace.tracer import Tracer
from costopt.terraform.trace.tree import Tree
from costopt.terraform.trace.variables import Variables
from tests.oracles.terraform_binary import needs_terraform

HEAD = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n\n'
BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n'


def rule_for(module: str = "", name: str = "logs") -> ProposedChange:
    setting = Setting(path=ABORT_DAYS, before=None, after=7)
    return ProposedChange(
        id="F-1", title="x", address=f"{module}{LIFECYCLE}.{name}", type=LIFECYCLE, live="acme-logs",
        settings=(setting,), beside=f"{module}aws_s3_bucket.{name}",
    )  # fmt: skip


def patched(folder: Path, *changes: ProposedChange) -> Patch:
    folder = folder.resolve()
    workplace = open_workplace(Request(folder=folder, engines=PROOF_ENGINES), read_configuration(folder))
    return make_patch(workplace, changes, Policy())


@needs_terraform
def test_exactly_one_resource_is_added_below_the_bucket(tmp_path: Path) -> None:
    west = 'provider "aws" {\n  alias = "west"\n}\n\nresource "aws_s3_bucket" "west" {\n  provider = aws.west\n}'
    before = (HEAD + BUCKET + "# end of logs\n\n" + west).replace("\n", "\r\n").encode()
    (tmp_path / "main.tf").write_bytes(before)
    patch = patched(tmp_path, rule_for(), rule_for(name="west"))
    assert [(one.change.address, one.wave) for one in patch.proven] == [
        (f"{LIFECYCLE}.{n}", 1) for n in ("logs", "west")
    ]
    text = """

resource "aws_s3_bucket_lifecycle_configuration" "%s" {
%s

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}"""
    logs = text % ("logs", "  bucket = aws_s3_bucket.logs.id")
    apart = text % ("west", "  provider = aws.west\n  bucket   = aws_s3_bucket.west.id")
    expected = HEAD + BUCKET.rstrip("\n") + logs + "\n# end of logs\n\n" + west + apart
    assert patch.files["main.tf"][1].decode() == expected.replace("\n", "\r\n")


@needs_terraform
def test_a_module_that_is_called_twice_would_add_two_and_is_left_alone(tmp_path: Path) -> None:
    calls = "".join(f'module "{name}" {{\n  source = "./m"\n}}\n' for name in ("one", "two"))
    (tmp_path / "main.tf").write_text(HEAD + calls)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(BUCKET)
    patch = patched(tmp_path, rule_for("module.one."))
    assert not patch.files
    assert patch.by_hand[0].reason == f"it would also change module.two.{LIFECYCLE}.logs"


def outcome(folder: Path, *others: PlannedResource, text: str = BUCKET, **values: object) -> object:
    """What comes of a rule for the bucket `acme-logs` beside other resources."""
    (folder / "main.tf").write_text(text)
    bucket = PlannedResource(
        address="aws_s3_bucket.logs", type="aws_s3_bucket", name="logs", values={"bucket": "acme-logs", **values}
    )
    before = Evaluation(engine=Engine.STUB, resources={one.address: one for one in (bucket, *others)})
    tracer = Tracer(Tree(read_configuration(folder.resolve())), Variables(folder.resolve()))
    found = add_beside(rule_for(), before, tracer)
    return found.reason if isinstance(found, Untraceable) else None


def lifecycle(name: str, bucket: object, *references: str) -> PlannedResource:
    return PlannedResource(
        address=f"{LIFECYCLE}.{name}", type=LIFECYCLE, name=name, values={"bucket": bucket},
        references={"bucket": references},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "is_free"),
    [
        (lifecycle("other", "acme-data"), True),
        (lifecycle("other", "acme-logs"), False),
        (lifecycle("other", None, "aws_s3_bucket.data.id", "aws_s3_bucket.data"), True),
        (lifecycle("other", None, "aws_s3_bucket.logs.id", "aws_s3_bucket.logs"), False),
        (lifecycle("other", None, "aws_s3_bucket.logs_archive.id"), True),
        (lifecycle("other", None, "each.value"), False),
        (lifecycle("logs", "acme-data"), False),
    ],
)
def test_a_bucket_that_has_or_may_have_a_configuration_gets_none(
    tmp_path: Path, other: PlannedResource, is_free: bool
) -> None:
    reason = outcome(tmp_path, other)
    assert (reason is None) is is_free
    if not is_free:
        assert f"{other.address} is, or may be, its lifecycle configuration" in str(reason)


def test_rules_in_the_bucket_itself_are_left_to_a_person(tmp_path: Path) -> None:
    assert "lifecycle_rule blocks of its own" in str(outcome(tmp_path, lifecycle_rule=[{"enabled": True}]))


def test_a_block_of_several_buckets_is_left_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(BUCKET)
    tracer = Tracer(Tree(read_configuration(tmp_path.resolve())), Variables(tmp_path.resolve()))
    found = tracer.below('aws_s3_bucket.logs["a"]', LIFECYCLE)
    assert isinstance(found, Untraceable)
    assert "stands for several" in found.reason


TERRAFORM = '{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},\n'
LOGS = '{"bucket": "${aws_s3_bucket.logs.id}", "rule": {"id": "abort-incomplete-uploads", "status": "Enabled"'
RULES = LOGS + ', "filter": {}, "abort_incomplete_multipart_upload": {"days_after_initiation": 7}}}'
OTHER = f'"{LIFECYCLE}": {{"data": {{"bucket": "data", "rule": {{"id": "x", "status": "Enabled"}}}}'


@needs_terraform
@pytest.mark.parametrize(
    ("resources", "added"),
    [
        ('{"aws_s3_bucket": {"logs": {"bucket": "acme-logs"}}HERE}}', f', "{LIFECYCLE}": {{"logs": {RULES}}}'),
        ('{"aws_s3_bucket": {"logs": {"bucket": "acme-logs"}},\n ' + OTHER + "HERE}}}", f', "logs": {RULES}'),
    ],
)
def test_a_configuration_in_json_gets_it_as_a_member(tmp_path: Path, resources: str, added: str) -> None:
    text = f'{TERRAFORM} "resource": {resources}'
    (tmp_path / "main.tf.json").write_text(text.replace("HERE", ""))
    patch = patched(tmp_path, rule_for())
    assert not patch.by_hand
    assert patch.files["main.tf.json"][1].decode() == text.replace("HERE", added)


def test_resources_in_a_list_are_left_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text('{"resource": [{"aws_s3_bucket": {"logs": {}}}]}')
    tracer = Tracer(Tree(read_configuration(tmp_path.resolve())), Variables(tmp_path.resolve()))
    found = tracer.below("aws_s3_bucket.logs", LIFECYCLE)
    assert isinstance(found, Untraceable)
    assert "stand in a list" in found.reason
