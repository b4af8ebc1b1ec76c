"""The usage file: what it says of which resource, and what it may not say."""

from decimal import Decimal
from typing import Any

import pytest

from costopt.errors import TerraformError
from costopt.terraform.cost.usage import UsageFile, parse_usage


def parsed(**content: Any) -> UsageFile:
    """A file with this content."""
    return parse_usage({"version": "0.1", **content}, name="usage.yml")


def test_an_address_outranks_all_indices_and_these_outrank_the_type() -> None:
    found = parsed(
        resource_type_default_usage={"aws_x": {"a": 1, "b": 1, "c": 1}},
        resource_usage={"aws_x.y[*]": {"b": 2, "c": 2}, "aws_x.y[1]": {"c": 3}},
    ).of("aws_x.y[1]", "aws_x")
    assert [found.number(name) for name in "abc"] == [1, 2, 3]


def test_keys_of_for_each_are_indices_too() -> None:
    found = parsed(resource_usage={"aws_x.y[*]": {"a": 5}})
    assert found.of('aws_x.y["a]b"]', "aws_x").number("a") == 5


def test_nested_usage_is_merged_by_name() -> None:
    found = parsed(
        resource_type_default_usage={"aws_s3_bucket": {"standard": {"storage_gb": 1, "monthly_tier_1_requests": 9}}},
        resource_usage={"aws_s3_bucket.b": {"standard": {"storage_gb": 2.5}}},
    ).of("aws_s3_bucket.b", "aws_s3_bucket")
    assert found.number("standard", "storage_gb") == Decimal("2.5")
    assert found.number("standard", "monthly_tier_1_requests") == 9


def test_what_leads_to_no_resource_is_named() -> None:
    assert parsed(resource_usage={"aws_x.y[*]": {}, "aws_x.z": {}}).unused({"aws_x.y[0]"}) == ("aws_x.z",)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "no usage file of version 0.1"),
        ({"version": "0.2"}, "no usage file of version 0.1"),
        ({"version": "0.1", "resources": {}}, "has the key 'resources'"),
        ({"version": "0.1", "resource_usage": [1]}, "usage is no mapping"),
        ({"version": "0.1", "resource_usage": {"aws_x.y": 3}}, "the usage of 'aws_x.y' is 3"),
    ],
)
def test_what_is_no_usage_file_is_refused(document: Any, message: str) -> None:
    with pytest.raises(TerraformError, match=message):
        parse_usage(document, name="usage.yml")


@pytest.mark.parametrize("value", [-1, "many", float("nan")])
def test_a_quantity_that_is_none_is_refused_with_its_place(value: Any) -> None:
    usage = parsed(resource_usage={"aws_x.y": {"a": value}}).of("aws_x.y", "aws_x")
    with pytest.raises(TerraformError, match=r"gives a = .* for aws_x\.y"):
        usage.number("a")
