"""The engine around a check: what is asked first, what is never judged, and that one failure loses nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.analyzer.demands import demands
from costopt.analyzer.engine import CHECK_FAILED, finding_id_of, run_checks
from costopt.analyzer.silence import Silences
from costopt.errors import PriceNotFound
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.finding import Action, ActionKind, Category, Evidence, Outcome, Silence, Verdict
from costopt.model.period import look_back
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.network import ElasticIp
from costopt.model.utilization import Demand, Utilization
from tests.oracles.judging import StaticPrices

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FLAGGED = Verdict(
    outcome=Outcome.FLAGGED, evidence=(Evidence(statement="seen"),), action=Action(kind=ActionKind.DELETE, summary="do")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    days: int = 7
    percent: float = 5.0


def check(run: Any = lambda *_: FLAGGED, **more: Any) -> Check[Any, Any]:
    fields = {
        "id": "ip_idle",
        "title": "Idle address",
        "category": Category.WASTE,
        "lever": "Idle network",
        "applies_to": ElasticIp,
        "params": Params,
        "source": "test",
    }
    return Check(run=run, **{**fields, **more})


def address(days_old: float | None = 100, id_: str = "eip-1", **more: Any) -> Resource:
    created = None if days_old is None else NOW - timedelta(days=days_old)
    spec = ElasticIp(public_ip="192.0.2.1")
    fields = {"provider": "aws", "account": "1", "region": "r", "created_at": created, "tags": {}, "spec": spec}
    return Resource(id=id_, **{**fields, **more})


def scope(status: Status, *kinds: str, region: str = "r") -> ScopeResult:
    place = Scope(provider="aws", account="1", region=region, operation="-".join(kinds))
    return ScopeResult(scope=place, status=status, kinds=kinds)


def utilization(points: int, expected: int = 10) -> Utilization:
    return Utilization(
        metric="network_in_bytes",
        period=look_back(NOW, days=7),
        step_seconds=3600,
        points=points,
        expected_points=expected,
        total=1.0,
        mean=1.0,
        minimum=1.0,
        maximum=1.0,
        p95=1.0,
        p99_5=1.0,
        daily_maximum=1.0,
    )


def run(
    one: Check[Any, Any],
    *resources: Resource,
    facts: Any = None,
    coverage: Any = (),
    silences: Any = None,
    others: Any = (),
) -> Any:
    context = Context(now=NOW, prices=StaticPrices(), resources={other.key: other for other in others})
    return run_checks(
        [one],
        {one.id: Params()},
        resources or [address()],
        lambda _: facts or {},
        context,
        coverage,
        silences or Silences(),
        ("team", "owner"),
    )


def reason(result: Any) -> str:
    ((_, text),) = result.reasons
    return str(text)


def test_a_flagged_resource_becomes_a_finding_with_its_owner() -> None:
    result = run(check(), address(tags={"owner": "ann", "team": "data"}))
    (finding,) = result.findings
    assert finding.owner == "data"
    assert finding.id == finding_id_of("ip_idle", finding.resource)
    assert result.outcomes["ip_idle"][Outcome.FLAGGED] == 1


def test_finding_ids_differ_by_check_and_by_every_part_of_the_place() -> None:
    key = address().key
    variants = [key, *(key._replace(**{part: "x"}) for part in key._fields)]
    ids = {finding_id_of(check_id, one) for one in variants for check_id in ("a", "b")}
    assert len(ids) == 12


def test_what_the_providers_adviser_says_stands_beside_the_evidence() -> None:
    advice = ProviderAdvice(
        adviser="compute-optimizer",
        resource_id="eip-1",
        finding="OVER_PROVISIONED",
        recommended="none",
        monthly_saving_usd=Decimal("3.65"),
    )
    other = replace(advice, resource_id="eip-2")
    told = [address(id_=f"advice-{one.resource_id}", spec=one) for one in (advice, other)]
    (finding,) = run(check(), address(), others=told).findings
    assert [evidence.statement for evidence in finding.evidence] == [
        "seen",
        "AWS Compute Optimizer says over provisioned, recommends none, expects $3.65 a month",
    ]
    assert finding.saving is None


@pytest.mark.parametrize(("days_old", "flagged"), [(6.99, False), (7, True), (None, True)])
def test_young_resources_are_not_judged(days_old: float | None, flagged: bool) -> None:
    result = run(check(), address(days_old))
    assert bool(result.findings) is flagged
    if not flagged:
        assert reason(result) == "younger than the grace period"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "metric not read: network_in_bytes"),
        ({("network_in_bytes", 7): utilization(0)}, "no data points: network_in_bytes"),
        ({("network_in_bytes", 7): utilization(7)}, "fewer than 80 % of the expected data points: network_in_bytes"),
        ({("network_in_bytes", 14): utilization(10)}, "metric not read: network_in_bytes"),
    ],
)
def test_a_needed_metric_that_is_not_there_is_no_data(facts: Any, expected: str) -> None:
    assert reason(run(check(needs=(Need(metric="network_in_bytes"),)), facts=facts)) == expected


def test_eighty_percent_of_the_points_are_enough() -> None:
    facts = {("network_in_bytes", 7): utilization(8)}
    assert run(check(needs=(Need(metric="network_in_bytes"),)), facts=facts).findings


def test_what_a_check_excludes_is_not_applicable_before_anything_else() -> None:
    result = run(check(excludes=lambda *_: "not of this kind"), address(1))
    assert result.outcomes["ip_idle"] == {Outcome.NOT_APPLICABLE: 1}
    assert not result.reasons


@pytest.mark.parametrize(
    ("coverage", "flagged"),
    [
        ([scope(Status.OK, "ebs_volume")], True),
        ([scope(Status.EMPTY, "ebs_volume")], True),
        ([scope(Status.OK, "ebs_volume", region="global")], True),
        ([scope(Status.GAP, "ebs_volume")], False),
        ([scope(Status.SKIPPED, "ebs_volume")], False),
        ([scope(Status.OK, "ebs_volume", region="elsewhere")], False),
        ([], False),
    ],
)
def test_absence_of_another_resource_is_read_only_from_what_was_read(coverage: Any, flagged: bool) -> None:
    result = run(check(relies_on=(EbsVolume,)), coverage=coverage)
    assert bool(result.findings) is flagged


def test_a_missing_price_is_no_data() -> None:
    def needs_price(*_: Any) -> Verdict:
        raise PriceNotFound("no price")

    assert reason(run(check(needs_price))) == "price missing"


def test_a_check_that_fails_is_counted_and_loses_no_other_resource() -> None:
    def fails_once(resource: Resource, *_: Any) -> Verdict:
        return {"eip-1": FLAGGED}[resource.id]

    result = run(check(fails_once), address(), address(id_="eip-2"))
    assert result.outcomes["ip_idle"] == {Outcome.FLAGGED: 1, Outcome.ERROR: 1}
    assert reason(result) == CHECK_FAILED


@pytest.mark.parametrize(
    ("pattern", "tags", "silent"),
    [
        ("costopt:ignore", {"costopt:ignore": ""}, True),
        ("costopt:ignore", {"costopt:ignored": ""}, False),
        ("env=dev", {"env": "dev"}, True),
        ("env=dev", {"env": "devel"}, False),
        ("/env=(dev|test)/", {"env": "test"}, True),
        ("/env=(dev|test)/", {"env": "testing"}, False),
        ("env=dev", None, False),
    ],
)
def test_tags_silence(pattern: str, tags: Any, silent: bool) -> None:
    (finding,) = run(check(), address(tags=tags), silences=Silences(tag_patterns=(pattern,))).findings
    assert (finding.silence is not None) is silent


@pytest.mark.parametrize(("until", "silent"), [(date(2026, 11, 20), True), (date(2026, 11, 19), False)])
def test_a_mute_holds_through_its_last_day(until: date, silent: bool) -> None:
    finding_id = finding_id_of("ip_idle", address().key)
    mutes = {finding_id: Silence(by="mute", reason="launch", until=until)}
    (finding,) = run(check(), silences=Silences(mutes=mutes)).findings
    assert (finding.silence is not None) is silent


def test_each_aggregate_is_asked_for_once_with_everything_that_anybody_wants_of_it() -> None:
    first = check(needs=(Need(metric="network_in_bytes", above="percent"),))
    second = check(id="b", needs=(Need(metric="network_in_bytes", hour_of_week=True), Need(metric="network_out_bytes")))
    wanted = demands([first, second], {"ip_idle": Params(), "b": Params()})
    assert wanted == (
        Demand(kind="elastic_ip", metric="network_in_bytes", days=7, hour_of_week=True, above=(5.0,)),
        Demand(kind="elastic_ip", metric="network_out_bytes", days=7),
    )
