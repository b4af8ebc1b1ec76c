"""From what an audit or a plan found to a patch of the example, and every input that cannot be used."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costopt.config.settings import Settings
from costopt.errors import TerraformError, UsageError
from costopt.model.terraform_patch import Patch
from costopt.pipeline.terraform.output import write_patch
from costopt.pipeline.terraform.patch import PatchRequest, patch_configuration
from costopt.renderers.terraform_patch import headline
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.patch.diff import unified_diff
from costopt.terraform.patch.evaluator import PROOF_ENGINES
from tests.oracles.terraform_binary import needs_terraform

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "harbourline"
REPORT = EXAMPLE / "report.json"
MODELS, TARIFFS = "google_storage_bucket.models", "google_storage_bucket.tariffs"
RUN = "google_cloud_run_v2_service.event_ingest"
AT_GOOGLE = {
    ("google_bigquery_reservation.metrics_mart", "slot_capacity"): 50,
    (RUN, "template[0].scaling[0].min_instance_count"): 0,
    (RUN, "template[0].containers[0].resources[0].cpu_idle"): True,
    ("google_compute_reservation.event_ingest", "specific_reservation[0].count"): 1,
    (MODELS, "lifecycle_rule[0].condition[0].age"): 90,
    (MODELS, "lifecycle_rule[0].action[0].type"): "SetStorageClass",
    (MODELS, "lifecycle_rule[0].action[0].storage_class"): "COLDLINE",
    (TARIFFS, "lifecycle_rule[1].condition[0].age"): 90,
    (TARIFFS, "lifecycle_rule[1].action[0].type"): "SetStorageClass",
    (TARIFFS, "lifecycle_rule[1].action[0].storage_class"): "COLDLINE",
    ('google_compute_instance.batch["customs-declare-batch-9fda"]', "machine_type"): "e2-custom-4-12800",
    ('google_compute_instance.batch["spark-etl-batch-0cd3"]', "machine_type"): "e2-custom-4-12800",
    ("google_compute_instance.tracking", "machine_type"): "n2d-custom-4-12800",
    ("google_compute_instance.tracking", "allow_stopping_for_update"): True,
    ("google_compute_instance_template.proof_of_delivery", "machine_type"): "e2-custom-4-12800",
    ('google_sql_database_instance.shop["customs-declare-sql-666b"]', "settings[0].tier"): "db-custom-4-14848",
    ('google_sql_database_instance.shop["driver-bff-sql-8214"]', "settings[0].tier"): "db-custom-4-14848",
}
"""Of the two machines of the group, both want the template that they share changed: one edit."""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example's configuration and state."""
    shutil.copytree(EXAMPLE / "infra", tmp_path / "infra")
    shutil.copy(EXAMPLE / "terraform.tfstate", tmp_path / "terraform.tfstate")
    return tmp_path.resolve()


def request(folder: Path, **given: Any) -> PatchRequest:
    if not {"snapshot", "report", "plan"} & set(given):
        given["report"] = REPORT
    return PatchRequest(**{"folder": folder / "infra", "state": folder / "terraform.tfstate", **given})


def patched(folder: Path, **given: Any) -> Patch:
    return patch_configuration(request(folder, **given), Settings())


@needs_terraform
def test_the_example_is_patched_as_its_snapshot_says(example: Path) -> None:
    patch = patched(example, snapshot=EXAMPLE / "snapshot")
    told = {
        (one.change.address, setting.text()): setting.after for one in patch.proven for setting in one.change.settings
    }
    assert told == {
        ("aws_instance.label_printer", "instance_type"): "m6g.2xlarge",
        ("aws_autoscaling_group.driver_bff", "min_size"): 2,
        ('aws_ebs_volume.data["parcel_vision"]', "type"): "gp3",
        ('aws_ebs_volume.data["parcel_vision"]', "throughput"): 1000,
        ('aws_ebs_volume.data["payments"]', "iops"): 8700,
        ("module.quote_service.aws_db_instance.this", "instance_class"): "db.r6g.xlarge",
        ("module.checkout_api.aws_db_instance.this", "instance_class"): "db.m6g.xlarge",
        ("module.geo_index.aws_db_instance.this", "instance_class"): "db.m6g.large",
        ("aws_dynamodb_table.observability", "read_capacity"): 100,
        ("aws_dynamodb_table.observability", "write_capacity"): 85,
        **AT_GOOGLE,
    }
    assert set(patch.files) == {
        "compute.tf",
        "databases.tf",
        "google_compute.tf",
        "google_data.tf",
        "terraform.tfvars",
        "volumes.tf",
    }
    readme = (EXAMPLE.parents[1] / "README.md").read_text(encoding="utf-8")
    said = f"{headline(patch)}; {len(patch.by_hand)} by hand, {len(patch.unmatched)} not in this configuration."
    (hunk,) = re.findall(r"```diff\n(.*?)```", readme, re.S)
    assert said in readme
    assert hunk.encode() in unified_diff(patch.files)


@needs_terraform
def test_a_report_gives_what_its_snapshot_gives_and_git_takes_it(example: Path, tmp_path: Path) -> None:
    patch = patched(example)
    assert len(patch.proven) == 21
    out = tmp_path / "pr"
    written = write_patch(patch, example / "infra", out)
    assert written.diff
    ended = subprocess.run(["git", "apply", str(written.diff)], cwd=written.base, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    for name, (_, after) in patch.files.items():
        assert (example / "infra" / name).read_bytes() == after
    assert json.loads((out / "patch.json").read_text())["engine"] == "terraform-offline"


@needs_terraform
def test_what_must_not_be_done_without_a_person_is_listed_with_its_place(example: Path) -> None:
    patch = patched(example)
    by_hand = {one.address: one for one in patch.by_hand}
    scratch = by_hand["aws_ebs_volume.scratch"]
    assert (scratch.file, scratch.line) == ("volumes.tf", 18)
    assert scratch.reason == "resources are never removed without a person; nothing else in its module names it"
    address = by_hand["google_compute_address.tracking"]
    assert address.reason == "resources are never removed without a person; named at google_compute.tf:111"
    image = by_hand["aws_instance.lake_loader"]
    assert image.reason.startswith("the image is built for x86_64")
    assert {one.reason.split(":")[0] for one in patch.unmatched} >= {"this state does not hold it"}


@needs_terraform
def test_the_example_is_as_its_state_says(example: Path) -> None:
    found = evaluate(Request(folder=example / "infra", engines=PROOF_ENGINES, state=example / "terraform.tfstate"))
    assert {address: change.actions for address, change in found.changes.items() if change.actions != ("no-op",)} == {}
    assert len(found.changes) == 25


@needs_terraform
def test_a_plan_gives_sizes_by_the_ids_of_its_resources(example: Path) -> None:
    money = {"amount": "449.68", "currency": "USD"}
    assignment = {
        "workload": "label printer", "resources": ["i-059ae36868835a773"], "reasons": ["peak CPU 25 %"],
        "before": [{"instance_type": "m6g.4xlarge", "count": 1, "market": "on_demand"}],
        "after": [{"instance_type": "m6g.xlarge", "count": 1, "market": "on_demand"}],
        "monthly_before": money, "monthly_after": money,
    }  # fmt: skip
    other = {**assignment, "workload": "spot", "after": [{"instance_type": "m6g.xlarge", "count": 3, "market": "spot"}]}
    variants = [{"name": "recommended", "assignments": [assignment, other]}]
    plan = example / "plan.json"
    plan.write_text(json.dumps({"schema_version": 1, "variants": variants}))
    patch = patched(example, plan=plan)
    assert b'batch_instance_type = "m6g.xlarge"\n' in patch.files["terraform.tfvars"][1]
    assert patch.by_hand[0].suggestion == "3 x m6g.xlarge (spot)"


@needs_terraform
def test_without_terraform_a_library_proves_where_that_is_allowed(example: Path, no_terraform: None) -> None:
    patch = patched(example, without_terraform=True)
    assert patch.engine == "tfparse"
    # It loses the keys of a map with a null in it: what is in there is left to a person.
    lost = {one.address for one in patch.by_hand if one.reason.startswith("the configuration does not plan it")}
    assert lost == {'aws_ebs_volume.data["parcel_vision"]', 'aws_ebs_volume.data["payments"]'}
    assert len(patch.proven) == 19


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without terraform."""
    monkeypatch.setenv("PATH", "/nowhere")


def test_without_terraform_nothing_is_proven(example: Path, no_terraform: None) -> None:
    with pytest.raises(TerraformError, match="neither terraform nor tofu is on PATH") as caught:
        patched(example)
    assert "--without-terraform" in caught.value.hint


def broken_hcl(folder: Path) -> None:
    (folder / "infra" / "compute.tf").write_text('resource "aws_instance" "x" {\n  ami = \n')


def foreign_state(folder: Path) -> None:
    text = (folder / "terraform.tfstate").read_text()
    (folder / "terraform.tfstate").write_text(text.replace('"name": "', '"name": "other_'))


def newer_state(folder: Path) -> None:
    document = json.loads((folder / "terraform.tfstate").read_text())
    (folder / "terraform.tfstate").write_text(json.dumps({**document, "version": 5}))


def two_files(folder: Path) -> None:
    (folder / "infra" / "again.tf").write_text('resource "aws_instance" "lake_loader" {\n  ami = "ami-1"\n}\n')


def link_out(folder: Path) -> None:
    (folder / "secret.tf").write_text("")
    (folder / "infra" / "link.tf").symlink_to(folder / "secret.tf")


def registry_module(folder: Path) -> None:
    text = 'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "6.0.0"\n}\n'
    (folder / "infra" / "vpc.tf").write_text(text)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (broken_hcl, r"compute\.tf:1: this is not valid HCL"),
        (foreign_state, "is the state of something else"),
        (newer_state, "has version 5, newer than 4"),
        (two_files, "aws_instance.lake_loader is defined twice"),
        (link_out, "is a symbolic link that leaves the tree"),
        (registry_module, r"vpc\.tf:1: the module vpc .* is not installed"),
    ],
)
def test_bad_input_is_said_clearly_and_nothing_is_written(
    example: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(example)
    before = {path: path.read_bytes() for path in (example / "infra").rglob("*.tf*") if path.is_file()}
    with pytest.raises(TerraformError, match=message) as caught:
        patched(example)
    assert caught.value.hint
    assert before == {path: path.read_bytes() for path in before}


def test_the_state_of_another_workspace_is_refused(example: Path) -> None:
    place = example / "terraform.tfstate.d" / "staging"
    place.mkdir(parents=True)
    (example / "terraform.tfstate").rename(place / "terraform.tfstate")
    with pytest.raises(TerraformError, match="is the state of the workspace staging"):
        patched(example, state=place / "terraform.tfstate")


@pytest.mark.parametrize("given", [{"report": REPORT, "plan": REPORT}, {"report": None}])
def test_one_source_of_recommendations_is_asked_for(example: Path, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="exactly one"):
        patched(example, **given)


def volume_report(quantity: str) -> str:
    """A report that gives a volume so many IOPS."""
    term = {"amount": "-1", "quantity": quantity, "label": "gp3 iops above 3,000", "price": {"currency": "USD"}}
    finding = {
        "id": "F",
        "check_id": "ebs_gp2_to_gp3",
        "title": "",
        "action": {"kind": "modify", "summary": "", "target": "gp3"},
    }
    key = {"provider": "aws", "account": "1", "region": "r", "kind": "ebs_volume", "id": "v"}
    more = {
        "saving": {"terms": [term]},
        "resource": key,
        "evidence": [],
        "risk": "low",
        "silence": None,
        "overlap": None,
    }
    return json.dumps({"schema_version": 1, "findings": [finding | more]})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "no report of costopt"),
        ('{"findings": [], "schema_version": 99}', "version 99, not 1"),
        ('{"findings": [{}], "schema_version": 1}', "damaged"),
        ("[" * 100_000, "not valid JSON"),
        (volume_report("-Infinity"), "damaged"),
        (volume_report("-1e2000000"), "damaged"),
        (volume_report("-1e6000"), "damaged"),
    ],
)
def test_a_report_that_is_none_is_refused(example: Path, content: str, message: str) -> None:
    (example / "report.json").write_text(content)
    with pytest.raises(TerraformError, match=message):
        patched(example, report=example / "report.json")
