"""`costopt quality` by its streams and its exit code."""

import json
from pathlib import Path

from costopt.model.conformance import Level
from tests.cli.conftest import Run
from tests.oracles.bill_rows import at, bill_row, publish

HOSTILE = "=evil\x1b[31m\u202e[bold]\nx"


def test_a_bill_and_its_broken_rules_are_told(run: Run, tmp_path: Path) -> None:
    rows = [
        bill_row("1.25", ListCost=None),
        bill_row(2, ChargePeriodStart=at(10, 7)),
        bill_row(4, BillingCurrency="EUR"),
    ]
    publish(tmp_path / "s", rows)
    ended = run("quality", "--store", "s", "-f", "json")
    assert ended.code == 0
    told = json.loads(ended.out)
    (bill,) = told["bills"]
    assert (bill["source"], bill["billing_period"], bill["rows"]) == ("made", "2026-10", 3)
    assert (bill["first_charge"], bill["last_charge"]) == ("2026-10-05T00:00:00Z", "2026-10-07T01:00:00Z")
    assert bill["currencies"] == ["EUR", "USD"]
    assert bill["totals"]["USD"]["BilledCost"] == "3.25"
    assert bill["totals"]["USD"]["ListCost"] == "2"
    assert bill["totals"]["USD"]["x_SplitCost"] is None
    assert bill["nulls"]["ListCost"] == 1
    assert bill["missing_days"] == ["2026-10-06"]
    (costs,) = [check for check in told["checks"] if check["id"] == "money-filled"]
    assert (costs["level"], costs["outcome"], costs["broken_rows"]) == ("error", "broken", 1)
    assert costs["examples"] == [{"billing_period": "2026-10", "service": "Amazon EC2", "category": "Usage", "rows": 1}]
    assert "1 bill, " in ended.err
    assert "1 broken on which totals depend" in ended.err


def test_only_errors_fail_and_only_where_that_is_asked(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "warned", [bill_row(1)])
    publish(tmp_path / "wrong", [bill_row(1, ChargeCategory="usage")])
    ended = run("quality", "--store", "warned", "--strict", "-f", "json")
    assert ended.code == 0
    assert "broken" in {check["outcome"] for check in json.loads(ended.out)["checks"]}
    assert run("quality", "--store", "wrong").code == 0
    assert run("quality", "--store", "wrong", "--strict").code == 4


def test_the_table_puts_errors_first(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "s", [bill_row(1, ContractedCost=None)])
    out = run("quality", "--store", "s").out
    assert "made 2026-10" in out
    assert "total USD" in out
    assert "FOCUS 1.2: " in out
    levels = [line.split()[0] for line in out.splitlines() if line.split()[:1] and line.split()[0] in [*Level]]
    assert levels[0] == "error"
    assert levels == sorted(levels)


def test_names_of_strangers_cannot_speak_to_the_terminal(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "s", [bill_row(1, ServiceName=HOSTILE, ServiceCategory="Other", BillingCurrency=HOSTILE)])
    out = run("quality", "--store", "s").out
    assert not {"\x1b", "\u202e"} & set(out)
    assert "[bold]" in out
    told = json.loads(run("quality", "--store", "s", "-f", "json").out)
    assert told["bills"][0]["unknown_services"] == [HOSTILE]


def test_each_source_is_checked_for_itself(run: Run, tmp_path: Path) -> None:
    publish(tmp_path / "s", [bill_row(1, ChargeCategory="usage")])
    publish(tmp_path / "s", [bill_row(1, BillingAccountId="2")], source="other")
    told = json.loads(run("quality", "--store", "s", "-f", "json").out)
    counts = {
        check["source"]: check["broken_rows"] for check in told["checks"] if check["id"] == "charge-category-known"
    }
    assert counts == {"made": 1, "other": 0}


def test_no_store_and_no_bill_are_said(run: Run, tmp_path: Path) -> None:
    ended = run("quality", "--store", "nowhere")
    assert (ended.code, ended.out) == (1, "")
    assert "no store of bills" in ended.err
    publish(tmp_path / "empty", [])
    ended = run("quality", "--store", "empty")
    assert ended.code == 1
    assert "holds no bill" in ended.err
