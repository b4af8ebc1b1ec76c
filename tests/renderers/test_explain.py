import re
from dataclasses import replace
from decimal import Decimal

import pytest

from costopt.errors import UsageError
from costopt.model.finding import Evidence
from costopt.renderers.explain import explain
from tests.oracles.reports import made_report

REPORT = made_report(120)


def number(text):
    return Decimal(text.replace("\N{MINUS SIGN}", "-").replace("$", "").replace(",", ""))


@pytest.mark.parametrize("finding", [item for item in REPORT.findings if item.saving], ids=lambda item: item.id)
def test_the_printed_arithmetic_can_be_redone_by_hand(finding):
    text = explain(REPORT, finding.id)
    products = re.findall(r"(\S+) \N{MULTIPLICATION SIGN} (\S+) per \S+ = (\S+)", text)
    assert len(products) == len(finding.saving.terms)
    for quantity, price, amount in products:
        assert abs(number(quantity) * number(price) - number(amount)) <= Decimal("0.005")
    saving = number(re.search(r"^Saving +(\S+)/mo", text, re.M).group(1))
    assert abs(sum(number(q) * number(p) for q, p, _ in products) - saving) <= Decimal("0.005")
    assert number(re.search(r"^Counted +(\S+)/mo", text, re.M).group(1)) == round(finding.counted.amount, 2)


def test_a_price_says_its_quality_source_date_and_discount():
    finding = next(item for item in REPORT.findings if item.check_id == "ec2_idle" and item.saving)
    text = " ".join(explain(REPORT, finding.id).split())
    assert "list price, after a discount of 7%, aws-prices 2026.11.18, 2026-11-18" in text


@pytest.mark.parametrize(("provider", "word"), [("aws", "account"), ("gcp", "project")])
def test_where_it_is_is_said_in_the_words_of_its_cloud(provider, word):
    first = REPORT.findings[0]
    finding = replace(first, resource=first.resource._replace(provider=provider, account="acme-web"))
    assert f" · {word} acme-web · " in explain(replace(REPORT, findings=(finding,)), finding.id)


def test_why_less_is_counted_is_said():
    overlapping = next(item for item in REPORT.findings if item.overlap)
    assert "Overlap   Another finding on this resource" in explain(REPORT, overlapping.id)
    silenced = next(item for item in REPORT.findings if item.silence and item.saving)
    assert "silenced by mute until 2027-01-31: Kept for the audit" in explain(REPORT, silenced.id)


def test_a_finding_without_a_price_says_which_is_missing():
    unpriced = next(item for item in REPORT.findings if item.price_gap)
    assert f"unknown: {unpriced.price_gap}" in explain(REPORT, unpriced.id)


def test_a_warning_saves_nothing_by_itself():
    warning = next(item for item in REPORT.findings if item.check_id == "commitment_expiring")
    assert "none by itself" in explain(REPORT, warning.id)


def test_the_start_of_an_id_is_enough_where_it_is_unique():
    finding = REPORT.findings[3]
    assert explain(REPORT, finding.id[:9]) == explain(REPORT, finding.id)


def test_an_unknown_or_ambiguous_id_is_a_usage_error():
    with pytest.raises(UsageError, match="no finding 'F-zzz'"):
        explain(REPORT, "F-zzz")
    with pytest.raises(UsageError, match="120 findings start with 'F-'"):
        explain(REPORT, "F-")
    with pytest.raises(UsageError, match="no finding ''"):
        explain(REPORT, "")


def test_hostile_text_cannot_control_the_terminal():
    report = made_report(12, hostile=True)
    finding = replace(report.findings[0], evidence=(Evidence(statement="\x1b[2Jgone\x07"),), owner="a\nb")
    text = explain(replace(report, findings=(finding,)), finding.id)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert "Owner     a b\n" in text
