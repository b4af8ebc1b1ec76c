"""The coverage ledger: everything that was planned, and honest about what was not read."""

from collections import Counter
from decimal import Decimal

from costopt.model.coverage import Status


def test_every_scope_is_there_once_and_sorted(company):
    scopes = [result.scope for result in company.coverage]
    assert len(set(scopes)) == len(scopes)
    assert scopes == sorted(scopes)


def test_the_rows_of_the_resource_scopes_are_the_resources(company):
    rows = sum(result.rows for result in company.coverage if not result.scope.operation.startswith("metrics:"))
    assert rows == len(company.resources)


def test_the_rows_of_the_metric_scopes_are_the_series(company):
    rows = sum(result.rows for result in company.coverage if result.scope.operation.startswith("metrics:"))
    assert rows == len(company.series)


def test_every_resource_lies_in_a_scope_that_was_read(company):
    read = {
        (result.scope.account, result.scope.region, kind)
        for result in company.coverage
        if result.status is Status.OK
        for kind in result.kinds
    }
    for resource in company.resources:
        places = {(resource.account, where, resource.spec.KIND) for where in (resource.region, "global")}
        assert places & read


def test_a_scope_without_rows_is_empty_and_never_ok(company):
    for result in company.coverage:
        assert (result.status is Status.OK) == (result.rows > 0)


def test_one_region_denies_its_log_groups_and_says_which_permission_is_missing(company):
    (gap,) = [result for result in company.coverage if result.status is Status.GAP]
    assert gap.scope.operation == "log_groups"
    assert (gap.reason, gap.permission) == ("denied", "logs:DescribeLogGroups")
    place = (gap.scope.account, gap.scope.region)
    assert not [r for r in company.resources if r.spec.KIND == "log_group" and (r.account, r.region) == place]


def test_one_account_is_not_enrolled_in_compute_optimizer(company):
    skipped = [result for result in company.coverage if result.status is Status.SKIPPED]
    assert {result.scope.operation for result in skipped} == {"compute_optimizer"}
    (account,) = {result.scope.account for result in skipped}
    advised = {r.account for r in company.resources if r.spec.KIND == "provider_advice"}
    assert advised
    assert account not in advised


def test_the_metrics_that_were_asked_for_cost_a_cent_a_thousand(company):
    assert company.collection_cost_usd == Decimal(len(company.series)) * Decimal("0.01") / 1000


def test_most_scopes_were_read(company):
    counted = Counter(result.status for result in company.coverage)
    assert counted[Status.OK] > 200
    assert counted[Status.GAP] + counted[Status.SKIPPED] < 0.02 * len(company.coverage)
