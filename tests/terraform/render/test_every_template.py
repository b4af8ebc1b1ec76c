"""Every template for AWS on every bundled schema: laid out as terraform does, valid, and planned as promised."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from costopt.model.terraform import Engine, Evaluation
from costopt.terraform.configuration.hcl import read_hcl
from costopt.terraform.evaluate.engine import evaluate
from costopt.terraform.evaluate.request import Request
from costopt.terraform.render.root import render_root
from tests.oracles.terraform_binary import needs_terraform, terraform, validated
from tests.terraform.render.every_module import AWS_MODULES, UNTAGGED, every_module, put, writing
from tests.terraform.render.naughty import naughty, nfc

VERSIONS = {5: "5.99.1", 6: "6.69.1"}


def planned(folder: Path) -> Evaluation:
    return evaluate(Request(folder=folder, engines=(Engine.STUB,)))


@needs_terraform
@pytest.mark.parametrize("major", VERSIONS)
def test_every_template_is_formatted_valid_and_plans(tmp_path: Path, major: int) -> None:
    folder = put(render_root(every_module(("why",)), writing(major)), tmp_path)
    formatted = terraform(folder, "fmt", "-recursive", "-check", "-diff", "-no-color")
    assert formatted.returncode == 0, formatted.stdout
    assert validated(folder)["diagnostics"] == []
    plan = planned(folder)
    assert plan.provider_versions == {"registry.terraform.io/hashicorp/aws": VERSIONS[major]}
    assert {address.split(".")[1] for address in plan.resources} == set(AWS_MODULES)
    imported = {one.address: one.importing for one in plan.changes.values() if one.importing}
    assert imported == {
        'module.adopted_instance.aws_instance.this["a"]': "i-0123456789abcdef0",
        'module.adopted_instance.aws_instance.this["b"]': "i-0fedcba9876543210",
    }


@needs_terraform
def test_every_template_carries_naughty_strings_unchanged(tmp_path: Path) -> None:
    strings = naughty()
    groups = [strings[first : first + 6] for first in range(0, len(strings), 6)]
    tags = {f"{number}{group[0]}": "|".join(group) for number, group in enumerate(groups)}
    expected = {nfc(key): nfc(value) for key, value in tags.items()}
    files = render_root(every_module(tuple(strings)), writing(tags=tags, origin="\n".join(strings[:40])))
    folder = put(files, tmp_path)
    formatted = terraform(folder, "fmt", "-recursive", "-check", "-diff", "-no-color")
    assert formatted.returncode == 0, formatted.stdout[:3000]
    tagged = set()
    for address, kept in tags_of(planned(folder)):
        assert expected.items() <= kept.items(), address
        tagged.add(address.split(".")[1])
    assert tagged == set(AWS_MODULES) - UNTAGGED
    for path, text in files.items():
        if path.endswith("/variables.tf") and path.split("/")[1] not in UNTAGGED:
            assert default_of(text, "tags") == expected
    documents = list(yaml.safe_load_all(files["karpenter/web.yaml"]))
    assert documents[1]["spec"]["tags"] == expected


def tags_of(plan: Evaluation) -> Iterator[tuple[str, dict[str, str]]]:
    """Resources with their tags."""
    for address, resource in plan.resources.items():
        if resource.type == "aws_autoscaling_group":
            yield address, {one["key"]: one["value"] for one in resource.values["tag"]}
        elif isinstance(resource.values.get("tags"), dict):
            yield address, resource.values["tags"]


def default_of(text: str, name: str) -> Any:
    """Default of a variable, by the reader of configurations."""
    (block,) = (one for one in read_hcl(text.encode(), Path("x.tf")) if one.labels == (name,))
    found = block.argument("default")
    assert found
    return {nfc(key): nfc(value) for key, value in found.value.items()}


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render_root(every_module(("a",)), writing()) == render_root(every_module(("a",)), writing())


def test_no_module_configures_a_provider_or_declares_what_it_does_not_use() -> None:
    files = render_root(every_module(), writing())
    for name in AWS_MODULES:
        text = files[f"modules/{name}/main.tf"]
        assert 'provider "' not in text
        for block in read_hcl(files[f"modules/{name}/variables.tf"].encode(), Path("x.tf")):
            assert re.search(rf"\bvar\.{block.labels[0]}\b", text), f"{name}: {block.labels[0]} is not used"
            assert block.argument("description"), block.labels
            assert block.argument("type"), block.labels
        for block in read_hcl(files[f"modules/{name}/outputs.tf"].encode(), Path("x.tf")):
            assert block.argument("description"), block.labels


def test_the_root_asks_for_what_no_plan_knows_and_gives_an_example() -> None:
    files = render_root(every_module(), writing())
    asked = {
        block.labels[0]
        for block in read_hcl(files["variables.tf"].encode(), Path("x.tf"))
        if not block.argument("default")
    }
    assert asked == {"account_id", "cluster_name", "route_table_ids", "subnet_ids", "vpc_id"}
    (example, *_) = [files["terraform.tfvars.example"]]
    assert set(re.findall(r"^(\w+) = ", example, re.M)) == asked


def test_node_pools_are_limited_and_read_metadata_by_token(tmp_path: Path) -> None:
    pool, node_class = yaml.safe_load_all(render_root(every_module(), writing())["karpenter/web.yaml"])
    assert (pool["apiVersion"], node_class["apiVersion"]) == ("karpenter.sh/v1", "karpenter.k8s.aws/v1")
    assert pool["spec"]["limits"] == {"cpu": 24, "memory": "96Gi"}
    reference = pool["spec"]["template"]["spec"]["nodeClassRef"]
    assert reference["name"] == node_class["metadata"]["name"]
    assert node_class["spec"]["metadataOptions"]["httpTokens"] == "required"
    assert node_class["spec"]["blockDeviceMappings"][0]["ebs"]["encrypted"] is True
    assert json.dumps(pool)
