"""Version constraints mean what they mean to Terraform."""

import pytest

from costopt.errors import TerraformError
from costopt.terraform.schema.constraints import allows, lowest_named, parse_version


@pytest.mark.parametrize(
    ("constraint", "version", "allowed"),
    [
        ("~> 6.0", "6.69.1", True),
        ("~> 6.0", "7.0.0", False),
        ("~> 6.0.1", "6.0.9", True),
        ("~> 6.0.1", "6.1.0", False),
        ("~> 6", "6.69.1", True),
        ("~> 5.31, != 5.99.1", "5.99.1", False),
        (">= 5.0, < 7.0", "6.69.1", True),
        (">= 5.0, < 6.69.1", "6.69.1", False),
        ("<= 6.69.1", "6.69.1", True),
        ("> 6.69.1", "6.69.1", False),
        ("6.69.1", "6.69.1", True),
        ("= 6.69.1", "6.69.2", False),
        ("= 6.0", "6.0.0", True),
        ("v6.69.1", "6.69.1", True),
        ("", "6.69.1", True),
        (" >=5.0,<7 ", "6.69.1", True),
        (">= 6.0.0-beta1", "6.69.1", True),
    ],
)
def test_a_constraint_allows_what_terraform_allows(constraint: str, version: str, allowed: bool) -> None:
    assert allows(constraint, parse_version(version)) is allowed


@pytest.mark.parametrize("constraint", ["six", "=> 6.0", "6.x", "~> ", "6.0,", "6 0", "~> 6.0; rm -rf /"])
def test_what_is_no_constraint_is_refused(constraint: str) -> None:
    with pytest.raises(TerraformError, match="is not a version constraint"):
        allows(constraint, (6, 0))


@pytest.mark.parametrize("text", ["", "x", ">= 6.0", "6..0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(TerraformError, match="is not a version"):
        parse_version(text)


@pytest.mark.parametrize(
    ("constraint", "bound"), [("~> 4.67", (4, 67)), (">= 3.0, < 5.0, >= 4.1", (4, 1)), ("< 5.0", None), ("", None)]
)
def test_the_lower_bound_says_what_the_author_had(constraint: str, bound: tuple[int, ...] | None) -> None:
    assert lowest_named(constraint) == bound
