"""Plans of others: by hand, so that every mark is known."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.errors import TerraformError
from costopt.model.terraform import UNKNOWN, Evaluation, Masked
from costopt.terraform.evaluate.plan_json import evaluation_of_plan, read_json_document


def change(address: str, actions: list[str], **told: Any) -> dict[str, Any]:
    kind, name = address.split(".")[-2:]
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": {"actions": actions, **told}}


def plan(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    planned = [
        {**one, "values": one["change"].get("after"), "provider_name": "p"}
        for one in changes
        if one["change"].get("after") is not None
    ]
    root = {"resources": planned}
    return {"format_version": "1.2", "planned_values": {"root_module": root}, "resource_changes": list(changes), **more}


def evaluated(document: dict[str, Any]) -> Evaluation:
    return evaluation_of_plan(document)


def test_unknown_sensitive_and_known_values_are_told_apart() -> None:
    created = change(
        "a.b",
        ["create"],
        before=None,
        after={"size": 8, "list": [{"x": 1}, {"x": None}], "secret_thing": "s3cret-text"},
        after_unknown={"id": True, "list": [{}, {"y": True}], "tags": {}, "deep": {"z": [True]}},
        after_sensitive={"secret_thing": True, "list": [{}, {}]},
    )
    values = evaluated(plan(created)).resources["a.b"].values
    assert values["id"] is UNKNOWN
    assert values["list"] == [{"x": 1}, {"x": None, "y": UNKNOWN}]
    assert isinstance(values["secret_thing"], Masked)
    assert "tags" not in values
    assert "deep" in values


@pytest.mark.parametrize(
    ("actions", "replaces"), [(["update"], False), (["delete", "create"], True), (["create", "delete"], True)]
)
def test_changes_are_told_where_there_was_something_before(actions: list[str], replaces: bool) -> None:
    found = evaluated(plan(change("a.b", actions, before={"x": 1}, after={"x": 2}))).changes["a.b"]
    assert (found.actions, found.replaces) == (tuple(actions), replaces)
    assert (found.before, found.after) == ({"x": 1}, {"x": 2})


def test_a_removed_resource_has_no_values_after() -> None:
    found = evaluated(plan(change("a.b", ["delete"], before={"x": 1}, after=None)))
    assert found.changes["a.b"].after is None
    assert found.resources == {}


def test_an_import_is_a_change_though_nothing_was_before() -> None:
    found = evaluated(plan(change("a.b", ["create"], before=None, after={}, importing={"id": "i-1"})))
    assert found.changes["a.b"].importing == "i-1"


def test_data_sources_and_remains_are_left_out() -> None:
    data = {**change("data.x.y", ["read"], before=None, after={}), "mode": "data"}
    remains = {**change("a.b", ["delete"], before={"x": 1}, after=None), "deposed": "cafe"}
    document = plan(change("a.b", ["update"], before={"x": 1}, after={"x": 2}), data, remains)
    assert evaluated(document).changes["a.b"].actions == ("update",)
    assert list(evaluated(document).resources) == ["a.b"]


def test_a_secret_of_one_attribute_is_masked_in_all() -> None:
    values = {"password": "long-enough-secret", "copy": ["long-enough-secret"], "id": "long-enough-secret"}
    found = evaluated(plan(change("a.b", ["create"], before=None, after=values))).resources["a.b"].values
    assert isinstance(found["copy"][0], Masked)
    assert found["id"] == "long-enough-secret"


def test_resources_of_modules_find_their_references_and_providers() -> None:
    address = 'module.m["k"].a.b'
    root = {
        "module_calls": {
            "m": {
                "module": {
                    "resources": [
                        {
                            "address": "a.b",
                            "provider_config_key": "aws.west",
                            "expressions": {
                                "size": {"constant_value": 1},
                                "lt": [{"id": {"references": ["a.c.id", "a.c"]}}],
                                "x": {"references": ["var.x"]},
                            },
                        }
                    ]
                }
            }
        }
    }
    settings = {
        "aws.west": {
            "expressions": {
                "region": {"references": ["var.region"]},
                "profile": {"constant_value": "p"},
                "token": {"constant_value": "t0ken"},
                "other": {"references": ["local.x"]},
                "assume_role": [{}],
            }
        }
    }
    document = plan(
        change(address, ["create"], before=None, after={"size": 1}),
        configuration={"root_module": root, "provider_config": settings},
        variables={"region": {"value": "us-west-2"}},
    )
    found = evaluated(document)
    resource = found.resources[address]
    assert resource.references == {"lt[0].id": ("a.c.id", "a.c"), "x": ("var.x",)}
    assert resource.provider_key == "aws.west"
    west = dict(found.provider_settings["aws.west"])
    assert isinstance(west.pop("token"), Masked)
    assert west == {"region": "us-west-2", "profile": "p", "other": UNKNOWN}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "this is not a plan of format 1"),
        ({"format_version": "2.0", "planned_values": {}}, 'format_version "2.0"'),
        ({"format_version": "1.0", "values": {}}, "this is not a plan"),
        ({"format_version": "1.0", "planned_values": []}, "the plan is damaged"),
        ({"format_version": "1.0", "planned_values": {}, "resource_changes": [{"mode": "managed"}]}, "is damaged"),
        ({"format_version": "1.0", "planned_values": {"root_module": {"resources": [{"mode": "managed"}]}}}, "damaged"),
    ],
)
def test_what_is_no_plan_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(TerraformError, match=message):
        evaluated(document)


def test_fractions_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(change("a.b", ["create"], before=None, after={"price": 0.1}))))
    found = evaluated(read_json_document(path, what="plan"))
    assert found.flat()["a.b"]["price",] == Decimal("0.1")
