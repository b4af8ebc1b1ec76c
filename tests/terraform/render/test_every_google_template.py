"""Every template for Google Cloud on both bundled schemas: laid out as terraform does, valid, planned as promised."""

import re
from pathlib import Path
from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN, Engine, Evaluation
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.library import GOOGLE_CONSTRAINT
from costopt.terraform.render.root import render_root
from tests.oracles.terraform_binary import BINARY, needs_terraform, terraform, validated
from tests.terraform.render.every_google_module import GOOGLE_MODULES, SHARED, every_google_module
from tests.terraform.render.every_module import put, writing
from tests.terraform.render.naughty import naughty, nfc

VERSIONS = {"6": (">= 6.50, < 7.0", "6.50.0"), "8": (GOOGLE_CONSTRAINT, "8.7.0")}


def written(folder: Path, constraint: str = GOOGLE_CONSTRAINT, evidence: tuple[str, ...] = (), **changes: Any) -> Path:
    """The root in a folder, for some versions of the provider."""
    files = render_root(every_google_module(evidence, **changes), writing())
    return put({path: text.replace(GOOGLE_CONSTRAINT, constraint) for path, text in files.items()}, folder, SHARED)


def planned(folder: Path) -> Evaluation:
    return evaluate(Request(folder=folder, engines=(Engine.STUB,)))


@needs_terraform
@pytest.mark.parametrize("major", VERSIONS)
def test_every_template_is_formatted_valid_and_plans(tmp_path: Path, major: str) -> None:
    constraint, version = VERSIONS[major]
    folder = written(tmp_path, constraint, ("why",))
    formatted = terraform(folder, "fmt", "-recursive", "-check", "-diff", "-no-color")
    assert formatted.returncode == 0, formatted.stdout
    assert validated(folder)["diagnostics"] == []
    plan = planned(folder)
    assert plan.provider_versions == {"registry.terraform.io/hashicorp/google": version}
    assert {address.split(".")[1] for address in plan.resources} == set(GOOGLE_MODULES)


def naughty_labels() -> dict[str, str]:
    """Each string as a name and as a value."""
    return {f"{number}{text}": text for number, text in enumerate(naughty())}


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Planned values by address, with every naughty string in comments and in labels."""
    if BINARY is None:
        pytest.skip("no terraform binary is on PATH")
    machines = {"a": {"zone": "europe-west4-a", "labels": naughty_labels()}, "b": {"zone": "europe-west4-b"}}
    folder = written(tmp_path_factory.mktemp("google"), evidence=tuple(naughty()), machines=machines)
    return {address: one.values for address, one in planned(folder).resources.items()}


def test_naughty_strings_reach_the_machine_unchanged(values: dict[str, Any]) -> None:
    machine = values['module.gce_instance.google_compute_instance.this["a"]']
    expected = {nfc(name): nfc(value) for name, value in naughty_labels().items()}
    assert machine["labels"] == {"managedby": "terraform", **expected}


def test_the_base_is_on_demand_and_both_markets_together_are_as_large_as_planned(values: dict[str, Any]) -> None:
    sizes = {}
    for market in ("base", "spot"):
        scaler = values[f'module.gce_group.google_compute_region_autoscaler.this["{market}"]']
        template = values[f'module.gce_group.google_compute_instance_template.this["{market}"]']
        (policy,) = scaler["autoscaling_policy"]
        model = template["scheduling"][0]["provisioning_model"]
        sizes[market] = (model, policy["min_replicas"], policy["max_replicas"])
    assert sizes == {"base": ("STANDARD", 3, 3), "spot": ("SPOT", 1, 7)}


def test_what_can_carry_labels_has_those_of_the_root(values: dict[str, Any]) -> None:
    labels = {"managedby": "terraform"}
    assert values["module.cloud_sql.google_sql_database_instance.this"]["settings"][0]["user_labels"] == labels
    assert values["module.gke_node_pool.google_container_node_pool.this"]["node_config"][0]["resource_labels"] == labels
    machine = values['module.gce_instance.google_compute_instance.this["b"]']
    assert machine["labels"] == machine["boot_disk"][0]["initialize_params"][0]["labels"] == labels


def test_nothing_has_an_address_on_the_internet(values: dict[str, Any]) -> None:
    interfaces = [one for held in values.values() for one in held.get("network_interface", [])]
    assert len(interfaces) == 4
    assert not any(one.get("access_config") for one in interfaces)
    (access,) = values["module.cloud_sql.google_sql_database_instance.this"]["settings"][0]["ip_configuration"]
    assert access["ipv4_enabled"] is False


def test_rules_of_a_bucket_move_and_delete_what_was_asked(values: dict[str, Any]) -> None:
    rules = values["module.gcs_bucket.google_storage_bucket.this"]["lifecycle_rule"]
    told = {
        (one["action"][0]["type"], one["action"][0]["storage_class"], one["condition"][0]["with_state"]): (
            one["condition"][0]["age"] or one["condition"][0]["days_since_noncurrent_time"]
        )
        for one in rules
    }
    assert told == {
        ("SetStorageClass", "NEARLINE", "ANY"): 30,
        ("SetStorageClass", "COLDLINE", "ANY"): 90,
        ("Delete", None, "LIVE"): 400,
        ("Delete", None, "ARCHIVED"): 30,
        ("AbortIncompleteMultipartUpload", None, UNKNOWN): 7,
    }


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render_root(every_google_module(("a",)), writing()) == render_root(every_google_module(("a",)), writing())


@pytest.mark.parametrize("name", GOOGLE_MODULES)
def test_a_module_configures_no_provider_and_declares_nothing_that_it_does_not_use(name: str) -> None:
    files = render_root(every_google_module(), writing())
    text = files[f"modules/{name}/main.tf"]
    assert 'provider "' not in text
    for block in read_hcl(files[f"modules/{name}/variables.tf"].encode(), Path("x.tf")):
        assert re.search(rf"\bvar\.{block.labels[0]}\b", text), f"{block.labels[0]} is not used"
        assert block.argument("description"), block.labels
        assert block.argument("type"), block.labels
    for block in read_hcl(files[f"modules/{name}/outputs.tf"].encode(), Path("x.tf")):
        assert block.argument("description"), block.labels


def test_the_root_asks_for_what_no_plan_knows_once() -> None:
    files = render_root(every_google_module(), writing())
    blocks = read_hcl(files["variables.tf"].encode(), Path("x.tf"))
    asked = [block.labels[0] for block in blocks if not block.argument("default")]
    assert sorted(asked) == sorted(SHARED)
    assert 'provider "google"' in files["providers.tf"]
