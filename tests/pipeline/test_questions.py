"""Questions by name, and shared cost that adds up to the bill."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costopt.billing.intake.ingest import ingest
from costopt.billing.query import load
from costopt.config.settings import BillingSettings, ExchangeRate, Settings
from costopt.errors import BillError, UsageError
from costopt.model.bill import BillKind
from costopt.model.period import Period
from costopt.pipeline.costs import CostRequest, costs, costs_frame
from costopt.pipeline.questions import Question, allocate_shared, ask, question_names
from tests.oracles.bill_files import FOCUS_LINE, Row, csv_file, delivery
from tests.oracles.bill_rows import bill_row, publish

D = Decimal
OCTOBER = Period(start=datetime(2026, 10, 1, tzinfo=UTC), end=datetime(2026, 11, 1, tzinfo=UTC))


def line(cost: str, team: str | None = None, currency: str = "USD", day: int = 5) -> Row:
    tags = f'{{"team": "{team}"}}' if team else ""
    start = f"2026-10-{day:02d}T00:00:00Z"
    return {
        "EffectiveCost": cost,
        "BilledCost": cost,
        "Tags": tags,
        "BillingCurrency": currency,
        "ChargePeriodStart": start,
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store that is only read: ml 30, web 10, and 8 that nobody owns; in euros 4 of ml and 1 of nobody."""
    place = tmp_path_factory.mktemp("questions")
    rows = [line("30", "ml"), line("10", "web"), line("8"), line("4", "ml", "EUR"), line("1", None, "EUR")]
    file = csv_file(place / "b.csv", rows, base=FOCUS_LINE)
    ingest(delivery(BillKind.FOCUS, file), place / "s", now=datetime(2026, 11, 3, tzinfo=UTC))
    return Settings(billing=BillingSettings(store=str(place / "s")))


@pytest.mark.parametrize("name", question_names())
def test_every_question_is_answered(name: str, settings: Settings) -> None:
    takes = load(name).parameters
    question = Question(name=name, tag="team" if "tag" in takes else None)
    by = ("ServiceName",) if "by" in takes else ()
    answer = ask(settings, question, CostRequest(by=by, period=OCTOBER if "start" in takes else None))
    assert len(answer.headings) == answer.table.num_columns
    assert answer.engine == "duckdb"


@pytest.mark.parametrize("name", question_names())
@pytest.mark.parametrize(
    ("parameter", "option", "question", "request_"),
    [
        ("by", "--by", {}, {"by": ("ServiceName",)}),
        ("where", "--where", {}, {"where": ("ServiceName=Amazon EC2",)}),
        ("start", "--last, --from or --to", {}, {"period": OCTOBER}),
        ("start", "--last, --from or --to", {}, {"last_days": 3}),
        ("tag", "--tag", {"tag": "team"}, {}),
        ("count", "--top", {"count": 3}, {}),
    ],
)
def test_a_question_refuses_what_it_does_not_take(
    name: str, parameter: str, option: str, question: dict[str, Any], request_: dict[str, Any], settings: Settings
) -> None:
    if parameter in load(name).parameters:
        return
    with pytest.raises(UsageError, match=f"{name} does not take {option}"):
        ask(settings, Question(name=name, **question), CostRequest(**request_))


def test_costs_by_name_take_dimensions_of_every_kind(settings: Settings) -> None:
    request = CostRequest(by=("tag:team", "month"), where=("BillingCurrency=USD",))
    answer = ask(settings, Question(name="costs"), request)
    assert answer.table.equals(costs(settings, request).table)
    assert answer.headings[:2] == ("tag:team", "month")


def test_only_plain_costs_are_converted_and_the_others_say_so(settings: Settings) -> None:
    billing = replace(
        settings.billing,
        currency="USD",
        rates=(ExchangeRate(currency="EUR", into="USD", since=date(2026, 1, 1), rate=D(2)),),
    )
    in_dollars = replace(settings, billing=billing)
    assert ask(in_dollars, Question(name="costs"), CostRequest()).notes == ()
    (note,) = ask(in_dollars, Question(name="currencies"), CostRequest()).notes
    assert "amounts are in EUR, as billed" in note
    assert "USD" in note
    allocated = allocate_shared(in_dollars, "team", "even", CostRequest())
    assert allocated.notes == (note,)
    assert ask(settings, Question(name="currencies"), CostRequest()).notes == ()
    dollars = CostRequest(where=("BillingCurrency=USD",))
    assert ask(in_dollars, Question(name="amortised"), dollars).notes == ()


def test_what_is_unknown_is_said(tmp_path: Path) -> None:
    publish(tmp_path / "s", [bill_row(1), bill_row(2, ListCost=None), bill_row(4, ServiceName="b")])
    answer = costs(Settings(), CostRequest(by=("ServiceName",)), store=tmp_path / "s")
    assert answer.notes == ("list_cost is unknown in 1 of 2 rows: the bill lacks it where something was paid",)


def test_shares_and_dimensions_that_do_not_fit_the_method_are_refused(settings: Settings) -> None:
    with pytest.raises(UsageError, match="--by"):
        allocate_shared(settings, "team", "even", CostRequest(by=("ServiceName",)))
    with pytest.raises(UsageError, match="beside --allocate even"):
        allocate_shared(settings, "team", "even", CostRequest(), fractions={"ml": D(1)})
    with pytest.raises(UsageError, match="no number"):
        allocate_shared(settings, "team", "fixed", CostRequest(), fractions={"ml": D("NaN")})


def test_shared_cost_is_divided_by_what_each_costs(settings: Settings) -> None:
    """Of $8 ml bears 30/40 and web 10/40; the euro of nobody is all ml's."""
    answer = allocate_shared(settings, "team", "proportional", CostRequest())
    assert [tuple(row.values()) for row in answer.table.to_pylist()] == [
        ("ml", "EUR", D(4), D(1), D(5)),
        ("ml", "USD", D(30), D(6), D(36)),
        ("web", "USD", D(10), D(2), D(12)),
    ]
    assert answer.headings[0] == "tag:team"


def test_shared_cost_is_divided_evenly_or_by_fixed_fractions(settings: Settings) -> None:
    dollars = CostRequest(where=("BillingCurrency=USD",))
    even = allocate_shared(settings, "team", "even", dollars).table.to_pylist()
    assert [row["total_cost"] for row in even] == [34, 14]
    fractions = {"ml": D("0.25"), "ops": D("0.75")}
    fixed = allocate_shared(settings, "team", "fixed", dollars, fractions=fractions).table.to_pylist()
    assert [(row["tag_value"], row["total_cost"]) for row in fixed] == [("ml", 32), ("ops", 6), ("web", 10)]
    with pytest.raises(BillError, match="sum to 1"):
        allocate_shared(settings, "team", "fixed", dollars, fractions={"ml": D("0.5")})


def test_allocated_totals_are_the_bill(settings: Settings) -> None:
    bill = {row["BillingCurrency"]: row["effective_cost"] for row in costs(settings, CostRequest()).table.to_pylist()}
    for method in ("even", "proportional"):
        sums: dict[str, Decimal] = {}
        for row in allocate_shared(settings, "team", method, CostRequest()).table.to_pylist():  # type: ignore[arg-type]
            sums[row["BillingCurrency"]] = sums.get(row["BillingCurrency"], D(0)) + row["total_cost"]
        assert sums == bill


def test_what_a_question_needs_is_said(settings: Settings) -> None:
    with pytest.raises(UsageError, match="no question 'moovers'") as unknown:
        ask(settings, Question(name="moovers"), CostRequest())
    assert "movers" in unknown.value.hint
    with pytest.raises(UsageError, match="is about a tag"):
        ask(settings, Question(name="tag_coverage"), CostRequest())
    with pytest.raises(UsageError, match="the one before it"):
        ask(settings, Question(name="movers"), CostRequest())


def test_a_frame_has_the_names_that_were_asked_for(settings: Settings) -> None:
    frame = costs_frame(settings, CostRequest(by=("tag:team",), where=("BillingCurrency=USD",)))
    assert list(frame.columns[:3]) == ["tag:team", "BillingCurrency", "billed_cost"]
    assert frame.set_index("tag:team")["billed_cost"]["ml"] == D(30)
