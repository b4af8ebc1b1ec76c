"""Every row of the table is of something that exists, and says where it is documented."""

import re
from typing import Any

import pytest

from costopt.model.terraform_patch import ChangeKind
from costopt.terraform.patch.semantics import ChangeRule, change_rules, rule_of
from costopt.terraform.schema.catalog import choose

ROWS = [rule for rules in change_rules().values() for rule in rules]


def row_name(rule: ChangeRule) -> str:
    return f"{rule.type}.{rule.attribute}-{'-'.join(rule.when)}"


@pytest.mark.parametrize("rule", ROWS, ids=row_name)
def test_a_row_names_an_attribute_of_the_schema(rule: ChangeRule) -> None:
    schema = choose("google" if rule.type.startswith("google_") else "aws").schema()
    block = schema.resource(rule.type)
    assert block
    *blocks, name = rule.attribute.split(".")
    for step in blocks:
        block = block.block_types[step].block
    assert name in block.attributes


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


def test_an_attribute_without_a_row_has_no_rule() -> None:
    assert rule_of("aws_instance", ("user_data",), {}) is None
