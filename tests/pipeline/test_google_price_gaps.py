"""Which findings of Google Cloud the prices that come with the program can price, by the made projects."""

import re

import pytest

from costopt.config.settings import PriceSettings, Settings
from costopt.model.report import Report
from costopt.pipeline.audit import audit
from costopt.pipeline.demo import write_made_company

pytestmark = pytest.mark.xdist_group("price gaps")  # what its fixtures make is made once

MISSING = {
    "gce_image_idle": ("no price of gce image in europe-west4",),
    "gke_idle": ("management fee of the cluster",),  # which cluster the free tier pays for nobody tells
    "sql_extended_support": ("no price of cloud_sql extended_support_vcpu",),
}
"""Checks that cannot price all of what they find, and what is missing."""
UNMEASURED = {
    "gce_snapshot_old": ("size of the blocks",),
    "gcs_tiering": ("age of the objects",),
}
"""Checks whose saving is not known for another reason than a price."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("company")
    write_made_company(folder, clouds=["gcp"])
    return audit(folder / "gcp", Settings(prices=PriceSettings(directory=str(folder / "prices"))))


def test_all_other_checks_price_everything_that_they_find(report: Report) -> None:
    gaps = {(finding.check_id, finding.price_gap) for finding in report.findings if finding.price_gap}
    known = MISSING | UNMEASURED
    assert {check_id for check_id, _ in gaps} == set(known)
    for check_id, gap in gaps:
        assert re.match("|".join(known[check_id]), gap), (check_id, gap)


def test_in_the_regions_that_are_built_in_each_of_them_has_a_saving(report: Report) -> None:
    """Of the checks whose finding saves something at all, only one never has a price."""
    saving = {finding.check_id for finding in report.findings if finding.saving is not None}
    never = {finding.check_id for finding in report.findings if finding.price_gap} - saving
    assert never == {"sql_extended_support"}
    assert {"bigquery_slots", "cloudrun_min_instances", "gce_gpu_idle", "tpu_idle", "vertex_endpoint_idle"} <= saving
