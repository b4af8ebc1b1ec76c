from dataclasses import replace
from datetime import timedelta

import pytest

from costopt.analyzer.checks.gce_image_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.gce import InstanceTemplate
from costopt.model.specs.persistent_disks import GceImage, PersistentDisk
from tests.oracles.google_estate import REGION, disk, google
from tests.oracles.judging import StaticPrices, ago, judge, monthly

PRICES = StaticPrices(units={("gce", "image"): "0.05"}, region=REGION)
GIB = 1024**3


MADE = ago(100)


def image(name="base-1", age=MADE, **fields):
    given = {
        "status": "READY", "disk_size_gib": 50, "archive_size_bytes": 20 * GIB, "locations": (REGION,), **fields,
    }  # fmt: skip
    return google(GceImage(**given), f"global/images/{name}", region="global", created_at=age)


def verdict_of(one=None, beside=(), **kwargs):
    return judge(CHECK, one or image(), beside=beside, prices=PRICES, **kwargs)


def test_an_image_without_disks_saves_its_bytes_with_low_confidence():
    verdict = verdict_of(beside=[disk()])
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 1  # 20 GiB x 0.05
    assert verdict.confidence is Confidence.LOW


@pytest.mark.parametrize(("made", "outcome"), [(ago(15), Outcome.FLAGGED), (ago(15) + timedelta(1), Outcome.CLEAR)])
def test_fifteen_days_is_the_boundary(made, outcome):
    assert verdict_of(image(age=made)).outcome is outcome


def test_a_disk_in_any_region_keeps_its_image():
    assert verdict_of(beside=[disk(source_image="global/images/base-1")]).outcome is Outcome.CLEAR


def test_a_disk_of_another_project_keeps_the_image_of_a_project_of_images():
    made = disk(source_image="projects/acme-web/global/images/base-1")
    elsewhere = replace(made, account="acme-shop")
    assert verdict_of(beside=[elsewhere]).outcome is Outcome.CLEAR
    other = replace(disk(source_image="global/images/base-1"), account="acme-shop")
    assert verdict_of(beside=[other]).outcome is Outcome.FLAGGED  # its own image of that name


def test_a_template_that_has_started_nothing_yet_keeps_its_image():
    spec = InstanceTemplate(machine_type="e2-medium", image_ids=("global/images/base-1",))
    template = google(spec, "global/instanceTemplates/web", region="global")
    assert verdict_of(beside=[template]).outcome is Outcome.CLEAR
    assert verdict_of(missing_kinds=frozenset({InstanceTemplate.KIND})).outcome is Outcome.NO_DATA


def test_the_newest_of_a_family_is_used_by_name():
    one = image(family="base")
    assert verdict_of(one).outcome is Outcome.CLEAR
    verdict = verdict_of(one, beside=[image("base-2", ago(20), family="base")])
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.MEDIUM)
    assert "newer image of family base" in verdict.evidence[0].statement


def test_a_deprecated_successor_does_not_take_its_place():
    later = image("base-2", ago(20), family="base", deprecation="OBSOLETE")
    assert verdict_of(image(family="base"), beside=[later]).outcome is Outcome.CLEAR


def test_a_deprecated_image_is_flagged_with_more_confidence():
    verdict = verdict_of(image(family="base", deprecation="DEPRECATED"))
    assert verdict.confidence is Confidence.MEDIUM


def test_nothing_is_said_where_disks_were_not_read_or_no_age_is_known():
    assert verdict_of(missing_kinds=frozenset({PersistentDisk.KIND})).outcome is Outcome.NO_DATA
    assert verdict_of(image(age=None)).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"archive_size_bytes": None}, {"locations": ("eu",)}])
def test_an_unknown_size_or_price_is_a_gap(fields):
    verdict = verdict_of(image(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap


def test_an_image_that_is_not_ready_is_not_concerned():
    assert verdict_of(image(status="PENDING")).outcome is Outcome.NOT_APPLICABLE
