"""`audit` and `explain` with a store of bills, as a user runs them."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.oracles.paid_estate import OTHER, daily, volume, write_bills, write_snapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "snap", volume())


def saving(run: Run, *arguments: object) -> tuple[str, str]:
    """Total saving and the line on stderr."""
    ended = run("audit", "--snapshot", "snap", "-f", "json", *arguments)
    assert ended.code == 0
    return json.loads(ended.out)["totals"]["saving"]["amount"], ended.err.strip()


@pytest.mark.usefixtures("snapshot")
def test_the_store_where_the_command_runs_is_used_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    assert saving(run) == ("100", "2 findings, $100 a month (everything planned was read); money: list prices")
    write_bills(tmp_path / "bills", daily())
    amount, line = saving(run)
    assert amount == "54.75"
    assert line.endswith("; money: bill acme, 2026-10-20 to 2026-11-18")
    assert saving(run, "--no-bill")[0] == "100"


@pytest.mark.usefixtures("snapshot")
def test_a_store_is_named_by_option_or_setting(run: Run, tmp_path: Path) -> None:
    write_bills(tmp_path / "elsewhere", daily())
    assert saving(run)[0] == "100"
    assert saving(run, "--store", "elsewhere")[0] == "54.75"
    (tmp_path / "costopt.toml").write_text('[billing]\nstore = "elsewhere"\n')
    assert saving(run)[0] == "54.75"


@pytest.mark.usefixtures("snapshot")
def test_a_store_that_is_not_there_or_not_wanted_is_an_error(run: Run, tmp_path: Path) -> None:
    missing = run("audit", "--snapshot", "snap", "--store", "nowhere")
    assert (missing.code, missing.out) == (1, "")
    assert "no store of bills at nowhere" in missing.err
    write_bills(tmp_path / "bills", daily())
    assert run("audit", "--snapshot", "snap", "--store", "bills", "--no-bill").code == 2
    (tmp_path / "bills/catalog.json").write_text("{")
    assert run("audit", "--snapshot", "snap").code == 1


@pytest.mark.usefixtures("snapshot")
def test_explain_counts_as_the_audit_does(run: Run, tmp_path: Path) -> None:
    write_bills(tmp_path / "bills", daily())
    found = json.loads(run("audit", "--snapshot", "snap", "-f", "json").out)["findings"]
    (top,) = (one["id"] for one in found if one["check_id"] == "ebs_unattached")
    shown = " ".join(run("explain", top, "--snapshot", "snap").out.split())
    assert "Paid by the bill: $54.75 a month, from charges of 2026-10-20 to 2026-11-18" in shown
    assert "Counted $54.75/mo" in shown
    assert "Counted $100.00/mo" in " ".join(run("explain", top, "--snapshot", "snap", "--no-bill").out.split())


@pytest.mark.usefixtures("snapshot")
def test_redacted_output_names_no_bill_on_either_stream(run: Run, tmp_path: Path) -> None:
    write_bills(tmp_path / "bills", daily(), source="acme-payer")
    ended = run("audit", "--snapshot", "snap", "--redact", "-f", "json")
    assert json.loads(ended.out)["provenance"]["money"]["bills"][0]["source"] == "bill-1"
    assert "acme" not in ended.out + ended.err


@pytest.mark.usefixtures("snapshot")
def test_the_users_own_discount_is_not_told_beside_none_found(run: Run, tmp_path: Path) -> None:
    write_bills(tmp_path / "bills", daily())
    (tmp_path / "costopt.toml").write_text("[prices.discounts]\nebs = 0.2\n")
    shown = " ".join(run("audit", "--snapshot", "snap", "-f", "table").out.split())
    assert "discounts of your settings: ebs 20% (the bill shows 10.0 %); no other discount found in its prices" in shown


@pytest.mark.usefixtures("snapshot")
def test_discounts_in_lines_of_their_own_are_in_the_report(run: Run, tmp_path: Path) -> None:
    """19 lines of 10.00 at list prices, and 28.50 off in one line."""
    usage = daily(OTHER, cost="10.00", listed="10.00", first=date(2026, 11, 1))
    (line,) = daily("", cost="-28.50", listed="0", first=date(2026, 11, 2), last=date(2026, 11, 2))
    discount = {**line, "ChargeCategory": "Adjustment", "x_SourceType": "EdpDiscount", "PricingCategory": ""}
    write_bills(tmp_path / "bills", [*usage, discount])
    ended = run("audit", "--snapshot", "snap", "-f", "table")
    sentence = "has discounts of 28.50 USD from 2026-11-01 on in lines of their own"
    assert f"no discount found in its prices; it names the resources of 0 of 2 findings. The bill acme {sentence}" in (
        " ".join(ended.out.split())
    )
