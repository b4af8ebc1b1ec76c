"""What is asked of Cloud Monitoring can be asked: metrics, aligners, labels and units as Google documents them."""

import re

import pytest

from costopt.collectors.gcp.interface import MetricSource, SeriesQuery
from costopt.collectors.gcp.metric_sources import METRIC_SOURCES
from costopt.collectors.gcp.services.bigquery import STORED_BYTES
from costopt.collectors.gcp.services.cloud_storage import BYTES
from tests.oracles.google_metrics import ALIGNERS, DOCUMENTED, RESOURCE_LABELS, Documented

QUERIES = (*dict.fromkeys(source.query for source in METRIC_SOURCES), STORED_BYTES, BYTES)
LABEL = re.compile(r"(resource|metric)\.label\.(\w+)")


def name_of(query: SeriesQuery) -> str:
    return f"{query.metric_type} {query.aligner}"


def senders(query: SeriesQuery) -> tuple[str, ...]:
    """Monitored resources whose series the query gives."""
    only = re.search(r'resource\.type = "([^"]+)"', query.where)
    return (only[1],) if only else DOCUMENTED[query.metric_type].resources


def test_every_metric_that_is_documented_here_is_read_and_the_other_way_round() -> None:
    assert {query.metric_type for query in QUERIES} == set(DOCUMENTED)


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_an_aligner_takes_the_kind_of_metric(query: SeriesQuery) -> None:
    described = DOCUMENTED[query.metric_type]
    assert described.kind in ALIGNERS[query.aligner]
    assert described.value in ("INT64", "DOUBLE")


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_every_series_of_a_query_has_the_labels_that_it_asks_by(query: SeriesQuery) -> None:
    """A label that one of the senders lacks gives series of nobody, or a refusal of all of them."""
    described, sent_by = DOCUMENTED[query.metric_type], senders(query)
    assert set(sent_by) <= set(described.resources)
    own = "resource.label.project_id" if query.own else ""
    for holder, label in LABEL.findall(" ".join((*query.group_by, query.where, own))):
        if holder == "metric":
            assert label in described.labels
        else:
            assert [one for one in sent_by if label not in RESOURCE_LABELS[one]] == []


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_series_that_stand_under_two_resources_are_not_added_up(query: SeriesQuery) -> None:
    """The requests of a project are the exception: those that it makes and those that it answers are different ones."""
    if query.metric_type != "serviceruntime.googleapis.com/api/request_count":
        assert len(senders(query)) == 1 or query.reducer != "REDUCE_SUM"


def is_fraction(described: Documented) -> bool:
    return described.unit == "10^2.%" or described.unit == "1"


@pytest.mark.parametrize("source", METRIC_SOURCES, ids=lambda one: f"{one.kind} {one.metric}")
def test_fractions_become_percentages_and_percentages_stay_as_they_are(source: MetricSource) -> None:
    described = DOCUMENTED[source.query.metric_type]
    wanted = 100.0 if source.metric.endswith("_percent") and is_fraction(described) else 1.0
    assert source.scale == wanted
    assert source.metric.endswith("_bytes") <= (described.unit == "By")
    assert source.metric.endswith("_seconds") <= (described.unit == "s")
    assert described.unit != "%" or source.metric.endswith("_percent")
