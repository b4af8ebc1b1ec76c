"""The made company's own answer key: every planted waste is found, and nothing healthy is flagged, for six seeds."""

from pathlib import Path

import pytest

from costopt.analyzer.registry import all_checks
from costopt.config.settings import Settings
from costopt.pipeline.audit import audit
from costopt.pipeline.demo import write_made_company

SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_recall_is_complete_and_nothing_healthy_is_flagged(seed: int, tmp_path: Path) -> None:
    answers = write_made_company(tmp_path / "company", seed=seed)
    report = audit(tmp_path / "company", Settings())
    expected = {(check_id, key) for check_id, keys in answers.items() for key in keys}
    found = {(finding.check_id, finding.resource) for finding in report.findings}
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []
    assert {check_id for check_id, keys in answers.items() if keys} == {check.id for check in all_checks()}
