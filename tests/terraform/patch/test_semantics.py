"""Every row of the table is of something that exists, and says where it is documented."""

import re
from typing import Any

import pytest

from costopt.model.terraform_patch import ChangeKind
from costopt.terraform.patch.semantics import ChangeRule, change_rules, rule_of
from costopt.terraform.schema.blocks import BlockSchema
from costopt.terraform.schema.catalog import bundled, load

ROWS = [rule for rules in change_rules().values() for rule in rules]


def row_name(rule: ChangeRule) -> str:
    return f"{rule.type}.{rule.attribute}-{'-'.join(rule.when)}"


@pytest.mark.parametrize("rule", ROWS, ids=row_name)
def test_a_row_names_an_attribute_of_every_bundled_schema(rule: ChangeRule) -> None:
    provider = rule.type.partition("_")[0]
    for version in bundled()[provider]:
        block = load(provider, version).resource(rule.type)
        assert block
        *blocks, name = path_of(block, rule.attribute)
        for step in blocks:
            block = block.block_types[step].block
        assert name in {**block.attributes, **block.block_types}


def path_of(block: BlockSchema, attribute: str) -> list[str]:
    """Steps of an attribute; the key of a map, which has dots of its own, is left out."""
    name, _, rest = attribute.partition(".")
    return [name, *(path_of(block.block_types[name].block, rest) if rest and name in block.block_types else ())]


@pytest.mark.parametrize("rule", ROWS, ids=row_name)
def test_a_row_has_a_source_and_says_how_to_go_back(rule: ChangeRule) -> None:
    assert re.fullmatch(r"https://\S+", rule.source)
    assert rule.note.endswith(".")
    assert rule.rollback.endswith(".")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"apply_immediately": True}, ChangeKind.STOP_START),
        ({"apply_immediately": False}, ChangeKind.MAINTENANCE_WINDOW),
        ({}, ChangeKind.MAINTENANCE_WINDOW),
    ],
)
def test_a_database_waits_for_its_window_unless_told_otherwise(values: dict[str, Any], kind: ChangeKind) -> None:
    rule = rule_of("aws_db_instance", ("instance_class",), values)
    assert rule
    assert rule.kind is kind


def test_memcached_is_made_anew_and_redis_is_not() -> None:
    kinds = [rule_of("aws_elasticache_cluster", ("node_type",), {"engine": one}) for one in ("memcached", "redis")]
    assert [rule.kind for rule in kinds if rule] == [ChangeKind.REPLACEMENT, ChangeKind.MAINTENANCE_WINDOW]


def test_a_stopped_machine_of_google_needs_no_leave_to_be_stopped() -> None:
    rules = [
        rule_of("google_compute_instance", ("machine_type",), {"desired_status": one}) for one in ("TERMINATED", None)
    ]
    assert [(rule.kind, dict(rule.needs)) for rule in rules if rule] == [
        (ChangeKind.IN_PLACE, {}),
        (ChangeKind.STOP_START, {"allow_stopping_for_update": True}),
    ]


@pytest.mark.parametrize(
    ("type_name", "path"),
    [
        ("google_compute_disk", ("type",)),
        ("google_compute_disk", ("size",)),
        ("google_compute_instance", ("boot_disk", 0, "initialize_params", 0, "type")),
        ("google_sql_database_instance", ("settings", 0, "disk_type")),
        ("google_sql_database_instance", ("settings", 0, "disk_size")),
    ],
)
def test_what_would_lose_data_counts_as_a_replacement(type_name: str, path: tuple[str | int, ...]) -> None:
    rule = rule_of(type_name, path, {})
    assert rule
    assert rule.kind is ChangeKind.REPLACEMENT


def test_an_attribute_without_a_row_has_no_rule() -> None:
    assert rule_of("aws_instance", ("user_data",), {}) is None
