"""Checks are found by their files, and thresholds refuse what cannot be meant."""

import inspect
from dataclasses import fields
from typing import Any

import pytest

from costopt.analyzer.check import LEVERS, Check
from costopt.analyzer.registry import all_checks, select, thresholds
from costopt.errors import ConfigError
from costopt.model.metrics import METRICS

CHECKS = [pytest.param(check, id=check.id) for check in all_checks()]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_declares_what_the_engine_and_the_reader_need(check: Check[Any, Any]) -> None:
    defaults = check.params()
    assert check.lever in LEVERS
    assert check.source.strip()
    assert all(need.metric in METRICS for need in check.needs)
    assert all(getattr(defaults, need.days) > 0 for need in check.needs)
    assert all(getattr(defaults, need.above) is not None for need in check.needs if need.above)


def test_ids_are_unique() -> None:
    ids = [check.id for check in all_checks()]
    assert len(ids) == len(set(ids))


def test_a_threshold_of_the_user_replaces_the_default() -> None:
    (check,) = select(("ec2_idle",))
    assert thresholds(check, {"days": 21}).days == 21
    assert thresholds(check, {}) == check.params()


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"dys": 3}, "days"),
        ({"zzz": 3}, "costopt checks ec2_idle"),
        ({"days": "many"}, "costopt checks ec2_idle"),
        ({"days": 0}, "At least 1"),
        ({"days": -14}, "At least 1"),
        ({"days": 10**13}, "costopt checks ec2_idle"),
    ],
)
def test_a_typo_names_the_check_and_the_next_step(overrides: dict[str, Any], says: str) -> None:
    (check,) = select(("ec2_idle",))
    with pytest.raises(ConfigError, match="ec2_idle") as refused:
        thresholds(check, overrides)
    assert says in refused.value.hint


def test_an_unknown_check_is_refused_with_its_neighbours() -> None:
    with pytest.raises(ConfigError) as refused:
        select(("ec2_idel",))
    assert "ec2_idle" in refused.value.hint


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), -0.5])
def test_no_number_below_zero_or_without_end_is_a_threshold(check: Check[Any, Any], value: float) -> None:
    for field in fields(check.params):
        default = getattr(check.params(), field.name)
        if isinstance(default, float) or (type(default) is int and value == -1):
            with pytest.raises(ConfigError):
                thresholds(check, {field.name: value})


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_says_what_it_sees_and_what_missing_data_means(check: Check[Any, Any]) -> None:
    """`costopt checks ID` prints this; an SRE decides by it whether to trust the check."""
    text = inspect.getdoc(inspect.getmodule(check.run)) or ""
    assert len(text.split()) >= 40
    assert check.id not in text.splitlines()[0]
