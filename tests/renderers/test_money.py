"""Where the money comes from, in every format."""

import base64
import csv
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import jsonschema
import pytest

from costopt.model.finding import Finding, Paid
from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.report import (
    AppliedDiscount,
    BillNote,
    BillUsed,
    DiscountOrigin,
    MoneyBasis,
    MoneySource,
    Report,
)
from costopt.renderers import summary
from costopt.renderers.explain import explain
from costopt.renderers.notes import days, paid_note
from costopt.renderers.redact import redact
from costopt.renderers.registry import RENDERERS
from tests.oracles.reports import HOSTILE, made_report

SCHEMA = json.loads((Path(__file__).parents[2] / "reports/schema/report.schema.json").read_text(encoding="utf-8"))
PERIOD = Period(start=datetime(2026, 10, 20, tzinfo=UTC), end=datetime(2026, 11, 19, tzinfo=UTC))
PAID = Paid(
    effective=Money(amount=Decimal("54.75")),
    billed=Money(amount=Decimal("54.75")),
    period=PERIOD,
    whole=True,
    covered=False,
)
MONEY = MoneySource(
    basis=MoneyBasis.BILL,
    bills=(BillUsed(source="acme-cur", period=PERIOD, currencies=("USD",)),),
    discounts=(
        AppliedDiscount(service="ec2", fraction=Decimal("0.075"), origin=DiscountOrigin.BILL),
        AppliedDiscount(
            service="rds", fraction=Decimal("0.1"), origin=DiscountOrigin.SETTING, note="the bill shows 5 %"
        ),
    ),
    named=1,
    held_down=Money(amount=Decimal("35.25")),
    notes=(BillNote(source="old-cur", words="ends on 2025-01-31, and is not used"),),
)
SENTENCE = (
    "Money: bill acme-cur, 2026-10-20 to 2026-11-18; discounts found in it: ec2 7.5%; discounts of your settings: "
    "rds 10% (the bill shows 5 %); it names the resources of 1 of 12 findings. The bill old-cur ends on 2025-01-31, "
    "and is not used."
)


def with_bill(money: MoneySource = MONEY) -> Report:
    """A report of 12 findings; the bill knows the first and does not name the second."""
    report = made_report(12)
    first = replace(report.findings[0], paid=PAID, paid_note="the saving exceeds it and counts at most what was paid")
    second = replace(report.findings[1], paid_note="the bill does not name it")
    provenance = replace(report.provenance, money=money)
    return replace(report, findings=(first, second, *report.findings[2:]), provenance=provenance)


def flat(text: str) -> str:
    return " ".join(text.split())


def packed(page: str) -> dict[str, object]:
    data = page.partition('id="data">')[2].partition("</script>")[0]
    return json.loads(gzip.decompress(base64.b64decode(data)))


def test_without_a_bill_every_format_says_list_prices() -> None:
    report = made_report(3)
    assert "Money: list prices; no bill was read." in flat(RENDERERS["table"].render(report))
    assert r"Money\: list prices; no bill was read." in RENDERERS["markdown"].render(report)
    page = RENDERERS["html"].render(report)
    assert "Money: list prices; no bill was read.</p>" in page
    assert "--no-bill --now" in page
    assert {row["money_source"] for row in csv.DictReader(StringIO(RENDERERS["csv"].render(report)))} == {"list prices"}
    assert json.loads(RENDERERS["json"].render(report))["provenance"]["money"]["basis"] == "list_prices"
    assert "list prices; no bill was read." in flat(explain(report, report.findings[0].id))


def test_the_sentence_names_the_bill_its_days_and_each_discounts_origin() -> None:
    assert summary.money_source(with_bill()) == SENTENCE
    assert SENTENCE in flat(RENDERERS["table"].render(with_bill()))
    page = RENDERERS["html"].render(with_bill())
    assert SENTENCE in page
    assert "--store STORE --now" in page


def test_a_bill_without_a_discount_says_so() -> None:
    plain = replace(MONEY, discounts=(), notes=())
    assert "2026-11-18; no discount found in its prices; it names" in summary.money_source(with_bill(plain))


def test_a_discount_that_a_setting_replaces_was_found() -> None:
    _, setting = MONEY.discounts
    replaced = summary.money_source(with_bill(replace(MONEY, discounts=(setting,), notes=())))
    assert (
        "discounts of your settings: rds 10% (the bill shows 5 %); no other discount found in its prices;" in replaced
    )
    alone = summary.money_source(with_bill(replace(MONEY, discounts=(replace(setting, note=None),), notes=())))
    assert "discounts of your settings: rds 10%; no discount found in its prices;" in alone


def test_a_bill_that_is_not_used_is_named_beside_list_prices() -> None:
    unused = MoneySource(notes=MONEY.notes)
    expected = "Money: list prices. The bill old-cur ends on 2025-01-31, and is not used."
    assert summary.money_source(with_bill(unused)) == expected


def beside(*accounts: str) -> Report:
    """A report with a bill that has no charges of these."""
    return with_bill(replace(MONEY, unbilled=accounts))


def test_where_list_prices_stand_beside_a_bill_the_sentence_names_whose_they_are() -> None:
    told = "Money: bill acme-cur, 2026-10-20 to 2026-11-18; list prices for acme-web, acme-x; discounts found"
    assert summary.money_source(beside("acme-web", "acme-x")).startswith(told)
    assert "list prices for a, b, c and 2 more;" in summary.money_source(beside("a", "b", "c", "d", "e"))


def test_the_spreadsheet_says_of_each_finding_what_its_own_money_rests_on() -> None:
    unbilled = with_bill().findings[0].resource.account
    rows = list(csv.DictReader(StringIO(RENDERERS["csv"].render(beside(unbilled)))))
    bases = {row["account"] == unbilled: row["money_source"] for row in rows}
    assert bases == {True: "list prices", False: "bill acme-cur, 2026-10-20 to 2026-11-18"}


@pytest.mark.parametrize("name", RENDERERS)
def test_redacted_reports_do_not_name_whose_the_list_prices_are(name: str) -> None:
    report = beside(with_bill().findings[0].resource.account)
    assert report.provenance.money.unbilled[0] not in RENDERERS[name].render(redact(report))


def test_many_bills_are_shortened_with_their_number() -> None:
    bills = tuple(replace(MONEY.bills[0], source=f"s{number}") for number in range(5))
    basis = summary.money_basis(with_bill(replace(MONEY, bills=bills)))
    assert basis.startswith("bills s0, 2026-10-20 to 2026-11-18; s1, ")
    assert basis.endswith("s2, 2026-10-20 to 2026-11-18 and 2 more")


def test_the_difference_names_what_the_bill_took_off() -> None:
    assert summary.difference(with_bill()).endswith("and $35.25 because the bill shows that less was paid.")
    assert "Overlaps, commitments and what the bill shows, taken off" in RENDERERS["html"].render(with_bill())


def test_the_document_with_a_bill_is_valid_by_the_published_schema() -> None:
    document = json.loads(RENDERERS["json"].render(with_bill()))
    jsonschema.validate(document, SCHEMA)
    assert document["findings"][0]["paid"]["effective"] == {"amount": "54.75", "currency": "USD"}
    assert document["findings"][1]["paid"] is None
    assert document["findings"][1]["paid_note"] == "the bill does not name it"
    assert document["provenance"]["money"]["discounts"][0]["origin"] == "bill"


def test_the_spreadsheet_has_what_was_paid_and_empty_where_that_is_unknown() -> None:
    first, second, *_ = csv.DictReader(StringIO(RENDERERS["csv"].render(with_bill())))
    columns = ("paid_month", "paid_billed_month", "paid_currency", "paid_from", "paid_until")
    assert [first[name] for name in columns] == [
        "54.75", "54.75", "USD", "2026-10-20T00:00:00Z", "2026-11-19T00:00:00Z",
    ]  # fmt: skip
    assert [second[name] for name in columns] == [""] * 5
    assert second["paid_note"] == "the bill does not name it"
    assert first["money_source"] == "bill acme-cur, 2026-10-20 to 2026-11-18"


def test_explain_says_what_was_paid_or_why_it_is_unknown() -> None:
    report = with_bill()
    first = flat(explain(report, report.findings[0].id))
    assert "Paid by the bill: $54.75 a month, from charges of 2026-10-20 to 2026-11-18; the saving exceeds it" in first
    assert "Paid by the bill: unknown: the bill does not name it" in flat(explain(report, report.findings[1].id))
    assert "Paid" not in explain(made_report(1), made_report(1).findings[0].id)


def test_a_commitments_part_is_told_apart() -> None:
    covered = replace(PAID, billed=Money.zero(), covered=True)
    finding: Finding = replace(with_bill().findings[0], paid=covered, paid_note=None)
    assert paid_note(finding) == "$54.75 a month amortised, $0.00 billed, from charges of 2026-10-20 to 2026-11-18"


def test_markdown_and_the_page_tell_the_amount_of_a_finding() -> None:
    assert "; paid, by the bill: $54.75 a month |" in RENDERERS["markdown"].render(with_bill())
    data = packed(RENDERERS["html"].render(with_bill()))
    strings, places = data["strings"], data["texts"]["paid"]  # type: ignore[index, call-overload]
    assert strings[places[0]].startswith("$54.75 a month, from charges")  # type: ignore[index]
    assert places[2] == -1


def test_days_are_named_with_the_last_one_included() -> None:
    day = Period(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 2, tzinfo=UTC))
    assert days(day) == "2026-11-01"
    assert days(PERIOD) == "2026-10-20 to 2026-11-18"


@pytest.mark.parametrize("name", RENDERERS)
def test_redacted_reports_do_not_name_a_bill(name: str) -> None:
    text = RENDERERS[name].render(redact(with_bill()))
    assert "acme-cur" not in text
    assert "old-cur" not in text


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_name_of_a_bill_is_as_harmless_as_any_other(source: str) -> None:
    bills = (replace(MONEY.bills[0], source=source),)
    money = replace(MONEY, bills=bills, unbilled=(source,), notes=(BillNote(source=source, words="is odd"),))
    report = with_bill(money)
    page = RENDERERS["html"].render(report)
    assert "<img" not in page
    assert page.count("<script") == 2
    assert "\x1b" not in RENDERERS["table"].render(report)
    assert "[x](" not in RENDERERS["markdown"].render(report)
    assert "<img" not in RENDERERS["markdown"].render(report).replace(r"\<img", "")
    for row in csv.DictReader(StringIO(RENDERERS["csv"].render(report))):
        assert not row["money_source"].startswith(("=", "+", "-", "@"))
