"""What was measured of the made projects: what a collection would ask for, on its grid, with possible values."""

from datetime import timedelta

import pytest

from costopt.collectors.gcp.metric_sources import METRIC_SOURCES

pytestmark = pytest.mark.xdist_group("made google")  # what its fixtures make is made once


def test_each_resource_has_the_series_that_a_collection_would_ask_for(estates):
    """By the collection's own rules: no GPU metric without GPUs, none of a disk that nobody holds or two share."""
    for estate in estates:
        asked = {
            (resource.key, source.metric)
            for source in METRIC_SOURCES
            for account in estate.accounts
            for _, resource in source.keys(
                [one for one in estate.resources if one.account == account and source.kind == one.spec.KIND]
            )
        }
        assert {(series.resource, series.metric) for series in estate.series} == asked


def test_each_series_has_the_step_and_the_length_that_a_collection_would_ask_for(estate, now):
    sources = {(source.kind, source.metric): source for source in METRIC_SOURCES}
    for series in estate.series:
        source = sources[series.resource.kind, series.metric]
        assert series.step_seconds == source.step_seconds
        assert len(series.values) * source.step_seconds == source.days * 86_400
        end = series.start + timedelta(seconds=series.step_seconds * len(series.values))
        assert timedelta(0) <= now - end < timedelta(seconds=series.step_seconds)


def test_values_are_what_google_could_send(estate):
    for series in estate.series:
        highest = 100 if "percent" in series.metric else float("inf")
        assert all(value is None or 0 <= value <= highest for value in series.values)


def test_nothing_was_measured_before_a_resource_was_made(estate):
    born = {resource.key: resource.created_at for resource in estate.resources}
    for series in estate.series:
        made = born[series.resource]
        for index, value in enumerate(series.values):
            if made is not None and value is not None:
                assert series.start + timedelta(seconds=series.step_seconds * index) >= made


def test_stopped_machines_and_databases_send_nothing(estate):
    off = {one.key for one in estate.resources if getattr(one.spec, "running", True) is False}
    assert off
    for series in estate.series:
        if series.resource in off:
            assert set(series.values) == {None}


def test_no_database_uses_more_memory_than_it_has(estate):
    size = {one.key: int(one.spec.tier.rpartition("-")[2]) for one in estate.resources if hasattr(one.spec, "tier")}
    for series in estate.series:
        if series.metric == "db_memory_used_max_bytes":
            used = [value for value in series.values if value is not None]
            assert max(used, default=0) <= size[series.resource] * 1024**2
