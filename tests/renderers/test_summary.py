from dataclasses import replace
from decimal import Decimal

import pytest

from costopt.model.coverage import Status
from costopt.model.money import Money
from costopt.model.report import UncheckedKind
from costopt.renderers import summary
from costopt.renderers.html import HtmlRenderer
from tests.oracles.reports import empty_report, made_report, report_of


def test_gaps_are_grouped_by_reason_and_permission_and_none_is_lost():
    report = made_report(10)
    groups = summary.gap_groups(report)
    assert [(g.reason, g.permission, g.retryable, g.scopes) for g in groups] == [
        ("denied", "ec2:DescribeVolumes", False, 3),
        ("throttled", "", True, 2),
    ]
    assert sum(g.scopes for g in groups) == sum(row.status is Status.GAP for row in report.coverage)


def test_many_places_of_a_gap_are_shortened_with_their_number():
    report = made_report(1)
    rows = tuple(
        replace(row, status=Status.GAP, reason="denied", scope=replace(row.scope, region=f"r{number:02}"))
        for number, row in enumerate(report.coverage)
    )
    (group,) = summary.gap_groups(
        replace(report, coverage=tuple(replace(r, permission=None, retryable=False) for r in rows))
    )
    assert group.where.endswith("r00, r01, r02 and 21 more")


def test_every_ending_of_a_scope_is_counted():
    assert summary.coverage_counts(made_report(1)) == {
        Status.OK: 19, Status.EMPTY: 0, Status.GAP: 5, Status.SKIPPED: 0,
    }  # fmt: skip


def test_unpriced_findings_are_counted_once():
    report = made_report(500)
    assert sum(number for _, number in summary.unpriced_groups(report)) == report.totals.unpriced > 0


def test_why_the_total_is_a_lower_bound():
    report = made_report(60)
    assert summary.why_at_least(report) == "At least, because 5 scopes could not be read and 2 findings have no price."
    assert summary.why_at_least(empty_report()) == ""
    only_priced = replace(report, totals=replace(report.totals, unpriced=1), coverage=())
    assert summary.why_at_least(only_priced) == "At least, because 1 finding has no price."


def test_checks_that_failed_are_not_hidden():
    report = empty_report()
    broken = replace(report, checks=(replace(report.checks[0], error=2),))
    assert summary.not_checked(broken) == "Not checked: 2 judgements ended in an error."


def test_the_three_figures_of_the_sum_agree_to_the_cent():
    report = made_report(3)
    alone, saving = (Money(amount=Decimal(amount)) for amount in ("17219.614", "16825.239"))
    totals = replace(report.totals, sum_of_findings=alone, saving=saving, overlaps=alone - saving)
    told = summary.difference(replace(report, totals=totals))
    assert "add up to $17,219.61; $394.37 of that" in told  # $16,825.24 is left, though the difference is 394.375
    assert "$394.37 is taken off the plain sum" in HtmlRenderer().render(replace(report, totals=totals))


def test_without_overlaps_the_sum_is_the_total():
    report = made_report(5)
    totals = replace(report.totals, sum_of_findings=report.totals.saving, overlaps=Money.zero())
    assert summary.difference(replace(report, totals=totals)).endswith("no two of them overlap.")


def test_findings_without_an_owner_are_not_called_an_owner():
    finding = next(item for item in made_report(60).findings if not item.owner and item.counted.amount)
    assert summary.owner_conclusion(report_of([finding])) == "100% of the saving has no owner"
    owned = replace(finding, owner="identity")
    assert summary.owner_conclusion(report_of([owned])) == "100% of the saving is with identity"


def test_a_share_of_nothing_is_nothing():
    assert summary.share(Money(amount=Decimal(5)), Money.zero()) == 0
    assert summary.lever_conclusion(empty_report()) == "No lever saves anything"


def test_unjudged_resources_are_grouped_by_reason_and_none_is_lost():
    report = made_report(1)
    more = (*report.unjudged, replace(report.unjudged[0], check_id="ec2_idle"))
    reasons = summary.unjudged_reasons(replace(report, unjudged=more))
    assert reasons[0] == ("metric missing: memory_used_percent", 82, "ec2_rightsize, ec2_idle")
    assert sum(number for _, number, _ in reasons) == 85


def test_what_was_skipped_on_purpose_is_no_gap():
    report = empty_report()
    first = replace(report.coverage[0], status=Status.SKIPPED, reason="not asked for")
    skipped = replace(report, coverage=(first, *report.coverage[1:]))
    assert summary.gap_groups(skipped) == []
    assert [(group.reason, group.scopes) for group in summary.skip_groups(skipped)] == [("not asked for", 1)]


def test_kinds_without_a_check_are_no_hole_that_is_hidden():
    unchecked = (UncheckedKind(kind="launch_template", reason="costs nothing itself", resources=1),)
    assert summary.not_checked(replace(empty_report(), unchecked=unchecked)) == (
        "Not checked: 1 resource of kinds without a check."
    )


def of_clouds(aws: int, google: int):
    """A report of so many accounts and projects."""
    report = made_report(1)
    (row, *_) = report.coverage
    accounts = [("aws", f"{number:012}") for number in range(aws)] + [("gcp", f"shop-{n}") for n in range(google)]
    rows = tuple(
        replace(row, scope=replace(row.scope, provider=provider, account=account)) for provider, account in accounts
    )
    named = tuple(sorted(account for _, account in accounts))
    return replace(report, coverage=rows, provenance=replace(report.provenance, accounts=named))


@pytest.mark.parametrize(
    ("aws", "google", "words", "word"),
    [
        (2, 0, "2 accounts", "Account"),
        (0, 1, "1 project", "Project"),
        (1, 3, "1 account and 3 projects", "Account or project"),
    ],
)
def test_accounts_of_google_are_called_projects(aws, google, words, word):
    report = of_clouds(aws, google)
    assert summary.extent(report).startswith(f"{words} · ")
    assert summary.account_word(report) == word
