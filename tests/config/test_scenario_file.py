"""Files of scenarios: what is read, and what is refused."""

from pathlib import Path

import pytest

from costopt.config.scenario_file import read_scenarios
from costopt.errors import UsageError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scenarios.yaml"
    path.write_text(text)
    return path


def test_a_scenario_has_a_name_and_factors(tmp_path: Path) -> None:
    (one,) = read_scenarios(
        write(tmp_path, "scenarios: [{name: half of m5 goes, from_month: 3, families: {m5: 0.5}, accounts: {'11': 0}}]")
    )
    assert (one.name, one.from_month, one.scale) == ("half of m5 goes", 3, 1.0)
    assert (one.families, one.accounts, one.regions) == ({"m5": 0.5}, {"11": 0.0}, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scenarios: []", "a list of 1 to 20"),
        ("scenario: [{name: a, scale: 1}]", "a list of 1 to 20"),
        ("scenarios: [{name: a, scal: 0.5}]", "no key 'scal'"),
        ("scenarios: [{scale: 0.5}]", "name"),
        ("scenarios: [{name: a, scale: -1}]", "factors are 0 to 100"),
        ("scenarios: [{name: a, scale: .nan}]", "factors are 0 to 100"),
        ("scenarios: [{name: a, scale: 0.5, from_month: -1}]", "months 0 or more"),
        ("scenarios: [{name: a, scale: much}]", "scenario 1"),
        ("scenarios: [{name: ' ', scale: 0.5}]", "has no name"),
        ("scenarios: [{name: a, scale: 0.5}, {name: a, scale: 0.25}]", "there twice"),
        ("a: &x 1\nscenarios: [*x]", "aliases"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_scenarios(write(tmp_path, text))
