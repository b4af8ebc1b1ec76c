"""What Cost Explorer is asked, and how often: a budget of requests, and nothing asked twice on one day."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.errors import BillError, CollectError
from tests.oracles.cost_explorer import EC2, FIRST, MEMBER, MONTH, NOW, PAYER, Charge, Explorer, read, rows_of, sign_in
from tests.oracles.fakeaws import FakeAws, Fault


@pytest.fixture
def account(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    sign_in(aws, monkeypatch)
    return aws


def test_nothing_is_asked_twice_on_one_day_and_all_of_it_on_the_next(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(MONTH, page=2))
    first = read(account, tmp_path)
    asked = account.count("ce")
    assert (asked, first.requests) == (14, 14)  # the month by 11 kinds: 6 pages; usage by 2 accounts: 1; 7 more groups
    again = read(account, tmp_path, now=NOW.replace(hour=23, minute=59))
    assert (account.count("ce"), again.requests, again.cost_usd) == (asked, 0, Decimal(0))
    assert (again.totals, again.delivery.fingerprint) == (first.totals, first.delivery.fingerprint)
    assert rows_of(again) == rows_of(first)
    tomorrow = read(account, tmp_path, now=NOW + timedelta(hours=12))
    assert (account.count("ce"), tomorrow.requests) == (2 * asked, 14)
    assert {path.name[:10] for path in (tmp_path / "cache").iterdir()} == {"2026-03-16"}


def test_other_months_or_another_account_are_other_questions(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(FIRST, "Usage", EC2, "1")]))
    read(account, tmp_path)
    read(account, tmp_path, start=date(2026, 1, 1))
    account.on("sts", "GetCallerIdentity", {"Account": MEMBER, "Arn": f"arn:aws:iam::{MEMBER}:user/u"})
    assert read(account, tmp_path).delivery.source == f"cost-explorer-{MEMBER}"
    assert account.count("ce") == 6


def test_the_cache_holds_amounts_and_names_of_rows_and_nothing_else(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(FIRST, "Usage", EC2, "1.25", account=MEMBER)], page=1))
    read(account, tmp_path)
    kept = [json.loads(path.read_bytes()) for path in (tmp_path / "cache").iterdir()]
    assert sorted(one["rows"][0]["keys"] for one in kept) == [[EC2, MEMBER], ["Usage", EC2]]
    assert {key for one in kept for key in one} == {"rows", "account_names", "needs"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "cache").iterdir())


def test_a_damaged_answer_is_asked_for_again(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(FIRST, "Usage", EC2, "1")]))
    read(account, tmp_path)
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:20])
    assert read(account, tmp_path).requests == 2


def days(count: int, *, each: int) -> list[Charge]:
    """`each` services a day."""
    first = date(2026, 1, 1)
    return [
        Charge(first + timedelta(days=day), "Usage", f"Service {number:02}", "1")
        for day in range(count)
        for number in range(each)
    ]


def test_twenty_requests_are_made(account: FakeAws, tmp_path: Path) -> None:
    # The two months of nine services are one page of 28; 59 days of them, 531 groups, are 19.
    account.on("ce", "GetCostAndUsage", Explorer(days(59, each=9), page=28))
    bill = read(account, tmp_path, start=date(2026, 1, 1))
    assert (bill.requests, account.count("ce")) == (20, 20)
    assert len(rows_of(bill)) == 531


def test_what_takes_twenty_one_is_refused_before_the_twenty_first(account: FakeAws, tmp_path: Path) -> None:
    # 59 days at 3 a page are 20 pages, and one for the months.
    account.on("ce", "GetCostAndUsage", Explorer(days(59, each=1), page=3))
    for _ in range(2):
        with pytest.raises(BillError, match=r"about 21 requests \(\$0\.21\); at most 20 are sent") as caught:
            read(account, tmp_path, start=date(2026, 1, 1))
        assert "fewer months" in caught.value.hint
        # On the same day it is known, and nothing is asked.
        assert account.count("ce") == 20
    assert not (tmp_path / "files").exists()
    assert read(account, tmp_path).requests == 11  # February alone: 1, and 28 days at 3 a page


def test_what_takes_far_more_is_refused_after_its_first_page(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(days(59, each=2), page=4))
    with pytest.raises(BillError, match=r"about 31 requests \(\$0\.31\)"):  # 1, and 59 days at 2 a page
        read(account, tmp_path, start=date(2026, 1, 1))
    assert account.count("ce") == 2


def test_a_monthly_answer_of_many_pages_is_judged_by_its_months(account: FakeAws, tmp_path: Path) -> None:
    # Two months of 6 services at 5 a page: 3 pages, none of which makes it look long.
    ends = (date(2026, 1, 31), date(2026, 2, 28))
    charges = [Charge(day, "Usage", f"Service {n}", "1") for day in ends for n in range(6)]
    account.on("ce", "GetCostAndUsage", Explorer(charges, page=5))
    assert read(account, tmp_path, start=date(2026, 1, 1)).requests == 6


def test_uneven_days_never_pass_the_limit(account: FakeAws, tmp_path: Path) -> None:
    # The first 20 days have one service, the last 30 a hundred: the estimate is far too low for long.
    late = [replace(charge, day=charge.day + timedelta(days=20)) for charge in days(30, each=100)]
    account.on("ce", "GetCostAndUsage", Explorer([*days(20, each=1), *late], page=110))
    with pytest.raises(BillError, match="at most 20 are sent"):
        read(account, tmp_path, start=date(2026, 1, 1))
    assert account.count("ce") <= 20


def test_a_limit_of_money_is_a_limit_of_requests(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer(MONTH))
    with pytest.raises(BillError, match="about 9 requests") as caught:
        read(account, tmp_path, max_cost_usd=Decimal("0.08"))
    assert "at most 8 are sent" in str(caught.value)
    assert account.count("ce") == 1 + 0
    with pytest.raises(BillError, match="at most 0 are sent"):
        read(account, tmp_path / "other", max_cost_usd=Decimal("0.009"))
    assert account.count("ce") == 1


def test_refused_rates_are_waited_out_and_cost_nothing(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(FIRST, "Usage", EC2, "1")]))
    account.faults.append(Fault("ce", code="LimitExceededException", times=2))
    bill = read(account, tmp_path)
    assert (bill.requests, account.count("ce"), account.dollars()) == (2, 4, Decimal("0.02"))


def test_an_answer_cut_off_is_asked_for_again_and_counted(account: FakeAws, tmp_path: Path) -> None:
    account.on("ce", "GetCostAndUsage", Explorer([Charge(FIRST, "Usage", EC2, "1")]))
    account.faults.append(Fault("ce", kind="truncate", times=1))
    assert read(account, tmp_path).requests == 3


def test_answers_that_stay_cut_off_never_pass_the_limit(account: FakeAws, tmp_path: Path) -> None:
    account.faults.append(Fault("ce", kind="truncate"))
    with pytest.raises(CollectError, match="limit"):
        read(account, tmp_path, max_cost_usd=Decimal("0.03"))
    assert account.count("ce") == 3
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("code", "hint"),
    [("AccessDeniedException", "ce:GetCostAndUsage"), ("DataUnavailableException", "Billing console")],
)
def test_a_refusal_is_told(account: FakeAws, tmp_path: Path, code: str, hint: str) -> None:
    account.faults.append(Fault("ce", code=code, message="no"))
    with pytest.raises(CollectError, match=f"Cost Explorer of account {PAYER} cannot be read") as caught:
        read(account, tmp_path)
    assert hint in caught.value.hint


def test_a_page_token_that_comes_twice_ends_it(account: FakeAws, tmp_path: Path) -> None:
    first = Explorer([Charge(FIRST, "Usage", EC2, "1")])
    account.on("ce", "GetCostAndUsage", lambda params, request: first({**params}, request) | {"NextPageToken": "0"})
    with pytest.raises(CollectError, match="cannot be read"):
        read(account, tmp_path)
    assert account.count("ce") == 2
